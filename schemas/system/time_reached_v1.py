"""The clock reached an instant, as a fact among the others."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import ClassVar, Self

from kernel.facts import Event, Meta
from schemas.fields import Instant


class TimeReached(Event):
    """The instance's clock is at least here; appended to each lane at local midnight and when something falls due."""

    meta: ClassVar[Meta] = Meta(
        name="time.reached",
        person=False,
        label={"fi": "Aika saavutettu", "sv": "Tidpunkt nådd", "en": "Time reached"},
    )

    instant: Instant

    @classmethod
    def example(cls) -> Self:
        """Midnight in Helsinki, winter time."""
        return cls(instant=datetime(2025, 3, 4, 22, 0, tzinfo=UTC))
