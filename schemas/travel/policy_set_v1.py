"""How an organiser pays for travel, from a day on."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from kernel.facts import Event, Meta
from schemas.codes import SOCIAL, TravelBasis, TravelMeans
from schemas.fields import Cents, Day, Scope


class TravelPolicySet(Event):
    """Means and ground of travel compensation in a scope; `cents` is the most for one day."""

    meta: ClassVar[Meta] = Meta(
        name="travel_policy.set",
        stated_by=SOCIAL,
        person=False,
        label={
            "fi": "Matkakorvausten peruste asetettu",
            "sv": "Grund för reseersättning satt",
            "en": "Travel policy set",
        },
    )

    scope: Scope = Scope()
    means: TravelMeans
    cents: Cents
    basis: TravelBasis
    valid_from: Day

    @classmethod
    def example(cls) -> Self:
        """The cheapest means, at most twelve euros."""
        return cls(means="public_transport", cents=1200, basis="cheapest_means", valid_from=date(2025, 1, 1))
