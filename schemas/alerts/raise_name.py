"""How an alert's raises are named, so that a close names exactly what was shown."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from schemas.fields import EventId, Part


class RaiseName(Part):
    """One raise: rule id, the finding's key, and the count `m` of what was concluded for that key."""

    rule: Annotated[str, Field(min_length=1, max_length=40)]
    key: Annotated[str, Field(min_length=1, max_length=300)]
    m: Annotated[int, Field(ge=1)]
    id: EventId | None = None
