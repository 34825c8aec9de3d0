"""A supervisor is worried about a client, whatever the numbers say: someone should talk with the client (R-ABS-7)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from kernel.calendar import day_of
from kernel.rules import Finding, Params, Resolved, Rule
from services.placements.schedule import DAY
from services.placements.state import State


class ConcernParams(Params):
    """A worry needs no number."""


def find(state: State, params: Resolved[ConcernParams]) -> Iterator[Finding]:
    """Every concern from the moment that it was told, until the placement is over."""
    for placement in state.placements.values():
        until = placement.ended_on and placement.ended_on + DAY
        for concern in placement.concerns:
            since = datetime.fromisoformat(concern.at)
            if until is not None and day_of(since) >= until:
                continue
            facts = {
                "placement_id": placement.id,
                "site_id": placement.site,
                "provider_org": placement.provider_org or concern.org,
                "concern": concern.code,
                "told_by": concern.org,
            }
            chosen = params.on(day_of(since), site=placement.site, organiser=placement.organiser or None)
            yield Finding(f"{placement.id}:{concern.at}", since, until, facts, chosen)


rule = Rule(
    id="R-ABS-7",
    version=1,
    name="absence.concern_open",
    params=ConcernParams(),
    find=find,
    listens=frozenset({"absence.concern_raised", "placement.ended"}),
    family="absence",
)
