"""A booked review is held at another time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import ClassVar, Self

from kernel.facts import Event, Meta
from schemas import examples
from schemas.codes import EMPLOYMENT, PROVIDERS, SOCIAL, TEAMS, MeetingMode, ReviewKind
from schemas.fields import FEW, Id, Instant, Minutes
from schemas.plans.parties import Participant, of


class ReviewRescheduled(Event):
    """A review got a new start."""

    meta: ClassVar[Meta] = Meta(
        name="review.rescheduled",
        stated_by=EMPLOYMENT | SOCIAL | TEAMS | PROVIDERS,
        label={"fi": "Tarkistus siirretty", "sv": "Översyn flyttad", "en": "Review rescheduled"},
    )

    review_id: Id
    plan_id: Id | None = None
    placement_id: Id | None = None
    kind: ReviewKind | None = None
    starts_at: Instant
    minutes: Minutes = 60
    place_mode: MeetingMode | None = None
    participants: tuple[Participant, ...] = FEW

    def related(self) -> Sequence[tuple[str, str]]:
        """The participating organisations."""
        return of(self.participants)

    @classmethod
    def example(cls) -> Self:
        """Two days later."""
        return cls(
            review_id=examples.REVIEW,
            plan_id=examples.PLAN,
            kind="plan_review",
            starts_at=datetime(2025, 5, 21, 7, 0, tzinfo=UTC),
            place_mode="site_visit",
        )
