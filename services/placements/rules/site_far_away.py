"""The site lies outside the client's commuting area and she has not agreed to that: ask her (R-LIM-7)."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from kernel.rules import Finding, Params, Resolved, Rule
from services.placements.schedule import DAY
from services.placements.state import State


class AreaParams(Params):
    """`km` from her actual residence are within the commuting area (L380/2023 10§; L189/2001 14§3)."""

    km: int = Field(default=80, ge=0, le=5_000)


def find(state: State, params: Resolved[AreaParams]) -> Iterator[Finding]:
    """Placements from the moment they were agreed until they are over."""
    for placement in state.placements.values():
        if placement.distance_km is None or placement.far_ok or placement.agreed_at is None:
            continue
        day = placement.start_on or placement.agreed_at.date()
        chosen = params.on(day, site=placement.site, organiser=placement.organiser or None)
        if placement.distance_km <= chosen.km:
            continue
        last = placement.ended_on or placement.end_on
        facts = {
            "placement_id": placement.id,
            "site_id": placement.site,
            "provider_org": placement.provider_org,
            "km": placement.distance_km,
            "cap": chosen.km,
        }
        yield Finding(placement.id, placement.agreed_at, last and last + DAY, facts, chosen)


rule = Rule(
    id="R-LIM-7",
    version=1,
    name="placement.far_away",
    params=AreaParams(),
    find=find,
    listens=frozenset({"placement.agreed", "placement.extended", "placement.ended"}),
    family="start",
)
