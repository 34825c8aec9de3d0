"""What a meal costs at a site."""

from __future__ import annotations

from typing import ClassVar, Self

from kernel.facts import Event, Meta
from schemas import examples
from schemas.codes import PROVIDERS, MealOffer
from schemas.fields import Cents, Id


class SiteMealOfferSet(Event):
    """The meal offer of a site; `price_cents` for one meal."""

    meta: ClassVar[Meta] = Meta(
        name="site.meal_offer_set",
        stated_by=PROVIDERS,
        person=False,
        label={"fi": "Ruokailu asetettu", "sv": "Måltid fastställd", "en": "Meal offer set"},
    )

    site_id: Id
    offer: MealOffer
    price_cents: Cents = 0

    @classmethod
    def example(cls) -> Self:
        """Lunch for two and a half euros."""
        return cls(site_id=examples.SITE, offer="cheap", price_cents=250)
