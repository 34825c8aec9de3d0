"""Working days counted from an instant: two days from Friday noon is Tuesday noon, holidays left out."""

from __future__ import annotations

from collections.abc import Set
from datetime import date, datetime, time

from kernel.calendar import HELSINKI, is_working_day, working_days_after


def working_time_after(instant: datetime, days: int, closed: Set[date] = frozenset()) -> datetime:
    """The instant `days` whole working days later; what begins on a day off counts from the next working midnight.

    `closed`: days on which whoever is waited for is closed, besides weekends and public holidays.
    """
    local = instant.astimezone(HELSINKI)
    day, clock = local.date(), local.time()
    if not is_working_day(day, closed):
        day, clock = working_days_after(day, 1, closed), time()
    return datetime.combine(working_days_after(day, days, closed), clock, HELSINKI).astimezone(instant.tzinfo)
