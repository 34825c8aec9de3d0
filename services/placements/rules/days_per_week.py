"""More days in a week than the law allows, planned or spent at her places (R-LIM-1)."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from pydantic import Field

from kernel.rules import Dated, Finding, Params, Resolved, Rule
from services.placements.placement import Placement, Terms
from services.placements.schedule import DAY
from services.placements.state import State
from services.placements.stretches import newest_stretch, still_told


class WeekParams(Params):
    """`days_per_week` at most, all places together; the matter rests `rest_days` after the last such week's day."""

    days_per_week: int = Field(default=4, ge=1, le=7)
    rest_days: int = Field(default=28, ge=1, le=366)


DEFAULT = WeekParams()
VERSIONS = (
    Dated(WeekParams(days_per_week=5), None, date(2015, 6, 30), "statute"),
    Dated(DEFAULT, date(2015, 7, 1), None, "statute"),  # L142/2015
)


def find(state: State, params: Resolved[WeekParams]) -> Iterator[Finding]:
    """What was planned for a placement while it holds, and the days on which she took part."""
    for placement in state.placements.values():
        yield from _planned(placement, params)
    yield from _spent(state, params)


def _planned(placement: Placement, params: Resolved[WeekParams]) -> Iterator[Finding]:
    """The patterns that are too long: under the law of the day on which each begins, and of the day it is changed."""
    terms = sorted(placement.terms, key=lambda t: t.first)
    for at, pattern in enumerate(terms):
        end = terms[at + 1].first if at + 1 < len(terms) else placement.last
        since = next((d for d in (pattern.first, *_changes(pattern.first, end)) if _over(pattern, params.on(d))), None)
        if since is None:
            continue
        chosen = params.on(since)
        until = end if at + 1 < len(terms) else None if end == date.max else end + DAY
        facts = _facts(pattern.days_per_week, chosen, since, placement)
        yield Finding(f"{placement.id}:{pattern.first.isoformat()}", since, until, facts, chosen)


def _changes(first: date, end: date) -> Iterator[date]:
    """Days of a change of the law within the pattern's time."""
    return (v.valid_from for v in VERSIONS if v.valid_from is not None and first < v.valid_from < end)


def _over(pattern: Terms, params: WeekParams) -> bool:
    return pattern.days_per_week > params.days_per_week


def _spent(state: State, params: Resolved[WeekParams]) -> Iterator[Finding]:
    """The days that came on top of what the week allows."""
    attended = state.attended()
    if not attended:
        return
    first = still_told(params.on(attended[-1]).rest_days, state.told_on)
    if not _on_top(attended[bisect_left(attended, first) :], params)[0]:
        return
    extra, count = _on_top(attended, params)
    chosen = params.on(extra[-1])
    if stretch := newest_stretch(extra, chosen.rest_days, state.told_on):
        last = stretch[-1]
        monday = last - timedelta(days=last.weekday())
        facts = _facts(count[monday], chosen, monday, None)
        yield Finding("week", stretch[0] + DAY, last + DAY + timedelta(days=chosen.rest_days), facts, chosen)


def _on_top(attended: Iterable[date], params: Resolved[WeekParams]) -> tuple[list[date], Counter[date]]:
    """The days beyond what their week allows, in order, and how many days each week (by its Monday) had."""
    count, extra = Counter[date](), list[date]()
    for day in sorted(attended):
        monday = day - timedelta(days=day.weekday())
        count[monday] += 1
        if count[monday] > params.on(day).days_per_week:
            extra.append(day)
    return extra, count


def _facts(days: int, params: WeekParams, first: date, placement: Placement | None) -> dict[str, object]:
    return {
        "placement_id": placement.id if placement else None,
        "provider_org": placement.provider_org if placement else None,
        "step": "planned" if placement else "spent",
        "days": days,
        "cap": params.days_per_week,
        "window_from": first.isoformat(),
        "window_to": (first + timedelta(days=6)).isoformat(),
    }


rule = Rule(
    id="R-LIM-1",
    version=1,
    name="limit.week_exceeded",
    params=DEFAULT,
    find=find,
    listens=frozenset(
        {
            "attendance.day_recorded",
            "attendance.day_corrected",
            "placement.agreed",
            "placement.extended",
            "placement.started",
            "placement.ended",
            "placement.terms_changed",
        }
    ),
    family="limit",
    versions=VERSIONS,
)
