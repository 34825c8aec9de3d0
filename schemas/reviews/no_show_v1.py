"""The client did not come to a booked review."""

from __future__ import annotations

from typing import ClassVar, Self

from kernel.facts import Event, Meta
from schemas import examples
from schemas.codes import EMPLOYMENT, PROVIDERS, SOCIAL, TEAMS, MeetingMode, ReviewKind
from schemas.fields import Id


class ReviewNoShow(Event):
    """A review was not held, because the client was not there."""

    meta: ClassVar[Meta] = Meta(
        name="review.no_show",
        stated_by=EMPLOYMENT | SOCIAL | TEAMS | PROVIDERS,
        label={
            "fi": "Asiakas ei tullut tarkistukseen",
            "sv": "Klienten uteblev från översynen",
            "en": "No show at the review",
        },
    )

    review_id: Id
    plan_id: Id | None = None
    placement_id: Id | None = None
    kind: ReviewKind | None = None
    mode: MeetingMode | None = None

    @classmethod
    def example(cls) -> Self:
        """Nobody came."""
        return cls(review_id=examples.REVIEW, plan_id=examples.PLAN, kind="plan_review", mode="site_visit")
