"""A review was held with the client."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Self

from kernel.facts import Event, Meta
from schemas import examples
from schemas.codes import EMPLOYMENT, PROVIDERS, SOCIAL, TEAMS, MeetingMode, Recommendation, ReviewKind
from schemas.fields import FEW, Id
from schemas.plans.parties import Participant, of


class ReviewHeld(Event):
    """A review was held at the time of the fact; plan, placement and kind stand here when it had not been booked."""

    meta: ClassVar[Meta] = Meta(
        name="review.held",
        stated_by=EMPLOYMENT | SOCIAL | TEAMS | PROVIDERS,
        label={"fi": "Tarkistus pidetty", "sv": "Översyn hållen", "en": "Review held"},
    )

    review_id: Id
    plan_id: Id | None = None
    placement_id: Id | None = None
    kind: ReviewKind | None = None
    mode: MeetingMode
    participants: tuple[Participant, ...] = FEW
    recommendation: tuple[Recommendation, ...] = FEW

    def related(self) -> Sequence[tuple[str, str]]:
        """The participating organisations."""
        return of(self.participants)

    @classmethod
    def example(cls) -> Self:
        """The plan review was held at the workshop, and the service goes on."""
        return cls(
            review_id=examples.REVIEW,
            plan_id=examples.PLAN,
            placement_id=examples.PLACEMENT,
            kind="plan_review",
            mode="site_visit",
            participants=(
                Participant(role="client"),
                Participant(role="social_instructor", org=examples.COUNTY),
                Participant(role="employment_officer", org=examples.EMPLOYMENT_AREA),
            ),
            recommendation=("continue",),
        )
