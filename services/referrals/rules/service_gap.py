"""The client needs a service and cannot get it: too far, not there, full, or too dear (R-GAP-1)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from pydantic import Field

from kernel.calendar import day_of, midnight
from kernel.rules import Finding, Params, Resolved, Rule
from services.referrals.placing import PLACING
from services.referrals.state import REFERRING, State
from services.referrals.undertakings import UNDERTAKEN

ACTIVITY = "rehab_work_activity"


class GapParams(Params):
    """`reasons` for which a rejected referral tells of a gap; one that nobody mends is forgotten after `days` [P]."""

    reasons: list[str] = Field(default=["no_service_in_area", "no_free_places"])
    days: int = Field(default=366, ge=1, le=3660)


def find(state: State, params: Resolved[GapParams]) -> Iterator[Finding]:
    """Barriers that were reported and referrals that had nowhere to go, until a service of the type begins."""
    for barrier in state.other.barriers:
        facts: dict[str, object] = {"reason": barrier.reason, "km": barrier.km}
        yield from _gap(state, barrier.id, barrier.service, barrier.at, barrier.org, params, facts)
    for referral in state.referrals.values():
        at = referral.closed
        if at is None or referral.opened is None or referral.outcome != "rejected":
            continue
        if referral.reason in params.on(day_of(at)).reasons:
            facts = {"reason": referral.reason, "km": None}
            yield from _gap(state, referral.id, referral.service, at, referral.receiver, params, facts)


def _gap(
    state: State,
    id_: str,
    service: str,
    at: datetime,
    org: str,
    params: Resolved[GapParams],
    facts: dict[str, object],
) -> Iterator[Finding]:
    chosen = params.on(day_of(at))
    until = min([midnight(day_of(at) + timedelta(days=chosen.days)), *(t for t in _begun(state, service) if t > at)])
    told = {"service_type": service, "municipality": state.client.municipality(day_of(at)), "told_by": org}
    yield Finding(id_, at, until, {**told, **facts}, chosen)


def _begun(state: State, service: str) -> Iterator[datetime]:
    if service == ACTIVITY:
        yield from (p.started for p in state.placements.values() if p.started is not None)
    yield from (at for kind, at in state.other.started if kind == service)


rule = Rule(
    id="R-GAP-1",
    version=1,
    name="service_gap.detected",
    params=GapParams(),
    find=find,
    listens=frozenset(c.meta.name for c in (*PLACING, *REFERRING, *UNDERTAKEN))
    | {"client.registered", "client.moved_municipality"},
    family="gap",
)
