"""The work that an employer offered has been filled."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from kernel.facts import Event, Meta
from schemas import examples
from schemas.codes import EMPLOYERS, EMPLOYMENT
from schemas.fields import Day, Id


class WorkOpportunityFilled(Event):
    """A work opportunity was filled."""

    meta: ClassVar[Meta] = Meta(
        name="work_opportunity.filled",
        stated_by=EMPLOYERS | EMPLOYMENT,
        person=False,
        label={"fi": "Työmahdollisuus täytetty", "sv": "Arbetstillfälle tillsatt", "en": "Work opportunity filled"},
    )

    opportunity_id: Id
    filled_on: Day

    @classmethod
    def example(cls) -> Self:
        """In September."""
        return cls(opportunity_id=examples.OPPORTUNITY, filled_on=date(2025, 9, 15))
