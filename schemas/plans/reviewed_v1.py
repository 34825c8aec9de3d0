"""The plan was gone through with the client."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import ClassVar, Self

from kernel.facts import Event, Meta
from schemas import examples
from schemas.codes import EMPLOYMENT, SOCIAL, TEAMS, PlanReason, PlanType
from schemas.fields import FEW, Day, Id
from schemas.plans.parties import Participant, of


class PlanReviewed(Event):
    """A plan was reviewed on a day by these participants."""

    meta: ClassVar[Meta] = Meta(
        name="plan.reviewed",
        stated_by=EMPLOYMENT | SOCIAL | TEAMS,
        label={"fi": "Suunnitelma tarkistettu", "sv": "Plan översedd", "en": "Plan reviewed"},
    )

    plan_id: Id
    plan_type: PlanType | None = None
    reviewed_on: Day
    participants: tuple[Participant, ...] = FEW
    next_review_on: Day | None = None
    reason: PlanReason | None = None

    def related(self) -> Sequence[tuple[str, str]]:
        """The participating organisations."""
        return of(self.participants)

    @classmethod
    def example(cls) -> Self:
        """The three-month review, with the social instructor at the table."""
        return cls(
            plan_id=examples.PLAN,
            plan_type="activation_plan",
            reviewed_on=date(2025, 5, 19),
            participants=(
                Participant(role="client"),
                Participant(role="employment_officer", org=examples.EMPLOYMENT_AREA),
                Participant(role="social_instructor", org=examples.COUNTY),
            ),
            next_review_on=date(2025, 8, 19),
            reason="periodic_review",
        )
