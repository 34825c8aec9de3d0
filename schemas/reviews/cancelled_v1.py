"""A booked review will not be held."""

from __future__ import annotations

from typing import ClassVar, Self

from kernel.facts import Event, Meta
from schemas import examples
from schemas.codes import EMPLOYMENT, PROVIDERS, SOCIAL, TEAMS, CancelReason, ReviewKind
from schemas.fields import Id


class ReviewCancelled(Event):
    """A booked review was cancelled."""

    meta: ClassVar[Meta] = Meta(
        name="review.cancelled",
        stated_by=EMPLOYMENT | SOCIAL | TEAMS | PROVIDERS,
        label={"fi": "Tarkistus peruttu", "sv": "Översyn inställd", "en": "Review cancelled"},
    )

    review_id: Id
    plan_id: Id | None = None
    kind: ReviewKind | None = None
    reason_code: CancelReason | None = None

    @classmethod
    def example(cls) -> Self:
        """Cancelled at the client's wish."""
        return cls(review_id=examples.REVIEW, plan_id=examples.PLAN, kind="plan_review", reason_code="client_request")
