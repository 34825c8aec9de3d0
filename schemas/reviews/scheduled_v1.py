"""A review or another meeting about the plan or the placement has been booked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import ClassVar, Self

from kernel.facts import Event, Meta
from schemas import examples
from schemas.codes import EMPLOYMENT, PROVIDERS, SOCIAL, TEAMS, MeetingMode, ReviewKind
from schemas.fields import FEW, Id, Instant, Minutes
from schemas.plans.parties import Participant, of


class ReviewScheduled(Event):
    """A review is booked at an instant; it is about a plan, a placement, or both."""

    meta: ClassVar[Meta] = Meta(
        name="review.scheduled",
        stated_by=EMPLOYMENT | SOCIAL | TEAMS | PROVIDERS,
        label={"fi": "Tarkistus varattu", "sv": "Översyn bokad", "en": "Review scheduled"},
    )

    review_id: Id
    plan_id: Id | None = None
    placement_id: Id | None = None
    kind: ReviewKind
    starts_at: Instant
    minutes: Minutes = 60
    place_mode: MeetingMode
    participants: tuple[Participant, ...] = FEW

    def related(self) -> Sequence[tuple[str, str]]:
        """The participating organisations."""
        return of(self.participants)

    @classmethod
    def example(cls) -> Self:
        """The three-month plan review at the workshop."""
        return cls(
            review_id=examples.REVIEW,
            plan_id=examples.PLAN,
            placement_id=examples.PLACEMENT,
            kind="plan_review",
            starts_at=datetime(2025, 5, 19, 7, 0, tzinfo=UTC),
            minutes=60,
            place_mode="site_visit",
            participants=(
                Participant(role="client"),
                Participant(role="social_instructor", org=examples.COUNTY),
                Participant(role="employment_officer", org=examples.EMPLOYMENT_AREA),
            ),
        )
