"""Two organisations have referred the same client to the same service: they should know of each other (D01)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import combinations

from pydantic import Field

from kernel.calendar import day_of
from kernel.rules import Finding, Params, Resolved, Rule
from services.referrals.items import DROPPED, Referral
from services.referrals.state import State


class ReferralParams(Params):
    """`gap_days`: a referral that was decided so many days ago at most still counts as being dealt with."""

    gap_days: int = Field(default=30, ge=0, le=366)


def find(state: State, params: Resolved[ReferralParams]) -> Iterator[Finding]:
    """Every pair of referrals of one service by different referrers; a third one makes pairs of its own."""
    known = [r for r in state.referrals.values() if r.opened is not None]
    for pair in combinations(sorted(known, key=lambda r: (r.opened, r.id)), 2):
        earlier, later = pair
        if later.opened is None or _legitimate(earlier, later):
            continue
        chosen = params.on(day_of(later.opened))
        key = ":".join(sorted((earlier.id, later.id)))
        if _apart(earlier, later.opened, chosen.gap_days) or key in state.settled:
            continue
        yield Finding(key, later.opened, _over(earlier, later), _facts(pair, chosen), chosen)


def _legitimate(earlier: Referral, later: Referral) -> bool:
    """Other services, a revision by the same referrer, the same case sent twice, or one sent on to the other."""
    return (
        earlier.service != later.service
        or earlier.org == later.org
        or (earlier.external is not None and earlier.external == later.external)
        or later.org in earlier.sent_on
        or earlier.org in later.sent_on
    )


def _apart(earlier: Referral, opened: datetime, gap_days: int) -> bool:
    """The earlier one was decided so long ago that the later one is a matter of its own."""
    return earlier.closed is not None and day_of(opened) > day_of(earlier.closed) + timedelta(days=gap_days)


def _over(earlier: Referral, later: Referral) -> datetime | None:
    """When nobody works on both any more: one was dropped while both were in hand, or both are decided."""
    ends = [
        r.closed
        for r in (earlier, later)
        if r.closed is not None and r.outcome in DROPPED and later.opened is not None and r.closed > later.opened
    ]
    if earlier.closed is not None and later.closed is not None:
        ends.append(max(earlier.closed, later.closed))
    return min(ends, default=None)


def _facts(pair: Sequence[Referral], params: ReferralParams) -> dict[str, object]:
    return {
        "kind": "D01",
        "service_type": pair[0].service,
        "gap_days": params.gap_days,
        "items": [
            {
                "id": r.id,
                "org": r.org,
                "target_org": r.target,
                "opened_on": day_of(r.opened).isoformat() if r.opened else None,
                "state": r.outcome or "open",
            }
            for r in pair
        ],
    }


rule = Rule(
    id="D01",
    version=1,
    name="duplicate_work.detected",
    params=ReferralParams(),
    find=find,
    listens=frozenset(
        {
            "referral.submitted",
            "referral.accepted",
            "referral.rejected",
            "referral.withdrawn",
            "referral.redirected",
            "duplicate_work.dismissed",
            "duplicate_work.resolved",
        }
    ),
    family="duplicate",
)
