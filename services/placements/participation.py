"""How many days within twelve months a person took part, all placements together (R-LIM-3)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

from pydantic import Field

from kernel.calendar import add_months
from kernel.rules import Dated, Finding, Params, Resolved
from services.placements.state import State

DAY = timedelta(days=1)
YEAR = 12
Limit = Literal["warn", "cap"]


class CapParams(Params):
    """`warn` days call for attention, `cap` days are the most that the law allows within twelve months."""

    warn: int = Field(default=160, ge=1, le=366)
    cap: int = Field(default=178, ge=1, le=366)


DEFAULT = CapParams()
VERSIONS = (
    Dated(CapParams(warn=160, cap=230), None, date(2020, 12, 31), "statute"),
    Dated(DEFAULT, date(2021, 1, 1), None, "statute"),  # L702/2020 14§
)


def stretches(state: State, params: Resolved[CapParams], limit: Limit) -> Iterator[Finding]:
    """The time during which a person has reached a limit, when the window that ends on her newest day says so.

    It began after the first of the days on all of which it was so; a day counts once however many places she has.
    """
    days = state.attended()
    since = until = None
    for at in range(len(days) - 1, -1, -1):
        threshold = getattr(params.on(days[at]), limit)
        if at + 1 < threshold or days[at + 1 - threshold] <= _year_before(days[at]):
            break
        falls = add_months(days[at + 1 - threshold], YEAR)
        if since is not None and falls < since:
            break  # it had fallen below before the next day came
        since, until = days[at] + DAY, until or falls
    if since is not None:
        chosen = params.on(days[-1])
        yield Finding("12_months", since, until, _facts(days, days[-1], chosen), chosen)


@lru_cache(maxsize=16_384)
def _year_before(day: date) -> date:
    return add_months(day, -YEAR)


def _facts(days: Sequence[date], last: date, params: CapParams) -> dict[str, object]:
    first = add_months(last, -YEAR) + DAY
    return {
        "window_from": first.isoformat(),
        "window_to": last.isoformat(),
        "days": bisect_left(days, last) + 1 - bisect_left(days, first),
        "warn": params.warn,
        "cap": params.cap,
    }


LISTENS = frozenset({"attendance.day_recorded", "attendance.day_corrected"})
