"""It has been decided what the client gets for her travel in a period."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from pydantic import model_validator

from kernel.facts import Event, Meta
from schemas.codes import SOCIAL, TravelBasis, TravelMeans
from schemas.fields import Cents, Day, in_order


class TravelCompensationDecided(Event):
    """Means, amount and ground for a period of days."""

    meta: ClassVar[Meta] = Meta(
        name="travel_compensation.decided",
        stated_by=SOCIAL,
        data_class="benefit",
        label={"fi": "Matkakorvaus päätetty", "sv": "Reseersättning beslutad", "en": "Travel compensation decided"},
    )

    means: TravelMeans
    cents: Cents
    basis: TravelBasis
    period_from: Day
    period_to: Day

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        in_order(self.period_from, self.period_to, "period_to")
        return self

    @classmethod
    def example(cls) -> Self:
        """Four weeks of bus."""
        return cls(
            means="public_transport",
            cents=14400,
            basis="cheapest_means",
            period_from=date(2025, 3, 3),
            period_to=date(2025, 3, 30),
        )
