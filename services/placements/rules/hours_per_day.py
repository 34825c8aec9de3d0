"""Days at the site that were shorter or longer than the law allows, or a week that was too long (R-LIM-2)."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from pydantic import Field

from kernel.rules import Finding, Params, Resolved, Rule
from services.placements.placement import Placement
from services.placements.schedule import DAY
from services.placements.state import State
from services.placements.stretches import newest_stretch, still_told

SHORT, LONG, WEEK = "short_day", "long_day", "long_week"


class HoursParams(Params):
    """Minutes: at least `day_min` and at most `day_max` on a day, at most `week_max` in a week (L702/2020 13b§, 14§ and
    the general working time); the matter rests `rest_days` after the last such day.
    """

    day_min: int = Field(default=240, ge=0, le=1440)
    day_max: int = Field(default=480, ge=1, le=1440)
    week_max: int = Field(default=1920, ge=1, le=10_080)
    rest_days: int = Field(default=28, ge=1, le=366)


def find(state: State, params: Resolved[HoursParams]) -> Iterator[Finding]:
    """For each placement and way of being outside the limits, the newest stretch of such days."""
    for placement in state.placements.values():
        newest = next((d for d in reversed(placement.dates) if placement.days[d].minutes is not None), None)
        if newest is None:
            continue
        first = still_told(_on(params, placement, newest).rest_days, state.told_on)
        if not _outside(placement, _minutes(placement, first), params):
            continue
        told = _minutes(placement, date.min)
        found = _outside(placement, told, params)
        for step, days in found.items():
            chosen = _on(params, placement, days[-1])
            if stretch := newest_stretch(days, chosen.rest_days, state.told_on):
                yield _finding(placement, step, stretch, told, chosen)


def _minutes(placement: Placement, first: date) -> dict[date, int]:
    """The minutes of each day from one on for which they were told, in order."""
    days = placement.dates[bisect_left(placement.dates, first) :]
    return {d: minutes for d in days if (minutes := placement.days[d].minutes) is not None}


def _on(params: Resolved[HoursParams], placement: Placement, day: date) -> HoursParams:
    return params.on(day, site=placement.site, organiser=placement.organiser or None)


def _outside(placement: Placement, told: Mapping[date, int], params: Resolved[HoursParams]) -> dict[str, list[date]]:
    found: dict[str, list[date]] = defaultdict(list)
    week: dict[date, int] = defaultdict(int)
    for day, minutes in told.items():
        chosen = _on(params, placement, day)
        monday = day - timedelta(days=day.weekday())
        week[monday] += minutes
        if minutes < chosen.day_min:
            found[SHORT].append(day)
        if minutes > chosen.day_max:
            found[LONG].append(day)
        if week[monday] > chosen.week_max:
            found[WEEK].append(day)
    return found


def _finding(
    placement: Placement, step: str, days: Sequence[date], minutes: Mapping[date, int], params: HoursParams
) -> Finding:
    last = days[-1]
    monday = last - timedelta(days=last.weekday())
    facts = {
        "placement_id": placement.id,
        "site_id": placement.site,
        "provider_org": placement.provider_org,
        "step": step,
        "days": len(days),
        "minutes": minutes[last]
        if step != WEEK
        else sum(m for d, m in minutes.items() if monday <= d < monday + timedelta(days=7)),
        "window_from": days[0].isoformat(),
        "window_to": last.isoformat(),
    }
    until = last + DAY + timedelta(days=params.rest_days)
    return Finding(f"{placement.id}:{step}", days[0] + DAY, until, facts, params)


rule = Rule(
    id="R-LIM-2",
    version=1,
    name="limit.hours_outside",
    params=HoursParams(),
    find=find,
    listens=frozenset({"attendance.day_recorded", "attendance.day_corrected", "placement.agreed"}),
    family="limit",
)
