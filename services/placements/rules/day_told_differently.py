"""Two systems have told different things of the same day; one counts, and somebody should set the other right (D18)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID, uuid5

from pydantic import Field

from kernel.calendar import day_of
from kernel.rules import Finding, Params, Resolved, Rule
from services.placements.contested import Contested
from services.placements.placement import Placement
from services.placements.state import DAY_FACTS, State

DAYS = UUID("5b8e2c60-41d7-5f93-a0c8-7e16d90b3f24")


class DayParams(Params):
    """`open_days`: how long it is asked for [P]; the day counts by precedence all the while."""

    open_days: int = Field(default=30, ge=1, le=366)


def find(state: State, params: Resolved[DayParams]) -> Iterator[Finding]:
    """For the provider: what differs, never what was said. Correcting or taking back either one ends it."""
    for placement in state.placements.values():
        for contested in placement.contested.values():
            key = f"D18:{placement.id}:{contested.day.isoformat()}"
            if key not in state.settled:
                chosen = params.on(contested.day, site=placement.site, organiser=placement.organiser or None)
                until = day_of(contested.since) + timedelta(days=chosen.open_days)
                yield Finding(key, contested.since, until, _facts(placement, contested, key), chosen)


def _facts(placement: Placement, contested: Contested, key: str) -> dict[str, object]:
    on = contested.day.isoformat()
    parties = enumerate(contested.parties)
    items = [
        {"id": placement.id, "org": org, "org_type": kind, "state": "outweighed" if n else "counts"}
        for n, (org, kind) in parties
    ]
    counts = contested.parties[0][0]
    return {
        "kind": "D18",
        "severity": "low",
        "technical": True,
        "duplicate_id": str(uuid5(DAYS, key)),
        "placement_id": placement.id,
        "provider_org": placement.provider_org,
        "on": on,
        "differs": list(contested.fields),
        "items": items,
        "lead": {"role": "provider_client_manager", "org": counts, "why": "precedence"},
        "tell": "none",
        "told": [],
        "untold": [],
    }


rule = Rule(
    id="D18",
    version=1,
    name="attendance.data_conflict",
    params=DayParams(),
    find=find,
    listens=frozenset(c.meta.name for c in DAY_FACTS)
    | {"placement.agreed", "placement.started", "duplicate_work.dismissed", "duplicate_work.resolved"},
    family="data",
)
