"""How often a client is to be met, as her organiser or she herself has agreed it (R-REV-3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from kernel.facts import Fact
from services.placements.placement import Placement

LEVELS = ("region", "organiser", "site", "client")
ON_DEMAND = "on_demand"


@dataclass(frozen=True, slots=True)
class Policy:
    """One agreed kind of cadence; numbers that do not belong to the kind are None."""

    kind: str
    months: int | None = None
    at_least: int | None = None
    window_months: int | None = None


@dataclass(frozen=True, slots=True)
class Valid:
    """The policies that hold from a day to the day before another; `level` is where they were agreed."""

    first: date
    end: date
    level: str
    policies: Sequence[Policy]


def valid_policies(
    placement: Placement, general: Iterable[Fact], own: Iterable[Fact], usual: Policy
) -> Iterator[Valid]:
    """The policies of a placement, one stretch of time after the other: the client's own before the site's before
    the organiser's before the region's; `usual` holds where nobody has agreed anything.
    """
    told = [(_level(f, placement), f.data) for f in general if _concerns(f, placement)]
    told += [("client", f.data) for f in own if f.data.scope.site in {None, placement.site}]
    days = sorted({date.min, *(said.valid_from for _, said in told)})
    for first, end in zip(days, [*days[1:], date.max], strict=True):
        level, policies = _on(first, told)
        yield Valid(first, end, level, policies or (usual,))


def _on(day: date, told: Sequence[tuple[str, Any]]) -> tuple[str, Sequence[Policy]]:
    """Those of the most special level that has any: of each kind the newest, and none that is older than a word that
    she is met as needed.
    """
    for level in reversed(LEVELS):
        known = sorted((s for at, s in told if at == level and s.valid_from <= day), key=lambda s: s.valid_from)
        newest = {said.kind: said for said in known}
        if not newest:
            continue
        needed = newest.get(ON_DEMAND)
        return level, [
            Policy(s.kind, s.interval_months, s.n_min, s.window_months)
            for s in newest.values()
            if needed is None or s is needed or s.valid_from > needed.valid_from
        ]
    return "default", ()


def _level(fact: Fact, placement: Placement) -> str:
    """A policy without a scope holds for all that the stating organisation arranges."""
    scope: Any = fact.data.scope
    if scope.site:
        return "site"
    return "organiser" if scope.organiser or fact.org == placement.organiser else "region"


def _concerns(fact: Fact, placement: Placement) -> bool:
    scope: Any = fact.data.scope
    if scope.site:
        return bool(scope.site == placement.site)
    if scope.organiser:
        return bool(scope.organiser == placement.organiser)
    return bool(scope.region) or fact.org == placement.organiser
