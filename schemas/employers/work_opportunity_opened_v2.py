"""An opportunity tells where it is and for how few hours of a day it may be done (survey, row 84)."""

from __future__ import annotations

from typing import Annotated, ClassVar, Self

from pydantic import Field

from kernel.facts import Meta
from schemas.employers.work_opportunity_opened_v1 import WorkOpportunityOpened as First
from schemas.fields import Municipality


class WorkOpportunityOpened(First):
    """The first version (`hours_per_week` at least), the least hours of a day, and the municipality."""

    meta: ClassVar[Meta] = Meta(
        name=First.meta.name, version=2, stated_by=First.meta.stated_by, person=False, label=First.meta.label
    )

    hours_per_day: Annotated[int, Field(ge=1, le=12)] | None = None
    municipality: Municipality | None = None

    @classmethod
    def example(cls) -> Self:
        """The opportunity of the first version's example, two hours a day in Seinäjoki."""
        return cls.model_validate({**dict(First.example()), "hours_per_day": 2, "municipality": "743"})
