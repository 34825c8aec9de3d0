"""The client became a client of the multi-sector support."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from kernel.facts import Event, Meta
from schemas.codes import EMPLOYMENT, KELA, SOCIAL, TEAMS
from schemas.fields import Day


class MultisectorStarted(Event):
    """The clock of the multi-sector plan runs from `started_on`."""

    meta: ClassVar[Meta] = Meta(
        name="multisector.started",
        stated_by=TEAMS | EMPLOYMENT | SOCIAL | KELA,
        label={
            "fi": "Monialainen tuki alkanut",
            "sv": "Sektorsövergripande stöd inlett",
            "en": "Multi-sector support started",
        },
    )

    started_on: Day

    @classmethod
    def example(cls) -> Self:
        """From the tenth of February."""
        return cls(started_on=date(2025, 2, 10))
