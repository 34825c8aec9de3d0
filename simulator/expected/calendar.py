"""Days as Finland counts them, worked out here and not by anybody's library."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection
from datetime import date, datetime, timedelta
from functools import cache

from simulator.statement import HELSINKI, at

DAY = timedelta(days=1)
FIXED = ((1, 1), (1, 6), (5, 1), (12, 6), (12, 24), (12, 25), (12, 26))
"""New Year, Epiphany, May Day, Independence Day; Christmas with its eve, on which no office is open."""


@cache
def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (the anonymous rule of 1876)."""
    a, b, c = year % 19, year // 100, year % 100
    g = (8 * b + 13) // 25
    h = (19 * a + b - b // 4 - g + 15) % 30
    i = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * i) // 451
    month, day = divmod(h + i - 7 * m + 114, 31)
    return date(year, month, day + 1)


@cache
def holidays(year: int) -> frozenset[date]:
    """Days on which nobody works, whatever day of the week they are."""
    sunday = easter(year)
    midsummer_eve = next(date(year, 6, d) for d in range(19, 26) if date(year, 6, d).weekday() == 4)
    moving = [sunday + timedelta(days=n) for n in (-2, 0, 1, 39, 49)]
    return frozenset([*(date(year, m, d) for m, d in FIXED), *moving, midsummer_eve, midsummer_eve + DAY])


def works(day: date, closed: Collection[date] = ()) -> bool:
    """Whether offices are open."""
    return day.weekday() < 5 and day not in holidays(day.year) and day not in closed


def working_days(first: date, last: date) -> int:
    """How many working days lie from one day to another, both included."""
    return sum(works(first + timedelta(days=n)) for n in range((last - first).days + 1))


def after_working_days(day: date, count: int) -> date:
    """The working day that comes so many working days later."""
    while count:
        day += DAY
        count -= works(day)
    return day


def months_later(day: date, months: int) -> date:
    """The same day of a later (or earlier) month, or that month's last one."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def local_day(instant: datetime) -> date:
    """The day in Finland."""
    return instant.astimezone(HELSINKI).date()


def begins(day: date) -> datetime:
    """The first instant of a day."""
    return at(day, 0)
