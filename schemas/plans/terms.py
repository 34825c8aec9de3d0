"""What a plan says of the rehabilitative work activity in it."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from schemas.codes import Content, Goal, ServiceType, SupportType
from schemas.fields import FEW, Day, DaysPerWeek, Id, Minutes, Part, in_order


class KttTerms(Part):
    """Terms of the work activity; statutory limits are not checked here, because the authority decides."""

    goal: tuple[Goal, ...] = FEW
    content: tuple[Content, ...] = FEW
    site_id: Id
    days_per_week: DaysPerWeek
    minutes_per_day: Minutes
    start_on: Day
    end_on: Day
    support: tuple[SupportType, ...] = FEW
    parallel_services: tuple[ServiceType, ...] = FEW
    latest_assessment_on: Day | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        in_order(self.start_on, self.end_on, "end_on")
        return self
