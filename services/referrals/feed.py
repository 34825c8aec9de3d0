"""When an organisation's feed was heard, and when its silence becomes too long."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from kernel.calendar import HELSINKI, is_working_day, midnight
from schemas.partners.heard_v1 import PartnerHeard

OPENS, CLOSES = timedelta(hours=8), timedelta(hours=16)
KEPT = 30
"""Instants that are remembered: enough to tell the last return from a silence."""


@dataclass(slots=True)
class Feed:
    """The newest instants at which an organisation was heard, oldest first."""

    heard: list[PartnerHeard]

    def learn(self, said: PartnerHeard) -> None:
        """Take one statement in."""
        self.heard = sorted([*self.heard, said], key=lambda h: h.heard_at)[-KEPT:]


def office_time_after(instant: datetime, minutes: int) -> datetime:
    """The instant by which so many minutes of office hours (8 to 16 on working days) have gone by."""
    day, left = instant.astimezone(HELSINKI).date(), timedelta(minutes=minutes)
    while True:
        opens, closes = midnight(day) + OPENS, midnight(day) + CLOSES
        begun = max(opens, instant)
        if is_working_day(day) and begun < closes:
            if left <= closes - begun:
                return begun + left
            left -= closes - begun
        day += timedelta(days=1)
