"""Days and months as Finland counts them: local midnights, working days, and months that end early."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Set
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

HELSINKI = ZoneInfo("Europe/Helsinki")


def day_of(instant: datetime) -> date:
    """The local day of an instant."""
    return instant.astimezone(HELSINKI).date()


@lru_cache(maxsize=16_384)
def midnight(day: date) -> datetime:
    """The instant (UTC) at which a local day begins, right over summer time."""
    return datetime(day.year, day.month, day.day, tzinfo=HELSINKI).astimezone(UTC)


@lru_cache(maxsize=16_384)
def add_months(day: date, months: int) -> date:
    """Same day number, else the last day of the month: 31.1. + 3 months = 30.4."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@lru_cache(maxsize=64)
def _holidays(year: int) -> frozenset[date]:
    # L150/1930 5§: no time limit ends on Christmas Eve or Midsummer Eve, so neither is a working day here.
    return frozenset(holidays.country_holidays("FI", years=year))


def is_working_day(day: date, closed: Set[date] = frozenset()) -> bool:
    """Monday to Friday without Finnish public holidays and the organiser's own closing days."""
    return day.weekday() < 5 and day not in _holidays(day.year) and day not in closed


def working_days_after(day: date, count: int, closed: Set[date] = frozenset()) -> date:
    """The working day that comes `count` working days after a day."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_working_day(day, closed)
    return day
