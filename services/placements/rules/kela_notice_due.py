"""Absences that nobody has told Kela for two weeks: the provider should send its notice (R-KELA-1)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from pydantic import Field

from kernel.rules import Finding, Params, Resolved, Rule
from services.placements.placement import Placement
from services.placements.schedule import schedule_of
from services.placements.spells import LISTENS
from services.placements.state import State


class NoticeParams(Params):
    """`days` from an absence within which Kela must have been told: at least every two weeks (Kela, form TT3)."""

    days: int = Field(default=14, ge=1, le=366)


def find(state: State, params: Resolved[NoticeParams]) -> Iterator[Finding]:
    """Placements with days of absence that no notice covers, from the day on which the oldest has waited too long."""
    for placement in state.placements.values():
        open_ = untold(state, placement, params)
        if not open_:
            continue
        chosen = params.on(open_[0], site=placement.site, organiser=placement.organiser or None)
        facts = {
            "placement_id": placement.id,
            "site_id": placement.site,
            "provider_org": placement.provider_org,
            "window_from": open_[0].isoformat(),
            "window_to": open_[-1].isoformat(),
            "absent_days": len(open_),
            "due_on": (open_[0] + timedelta(days=chosen.days)).isoformat(),
        }
        yield Finding(placement.id, open_[0] + timedelta(days=chosen.days), None, facts, chosen)


def untold(state: State, placement: Placement, params: Resolved[NoticeParams]) -> Sequence[date]:
    """The days of absence, in order, of which no notice has told."""
    absent = [d for d in placement.dates if placement.days[d].status == "absent"]
    if not absent:
        return ()
    told = [n for n in state.background.notices if n.placement in {None, placement.id}]
    schedule = schedule_of(placement, params)
    return [d for d in absent if not any(n.first <= d <= n.last for n in told) and schedule.expected(d)]


rule = Rule(
    id="R-KELA-1",
    version=1,
    name="kela_absence_notice.due",
    params=NoticeParams(),
    find=find,
    listens=LISTENS | {"kela_absence_notice.sent"},
    family="silence",
)
