"""An organisation has hardly any free places left in a locality: open more, or tell who refers (R-CAP-1)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from pydantic import Field

from kernel.calendar import day_of
from kernel.rules import Finding, Params, Resolved, Rule
from services.placements.places import Site
from services.placements.state import State


class CapacityParams(Params):
    """Less than `free_pct` of the places are free, or at most `free_min` of them."""

    free_pct: int = Field(default=5, ge=0, le=100)
    free_min: int = Field(default=0, ge=0, le=100_000)


def find(state: State, params: Resolved[CapacityParams]) -> Iterator[Finding]:
    """Localities in which it has places, from the word that made them few until one that opens more."""
    localities: dict[str, list[Site]] = {}
    for site in state.places.sites.values():
        if site.told is not None:
            localities.setdefault(site.municipality, []).append(site)
    for municipality, sites in sorted(localities.items()):
        told = max(s.told for s in sites if s.told is not None)
        yield from _few(municipality, sites, told, params.on(day_of(told)))


def _few(municipality: str, sites: list[Site], told: datetime, params: CapacityParams) -> Iterator[Finding]:
    places, free = sum(s.places for s in sites), sum(s.free for s in sites)
    if places == 0 or (free > params.free_min and 100 * free >= params.free_pct * places):
        return
    facts = {"municipality": municipality or None, "places": places, "free": free, "sites": len(sites)}
    yield Finding(f"locality:{municipality}", told, None, facts, params)


rule = Rule(
    id="R-CAP-1",
    version=1,
    name="capacity.low",
    params=CapacityParams(),
    find=find,
    listens=frozenset({"place.opened", "place.closed", "place.reserved", "site.described"}),
    family="capacity",
)
