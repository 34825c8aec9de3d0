"""Two organisations have referred the same client to the same service: they should know of each other (D01)."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from kernel.calendar import day_of
from kernel.rules import Finding, Params, Resolved, Rule
from services.referrals.lead import ARRANGING
from services.referrals.pieces import apart, over, pairs
from services.referrals.referring import legitimate, pieces
from services.referrals.state import REFERRING, State
from services.referrals.suspect import COMMON, NAME, Double, Kind, findings

KIND = Kind("D01", "high", ARRANGING)


class ReferralParams(Params):
    """`gap_days`: a referral that was decided so many days ago at most still counts as being dealt with."""

    gap_days: int = Field(default=30, ge=0, le=366)


def find(state: State, params: Resolved[ReferralParams]) -> Iterator[Finding]:
    """Every pair of referrals of one service by different referrers; a third one makes pairs of its own."""
    yield from findings(KIND, _doubles(state, params), state, params)


def _doubles(state: State, params: Resolved[ReferralParams]) -> Iterator[Double]:
    for pair in pairs(pieces(state)):
        earlier, later = (p.source for p in pair)
        chosen = params.on(day_of(pair[1].opened))
        if earlier.service != later.service or legitimate(earlier, later) or apart(pair, chosen.gap_days):
            continue
        more = {
            "service_type": earlier.service,
            "gap_days": chosen.gap_days,
            "targets": [earlier.target, later.target],
            "receivers": sorted({r.receiver for r in (earlier, later) if r.receiver}),
        }
        yield Double(pair, pair[1].opened, over(pair), chosen, more)


rule = Rule(
    id="D01",
    version=3,
    name=NAME,
    params=ReferralParams(),
    find=find,
    listens=frozenset(c.meta.name for c in REFERRING) | COMMON,
    family="duplicate",
)
