"""Nothing has been recorded of a running placement for two weeks: that is a gap in the data, no absence (R-ABS-8)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from pydantic import Field

from kernel.rules import Finding, Params, Resolved, Rule
from services.placements.placement import Placement
from services.placements.schedule import DAY, Span, schedule_of
from services.placements.spells import LISTENS
from services.placements.state import State


class SilenceParams(Params):
    """`days` without a record; Kela wants reports at least every two weeks."""

    days: int = Field(default=14, ge=1, le=366)


def find(state: State, params: Resolved[SilenceParams]) -> Iterator[Finding]:
    """Placements that run and of which nothing is heard; days of a pause do not count."""
    for placement in state.placements.values():
        last = _last_heard(placement)
        if last is None:
            continue
        schedule = schedule_of(placement, params)
        chosen = params.on(last, site=placement.site, organiser=placement.organiser or None)
        since = _quiet_until(last, chosen.days, schedule.pauses)
        end = placement.ended_on or placement.end_on
        if since == date.max or (end is not None and since > end):
            continue
        facts = {
            "placement_id": placement.id,
            "site_id": placement.site,
            "provider_org": placement.provider_org,
            "last_recorded_on": placement.newest.isoformat() if placement.dates else None,
            "started_on": placement.started_on.isoformat() if placement.started_on else None,
            "days": chosen.days,
        }
        yield Finding(placement.id, since, end and end + DAY, facts, chosen)


def _last_heard(placement: Placement) -> date | None:
    """The newest recorded day, or the start; None when it has not begun as far as anybody said."""
    recorded = placement.newest if placement.dates else None
    known = [d for d in (recorded, placement.started_on) if d is not None]
    return max(known, default=None)


def _quiet_until(last: date, days: int, pauses: Sequence[Span]) -> date:
    """The day that comes so many days later, days of pauses left out; the end of time within an open pause."""
    day = last
    while days > 0:
        ends = [end for first, end in pauses if first <= day + DAY <= end]
        if not ends:
            day, days = day + DAY, days - 1
        elif max(ends) == date.max:
            return date.max
        else:
            day = max(ends)
    return day


rule = Rule(
    id="R-ABS-8",
    version=1,
    name="attendance.report_overdue",
    params=SilenceParams(),
    find=find,
    listens=LISTENS,
    family="silence",
)
