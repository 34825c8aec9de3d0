"""The plan goes on as a new plan."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import ClassVar, Self

from kernel.facts import Event, Meta
from schemas import examples
from schemas.codes import EMPLOYMENT, SOCIAL, TEAMS, PlanReason
from schemas.fields import FEW, Day, Id
from schemas.plans.parties import Participant, of


class PlanRenewed(Event):
    """A plan was renewed on a day; `successor` is the new plan when it has an id of its own."""

    meta: ClassVar[Meta] = Meta(
        name="plan.renewed",
        stated_by=EMPLOYMENT | SOCIAL | TEAMS,
        label={"fi": "Suunnitelma uusittu", "sv": "Plan förnyad", "en": "Plan renewed"},
    )

    plan_id: Id
    reviewed_on: Day
    participants: tuple[Participant, ...] = FEW
    next_review_on: Day | None = None
    reason: PlanReason | None = None
    successor: Id | None = None

    def related(self) -> Sequence[tuple[str, str]]:
        """The participating organisations."""
        return of(self.participants)

    @classmethod
    def example(cls) -> Self:
        """Renewed before it ended."""
        return cls(
            plan_id=examples.PLAN,
            reviewed_on=date(2025, 8, 18),
            participants=(Participant(role="client"), Participant(role="social_instructor", org=examples.COUNTY)),
            next_review_on=date(2025, 11, 18),
            reason="periodic_review",
            successor=examples.OTHER_PLAN,
        )
