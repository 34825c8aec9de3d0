"""How many days within twelve months a person took part, all placements together (R-LIM-3)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

from pydantic import Field

from kernel.calendar import add_months
from kernel.rules import Dated, Finding, Params, Resolved
from services.placements.looked import Looked
from services.placements.placement import Placement
from services.placements.schedule import schedule_of
from services.placements.state import State

DAY = timedelta(days=1)
YEAR, LONGEST = 12, 366
"""Months, and days at most, within which days are counted."""

FORESEEN = "12_months_foreseen"
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
    """The time during which a person has reached a limit, and the day on which she will reach it next."""
    looked = state.looked.get(limit)
    if looked is None or looked.on != params.on:
        looked = state.looked[limit] = Looked(params.on)
    reached = _reached(state, looked, params, limit)
    if reached is not None:
        yield reached
    yield from _foreseen(state, looked, params, limit, reached)


def _reached(state: State, looked: Looked, params: Resolved[CapParams], limit: Limit) -> Finding | None:
    """The time during which she has reached it, when the window that ends on her newest day says so.

    It began after the first of the days on all of which it was so; a day counts once however many places she has.
    """
    days = state.attended()
    known = looked.count if looked.days is days else 0
    first: int | None = None
    for at in range(len(days) - 1, -1, -1):
        falls = _falls(days, at, params, limit)
        if falls is None or (first is not None and falls <= days[first]):
            break  # it had fallen below before the next day came
        if at < known:
            first = looked.first
            break
        first = at
    looked.days, looked.count, looked.first = days, len(days), first
    if first is None:
        return None
    chosen, until = params.on(days[-1]), _falls(days, len(days) - 1, params, limit)
    return Finding("12_months", days[first] + DAY, until, _facts(days, days[-1], chosen), chosen)


def _falls(days: Sequence[date], at: int, params: Resolved[CapParams], limit: Limit) -> date | None:
    """The day on which the window of the day at this place falls below the limit; None: it does not reach it."""
    threshold = getattr(params.on(days[at]), limit)
    if at + 1 < threshold or days[at + 1 - threshold] <= _year_before(days[at]):
        return None
    return _year_after(days[at + 1 - threshold])


def _foreseen(
    state: State, looked: Looked, params: Resolved[CapParams], limit: Limit, reached: Finding | None
) -> Iterator[Finding]:
    """The day after which she will have reached it, if she comes on every day agreed that nobody has told of yet.

    It ends as it begins: it stands in the calendar, and is never said of her before her days are really so many.
    """
    told = state.attended()
    ahead = {p.id: days for p in state.placements.values() if (days := _ahead(p, told, params))}
    if not ahead:
        return
    first = min(days[0] for days in ahead.values())
    days = [*told, *next(iter(ahead.values()))]
    if len(ahead) > 1 or (told and told[-1] >= first):
        days = sorted(set(told).union(*ahead.values()))
    begin = bisect_left(days, first)
    if begin < len(told):  # told of one place beyond what is agreed at another: when she reached it depends on more
        looked = Looked(params.on)
    at = _next(looked, days, begin, reached, params, limit)
    if at is not None:
        facts = {**_facts(days, days[at], params.on(days[at])), **_where(state, ahead, days[at])}
        yield Finding(FORESEEN, days[at] + DAY, days[at] + DAY, facts, params.on(days[at]))


def _next(
    looked: Looked,
    days: Sequence[date],
    begin: int,
    reached: Finding | None,
    params: Resolved[CapParams],
    limit: Limit,
) -> int | None:
    """The place of the day on which she reaches the limit anew. What was found for days that are the same holds: on
    those that have been told since she came as was foreseen.
    """

    def limits(first: int) -> set[int]:
        return {getattr(params.on(day), limit) for day in days[max(first - 1, 0) :]}

    at, until, known = begin, reached.until if reached else None, looked.ahead
    same = looked.begun <= begin <= known <= len(days) and hash(tuple(days[:known])) == looked.same
    if same and limits(known) == {looked.limit}:
        if looked.found is None:
            at, until = known, looked.until
        elif looked.found >= begin:
            return looked.found
    asked = limits(at)
    least = min(asked)  # with fewer days it is not asked whether they are enough
    looked.ahead, looked.same, looked.begun, looked.found = len(days), hash(tuple(days)), begin, None
    looked.limit = least if len(asked) == 1 else 0
    for place in range(max(at, least - 1), len(days)):
        if (days[place] - days[place + 1 - least]).days > LONGEST:
            continue  # so many lie further apart than a year: most are passed over like this
        falls = _falls(days, place, params, limit)
        if falls is None:
            continue
        if until is None or until <= days[place]:
            looked.found = place
            break
        until = falls  # she goes on as before, and has not been below it since
    looked.until = until
    return looked.found


def _ahead(placement: Placement, told: Sequence[date], params: Resolved[CapParams]) -> Sequence[date]:
    """The days agreed after the last on which she came, as far as nothing has been told of them."""
    if placement.first == date.max or (told and placement.last <= told[-1]):
        return ()
    marks = placement.days
    came = (day for day in reversed(told) if day in marks and marks[day].attended) if marks else ()
    after = next(iter(came), placement.first - DAY)
    coming = schedule_of(placement, params).coming(after)
    return coming if placement.newest <= after else [day for day in coming if day not in marks]


def _where(state: State, ahead: Mapping[str, Sequence[date]], day: date) -> dict[str, object]:
    """The placement at which that day is agreed."""
    found = next((state.placements[id_] for id_, days in ahead.items() if day in days), None)
    return {"placement_id": found.id, "provider_org": found.provider_org} if found else {}


@lru_cache(maxsize=16_384)
def _year_before(day: date) -> date:
    return add_months(day, -YEAR)


@lru_cache(maxsize=16_384)
def _year_after(day: date) -> date:
    return add_months(day, YEAR)


def _facts(days: Sequence[date], last: date, params: CapParams) -> dict[str, object]:
    first = add_months(last, -YEAR) + DAY
    return {
        "window_from": first.isoformat(),
        "window_to": last.isoformat(),
        "days": bisect_left(days, last) + 1 - bisect_left(days, first),
        "warn": params.warn,
        "cap": params.cap,
    }
