"""How often a service is given."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from schemas.codes import FrequencyPer
from schemas.fields import Part


class Frequency(Part):
    """`n` times in each week, month or period."""

    n: Annotated[int, Field(ge=1, le=31)]
    per: FrequencyPer
