"""Two plans that each replace an employment plan are being made or held at the same time (D02)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from pydantic import Field

from kernel.calendar import day_of, midnight
from kernel.rules import Finding, Params, Resolved, Rule
from services.referrals.lead import PREPARATION
from services.referrals.pieces import Pair, pairs
from services.referrals.planned import MULTISECTOR, by_both_sides, over_by_then, pieces
from services.referrals.planning import PLANNING
from services.referrals.state import State
from services.referrals.suspect import COMMON, NAME, Double, Kind, findings

KIND = Kind("D02", "high", PREPARATION)


class PlansParams(Params):
    """`lead_days`: two plans of one kind that authority and social work begin within so many days are a conflict about
    the lead (D16), not this. A renewal may overlap the plan that it carries on for `renewal_days` (DOMAIN 6.3).
    """

    lead_days: int = Field(default=7, ge=0, le=366)
    renewal_days: int = Field(default=60, ge=0, le=366)


def find(state: State, params: Resolved[PlansParams]) -> Iterator[Finding]:
    """Both in preparation, or one kind begun while a plan of the other kind is in force; a renewal is neither."""
    for double in _doubles(state, params):
        both = any(p.source.type == MULTISECTOR for p in double.pair)
        yield from findings(KIND, (double,), state, params, multisector=both)


def _doubles(state: State, params: Resolved[PlansParams]) -> Iterator[Double]:
    for pair in pairs(p for p in pieces(state) if p.source.replaces):
        earlier, later = pair
        chosen = params.on(day_of(later.opened))
        ends = [p.closed for p in pair if p.closed is not None]
        since = later.opened
        if earlier.source.linked(later.source):
            since = midnight(day_of(later.opened) + timedelta(days=chosen.renewal_days + 1))
            ends += [later.source.signed] if later.source.signed is not None else []  # it stands in the old one's place
        elif by_both_sides(pair, chosen.lead_days) or not _clash(pair):
            continue
        types = [p.source.type for p in pair]
        yield Double(pair, since, min(ends, default=None), chosen, {"plan_id": later.id, "plan_types": types})


def _clash(pair: Pair) -> bool:
    """Of different kinds while the first lives; of one kind by different actors before the first is signed."""
    earlier, later = pair
    if over_by_then(pair):
        return False
    if earlier.source.type != later.source.type:
        return True
    signed = earlier.source.signed
    return earlier.org != later.org and (signed is None or signed > later.opened)


rule = Rule(
    id="D02",
    version=1,
    name=NAME,
    params=PlansParams(),
    find=find,
    listens=frozenset(c.meta.name for c in PLANNING) | COMMON,
    family="duplicate",
)
