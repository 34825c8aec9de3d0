"""The client's time at the site is over."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from kernel.facts import Event, Meta
from schemas import examples
from schemas.codes import PROVIDERS, SOCIAL, EndReason
from schemas.fields import Day, Id


class PlacementEnded(Event):
    """A placement ended on a day; `planned` tells whether that was the agreed end."""

    meta: ClassVar[Meta] = Meta(
        name="placement.ended",
        stated_by=SOCIAL | PROVIDERS,
        data_class="sensitive",
        label={"fi": "Jakso päättynyt", "sv": "Period avslutad", "en": "Placement ended"},
    )

    placement_id: Id
    ended_on: Day
    end_reason: EndReason
    planned: bool

    def about(self) -> tuple[object, ...]:
        """A placement ends once; going on means a new placement or an extension."""
        return ("placement.ended", self.placement_id)

    @classmethod
    def example(cls) -> Self:
        """At the end of the period."""
        return cls(placement_id=examples.PLACEMENT, ended_on=date(2025, 8, 31), end_reason="period_ended", planned=True)
