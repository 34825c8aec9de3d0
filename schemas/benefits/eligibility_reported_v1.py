"""Kela tells that the client has met the condition after which a plan must be made."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from kernel.facts import Event, Meta
from schemas.codes import KELA, EligibilityGround
from schemas.fields import Day


class EligibilityReported(Event):
    """The statutory ground was fulfilled on a day; a plan is to be started without delay."""

    meta: ClassVar[Meta] = Meta(
        name="eligibility.reported",
        stated_by=KELA,
        data_class="benefit",
        label={"fi": "Edellytys täyttynyt", "sv": "Villkor uppfyllt", "en": "Eligibility reported"},
    )

    ground: EligibilityGround
    fulfilled_on: Day
    reported_on: Day

    @classmethod
    def example(cls) -> Self:
        """500 days at 25 or older."""
        return cls(ground="o25_500d", fulfilled_on=date(2025, 1, 20), reported_on=date(2025, 2, 3))
