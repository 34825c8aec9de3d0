"""A child's illness has lasted for more days than it excuses at a time: the provider should know (R-ABS-6)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from kernel.rules import Finding, Resolved, Rule
from services.placements.absence import working_days
from services.placements.illness import Row, ill, rows_of
from services.placements.placement import CHILD_ILL
from services.placements.schedule import DAY, Schedule, schedule_of
from services.placements.spells import AGO, LISTENS, AbsenceParams
from services.placements.state import State


class ChildParams(AbsenceParams):
    """`child_illness_days` working days at a time are a good reason, from the next one on the days are unexcused."""


def find(state: State, params: Resolved[ChildParams]) -> Iterator[Finding]:
    """Rows of days missed for a child's illness that have become too long."""
    for placement in state.placements.values():
        if not ill(placement, CHILD_ILL):
            continue
        schedule = schedule_of(placement, params)
        for row in rows_of(schedule, CHILD_ILL, state.told_on):
            last = row.days[-1]
            chosen = params.on(last, site=placement.site, organiser=placement.organiser or None)
            over = row.ended_on and row.ended_on + timedelta(days=chosen.rearm_days)
            too_long = [
                d for d in row.days if working_days(row.days[0], d, schedule.closed) > chosen.child_illness_days
            ]
            known = last > schedule.after_first(chosen.grace_days)
            if too_long and known and (over is None or over >= state.told_on - AGO):
                yield _finding(schedule, row, too_long[0], over, chosen)


def _finding(schedule: Schedule, row: Row, since: date, until: date | None, params: ChildParams) -> Finding:
    placement, first, last = schedule.placement, row.days[0], row.days[-1]
    facts = {
        "placement_id": placement.id,
        "site_id": placement.site,
        "provider_org": placement.provider_org,
        "window_from": first.isoformat(),
        "window_to": last.isoformat(),
        "working_days": working_days(first, last, schedule.closed),
        "days": params.child_illness_days,
    }
    return Finding(f"{placement.id}:{first.isoformat()}", since + DAY, until, facts, params)


rule = Rule(
    id="R-ABS-6",
    version=1,
    name="absence.no_longer_excused",
    params=ChildParams(),
    find=find,
    listens=LISTENS,
    family="absence",
)
