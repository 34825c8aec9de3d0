"""The client is insured for her days at the site."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from kernel.facts import Event, Meta
from schemas import examples
from schemas.codes import SOCIAL
from schemas.fields import Day, Id


class PlacementInsuranceConfirmed(Event):
    """The insurance was confirmed on a day."""

    meta: ClassVar[Meta] = Meta(
        name="placement.insurance_confirmed",
        stated_by=SOCIAL,
        label={"fi": "Vakuutus vahvistettu", "sv": "Försäkring bekräftad", "en": "Insurance confirmed"},
    )

    placement_id: Id
    on: Day

    @classmethod
    def example(cls) -> Self:
        """Before the start."""
        return cls(placement_id=examples.PLACEMENT, on=date(2025, 2, 25))
