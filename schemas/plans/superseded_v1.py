"""Another plan has taken this one's place."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from kernel.facts import Event, Meta
from schemas import examples
from schemas.codes import EMPLOYMENT, SOCIAL, TEAMS, PlanReason
from schemas.fields import Day, Id


class PlanSuperseded(Event):
    """A plan is replaced by its `successor` from a day on."""

    meta: ClassVar[Meta] = Meta(
        name="plan.superseded",
        stated_by=EMPLOYMENT | SOCIAL | TEAMS,
        label={"fi": "Suunnitelma korvattu", "sv": "Plan ersatt", "en": "Plan superseded"},
    )

    plan_id: Id
    successor: Id
    superseded_on: Day
    reason: PlanReason | None = None

    @classmethod
    def example(cls) -> Self:
        """A multi-sector plan takes its place."""
        return cls(
            plan_id=examples.PLAN, successor=examples.OTHER_PLAN, superseded_on=date(2025, 9, 1), reason="replaced"
        )
