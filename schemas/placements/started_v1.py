"""The client's first day at the site has come."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from kernel.facts import Event, Meta
from schemas import examples
from schemas.codes import DAY_RANK, PROVIDERS, SITES
from schemas.fields import Day, Id


class PlacementStarted(Event):
    """A placement really started on a day."""

    meta: ClassVar[Meta] = Meta(
        name="placement.started",
        stated_by=SITES | PROVIDERS,
        label={"fi": "Jakso alkanut", "sv": "Period inledd", "en": "Placement started"},
        rank=DAY_RANK,
    )

    placement_id: Id
    started_on: Day

    def about(self) -> tuple[object, ...]:
        """A placement starts once."""
        return ("placement.started", self.placement_id)

    @classmethod
    def example(cls) -> Self:
        """On the agreed Monday."""
        return cls(placement_id=examples.PLACEMENT, started_on=date(2025, 3, 3))
