"""The days on which an organiser is closed besides public holidays."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from pydantic import Field

from kernel.facts import Event, Meta
from schemas.codes import EMPLOYMENT, PROVIDERS, SOCIAL
from schemas.fields import Day, SiteRef


class ClosingDaysSet(Event):
    """Closing days of the stating organisation, or of one of its sites, in one year; they replace that year's.

    None of them is a working day for what that organisation has to do.
    """

    meta: ClassVar[Meta] = Meta(
        name="closing_days.set",
        stated_by=SOCIAL | PROVIDERS | EMPLOYMENT,
        person=False,
        label={"fi": "Sulkupäivät asetettu", "sv": "Stängningsdagar fastställda", "en": "Closing days set"},
    )

    year: int = Field(ge=1990, le=2100)
    days: tuple[Day, ...] = Field(max_length=366)
    site: SiteRef | None = None

    @classmethod
    def example(cls) -> Self:
        """Closed between the holidays of Christmas."""
        return cls(year=2025, days=(date(2025, 12, 29), date(2025, 12, 30), date(2025, 12, 31)))
