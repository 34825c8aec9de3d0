"""The chief shop steward has been told before the start, as the law asks."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from kernel.facts import Event, Meta
from schemas import examples
from schemas.codes import SOCIAL
from schemas.fields import Day, Id


class PlacementShopStewardInformed(Event):
    """The shop steward was informed on a day."""

    meta: ClassVar[Meta] = Meta(
        name="placement.shop_steward_informed",
        stated_by=SOCIAL,
        label={
            "fi": "Pääluottamusmiehelle kerrottu",
            "sv": "Huvudförtroendemannen informerad",
            "en": "Shop steward informed",
        },
    )

    placement_id: Id
    on: Day

    @classmethod
    def example(cls) -> Self:
        """Before the start."""
        return cls(placement_id=examples.PLACEMENT, on=date(2025, 2, 25))
