"""Too great a share of the scheduled days missed, whatever the reason: the social instructor should look (R-ABS-3)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from pydantic import Field

from kernel.rules import Finding, Resolved, Rule
from services.placements.absence import Absences, within
from services.placements.placement import Terms
from services.placements.schedule import DAY
from services.placements.spells import LISTENS, AbsenceParams, Measure
from services.placements.spells import find as spells
from services.placements.state import State


class RateParams(AbsenceParams):
    """`rate_pct` of the days expected within `window_days` (`long_window_days` for who comes once a week), when
    these are `min_days` at least.
    """

    rate_pct: int = Field(default=30, ge=1, le=100)
    window_days: int = Field(default=28, ge=1, le=366)
    min_days: int = Field(default=6, ge=1, le=100)
    long_window_days: int = Field(default=56, ge=1, le=366)


def find(state: State, params: Resolved[RateParams]) -> Iterator[Finding]:
    """Missed days against expected ones, looked at on each missed day."""
    yield from spells(state, params, Measure(_days, _too_much, _below, _first, _over))


def _days(book: Absences) -> Sequence[date]:
    return book.missed


def _length(terms: Terms | None, params: RateParams) -> int:
    weekly = (len(terms.weekdays) or terms.days_per_week) if terms else 0
    return params.long_window_days if weekly == 1 else params.window_days


def _first(book: Absences, day: date, params: RateParams) -> date:
    return day - timedelta(days=_length(book.placement.terms_on(day), params) - 1)


def _too_much(book: Absences, day: date, params: RateParams, step: int) -> bool:
    first = _first(book, day, params)
    absent = within(book.missed, first, day)
    if 100 * absent < step * params.rate_pct * params.min_days or not book.past_grace(day, params.grace_days):
        return False
    return _exceeds(absent, book.schedule.count(first, day), params, step)


def _below(book: Absences, day: date, params: RateParams, step: int) -> date:
    """Move the window on day by day until the rate is below."""
    first = _first(book, day, params)
    absent, expected = within(book.missed, first, day), book.schedule.count(first, day)
    while _exceeds(absent, expected, params, step):
        day += DAY
        expected += book.schedule.expected(day) - book.schedule.expected(first)
        first += DAY
        absent = within(book.missed, first, day)
    return day


def _exceeds(absent: int, expected: int, params: RateParams, step: int) -> bool:
    return expected >= params.min_days and 100 * absent >= step * params.rate_pct * expected


def _over(book: Absences, day: date, params: RateParams) -> date:
    longest = max((_length(t, params) for t in book.placement.terms), default=params.window_days)
    return day + timedelta(days=longest)


rule = Rule(
    id="R-ABS-3",
    version=1,
    name="absence.threshold_exceeded",
    params=RateParams(),
    find=find,
    listens=LISTENS,
    family="absence",
)
