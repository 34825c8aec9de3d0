"""Too many days without a good reason within four weeks: the social instructor should find out why (R-ABS-1)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from pydantic import Field

from kernel.rules import Finding, Resolved, Rule
from services.placements.absence import Absences
from services.placements.spells import LISTENS, AbsenceParams, Measure
from services.placements.spells import find as spells
from services.placements.state import State


class CountParams(AbsenceParams):
    """`count` days within `window_days`; `count_sparse` when at most `sparse_max_days` were expected in them."""

    count: int = Field(default=3, ge=1, le=100)
    count_sparse: int = Field(default=2, ge=1, le=100)
    sparse_max_days: int = Field(default=4, ge=0, le=100)
    window_days: int = Field(default=28, ge=1, le=366)


def find(state: State, params: Resolved[CountParams]) -> Iterator[Finding]:
    """Unexcused days, counted back from each of them."""
    yield from spells(state, params, Measure(_days, _too_much, _below, _first, _over))


def _days(book: Absences) -> Sequence[date]:
    return book.unexcused


def _first(_: Absences, day: date, params: CountParams) -> date:
    return day - timedelta(days=params.window_days - 1)


def _count(book: Absences, day: date, params: CountParams) -> int:
    days = book.unexcused
    return bisect_left(days, day) + 1 - bisect_left(days, _first(book, day, params))


def _threshold(book: Absences, day: date, params: CountParams, step: int) -> int:
    sparse = book.schedule.count(_first(book, day, params), day) <= params.sparse_max_days
    return step * (params.count_sparse if sparse else params.count)


def _too_much(book: Absences, day: date, params: CountParams, step: int) -> bool:
    count = _count(book, day, params)
    if count < step * min(params.count_sparse, params.count) or not book.past_grace(day, params.grace_days):
        return False
    if count >= step * max(params.count_sparse, params.count):
        return True
    return count >= _threshold(book, day, params, step)


def _below(book: Absences, day: date, params: CountParams, step: int) -> date:
    """When the first of the days that reach the threshold has left the window."""
    at = bisect_left(book.unexcused, day) + 1 - _threshold(book, day, params, step)
    return _over(book, book.unexcused[at], params)


def _over(_: Absences, day: date, params: CountParams) -> date:
    return day + timedelta(days=params.window_days)


rule = Rule(
    id="R-ABS-1",
    version=1,
    name="absence.threshold_exceeded",
    params=CountParams(),
    find=find,
    listens=LISTENS,
    family="absence",
)
