"""The client is no longer a client of the multi-sector support."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from pydantic import model_validator

from kernel.facts import Event, Meta
from schemas.codes import EMPLOYMENT, KELA, SOCIAL, TEAMS, PlanReason
from schemas.fields import Day, in_order


class MultisectorEnded(Event):
    """The multi-sector support ended."""

    meta: ClassVar[Meta] = Meta(
        name="multisector.ended",
        stated_by=TEAMS | EMPLOYMENT | SOCIAL | KELA,
        label={
            "fi": "Monialainen tuki päättynyt",
            "sv": "Sektorsövergripande stöd avslutat",
            "en": "Multi-sector support ended",
        },
    )

    started_on: Day | None = None
    ended_on: Day
    reason: PlanReason | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        in_order(self.started_on, self.ended_on, "ended_on")
        return self

    @classmethod
    def example(cls) -> Self:
        """The client found work."""
        return cls(started_on=date(2025, 2, 10), ended_on=date(2025, 11, 28), reason="employed")
