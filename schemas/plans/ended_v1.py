"""The plan is no longer in force."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from kernel.facts import Event, Meta
from schemas import examples
from schemas.codes import EMPLOYMENT, SOCIAL, TEAMS, PlanReason
from schemas.fields import Day, Id


class PlanEnded(Event):
    """A plan ended on a day; a plan that takes its place has its own type of fact."""

    meta: ClassVar[Meta] = Meta(
        name="plan.ended",
        stated_by=EMPLOYMENT | SOCIAL | TEAMS,
        label={"fi": "Suunnitelma päättynyt", "sv": "Plan avslutad", "en": "Plan ended"},
    )

    plan_id: Id
    ended_on: Day
    reason: PlanReason

    @classmethod
    def example(cls) -> Self:
        """The client found work."""
        return cls(plan_id=examples.PLAN, ended_on=date(2025, 9, 30), reason="employed")
