"""A period has been over for a month and nobody has told where the client went: tell it (R-END-2)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from pydantic import Field

from kernel.rules import Finding, Params, Resolved, Rule
from services.placements.placement import Placement
from services.placements.state import State


class OutcomeParams(Params):
    """`days` after the end; an outcome that names no placement counts when it is at most `before_days` before the end.
    After `give_up_days` it is not asked for any more.
    """

    days: int = Field(default=30, ge=0, le=366)
    before_days: int = Field(default=56, ge=0, le=366)
    give_up_days: int = Field(default=366, ge=1, le=3660)


def find(state: State, params: Resolved[OutcomeParams]) -> Iterator[Finding]:
    """Placements that ended, or whose agreed period is over, without an outcome."""
    for placement in state.placements.values():
        end = placement.ended_on or placement.end_on
        if end is None or (placement.ended_on is None and _runs_on(placement)):
            continue
        chosen = params.on(end, site=placement.site, organiser=placement.organiser or None)
        first = end - timedelta(days=chosen.before_days)
        if any(o.placement == placement.id or (o.placement is None and o.on >= first) for o in state.outcomes):
            continue
        facts = {
            "placement_id": placement.id,
            "site_id": placement.site,
            "provider_org": placement.provider_org,
            "end_on": end.isoformat(),
            "days": chosen.days,
        }
        until = end + timedelta(days=chosen.days + chosen.give_up_days)
        yield Finding(placement.id, end + timedelta(days=chosen.days), until, facts, chosen)


def _runs_on(placement: Placement) -> bool:
    """Days recorded after the agreed end show that it goes on, whatever was agreed."""
    return placement.end_on is not None and placement.newest > placement.end_on


rule = Rule(
    id="R-END-2",
    version=1,
    name="outcome.missing",
    params=OutcomeParams(),
    find=find,
    listens=frozenset(
        {
            "placement.agreed",
            "placement.extended",
            "placement.ended",
            "outcome.recorded",
            "attendance.day_recorded",
            "attendance.day_corrected",
        }
    ),
    family="period_end",
)
