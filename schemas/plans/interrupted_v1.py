"""The plan was interrupted, after the client had been heard."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from kernel.facts import Event, Meta
from schemas import examples
from schemas.codes import EMPLOYMENT, SOCIAL, TEAMS, PlanReason
from schemas.fields import Day, Id


class PlanInterrupted(Event):
    """A plan was interrupted; `heard_on` is the day when the client was heard."""

    meta: ClassVar[Meta] = Meta(
        name="plan.interrupted",
        stated_by=EMPLOYMENT | SOCIAL | TEAMS,
        data_class="sensitive",
        label={"fi": "Suunnitelma keskeytetty", "sv": "Plan avbruten", "en": "Plan interrupted"},
    )

    plan_id: Id
    interrupted_on: Day
    reason: PlanReason
    heard_on: Day | None = None

    @classmethod
    def example(cls) -> Self:
        """Because of absences."""
        return cls(
            plan_id=examples.PLAN, interrupted_on=date(2025, 7, 1), reason="absences", heard_on=date(2025, 6, 24)
        )
