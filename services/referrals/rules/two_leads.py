"""Employment authority and social work have both begun the same plan, each thinking that it leads (D16)."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from kernel.calendar import day_of
from kernel.rules import Finding, Params, Resolved, Rule
from services.referrals.client import SOCIAL_ASSISTANCE, UNEMPLOYMENT
from services.referrals.lead import PREPARATION
from services.referrals.pieces import pairs
from services.referrals.planned import MULTISECTOR, by_both_sides, over_by_then, pieces
from services.referrals.planning import PLANNING
from services.referrals.state import State
from services.referrals.suspect import COMMON, NAME, Double, Kind, findings

KIND = Kind("D16", "medium", PREPARATION)


class LeadParams(Params):
    """`gap_days` between the two beginnings at most."""

    gap_days: int = Field(default=7, ge=0, le=366)


def find(state: State, params: Resolved[LeadParams]) -> Iterator[Finding]:
    """Each pair of plans of one kind that both sides prepare, until one of them ends."""
    for double in _doubles(state, params):
        multisector = double.pair[0].source.type == MULTISECTOR
        yield from findings(KIND, (double,), state, params, multisector=multisector)


def _doubles(state: State, params: Resolved[LeadParams]) -> Iterator[Double]:
    for pair in pairs(p for p in pieces(state) if p.source.replaces and p.source.started is not None):
        earlier, later = pair
        chosen = params.on(day_of(later.opened))
        if over_by_then(pair) or earlier.source.linked(later.source) or not by_both_sides(pair, chosen.gap_days):
            continue
        day = day_of(later.opened)
        more = {
            "plan_id": later.id,
            "plan_type": later.source.type,
            "both_benefits": all(state.client.lives_on(kinds, day) for kinds in (UNEMPLOYMENT, SOCIAL_ASSISTANCE)),
        }
        until = min((p.closed for p in pair if p.closed is not None), default=None)
        yield Double(pair, later.opened, until, chosen, more)


rule = Rule(
    id="D16",
    version=1,
    name=NAME,
    params=LeadParams(),
    find=find,
    listens=frozenset(c.meta.name for c in PLANNING) | COMMON,
    family="duplicate",
)
