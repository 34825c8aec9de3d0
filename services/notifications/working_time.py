"""Working days counted from an instant: two days from Friday noon is Tuesday noon, holidays left out."""

from __future__ import annotations

from datetime import datetime, time

from kernel.calendar import HELSINKI, is_working_day, working_days_after


def working_time_after(instant: datetime, days: int) -> datetime:
    """The instant `days` whole working days later; what begins on a day off counts from the next working midnight."""
    local = instant.astimezone(HELSINKI)
    day, clock = local.date(), local.time()
    if not is_working_day(day):
        day, clock = working_days_after(day, 1), time()
    return datetime.combine(working_days_after(day, days), clock, HELSINKI).astimezone(instant.tzinfo)
