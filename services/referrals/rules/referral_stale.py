"""A referral lies still: not received, not decided upon, or accepted and not begun (R-REF-1)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from pydantic import Field

from kernel.calendar import day_of, midnight, working_days_after
from kernel.rules import Finding, Params, Resolved, Rule
from services.referrals.coverage import closed_days
from services.referrals.items import Referral
from services.referrals.placing import PLACING
from services.referrals.state import REFERRING, State

ACTIVITY = "rehab_work_activity"


class AgeingParams(Params):
    """Working days to receive it, days to decide from then on [P], days until what was accepted begins (a decision must
    be carried out within 3 months: L1301/2014 45§).
    """

    receive_working_days: int = Field(default=3, ge=0, le=60)
    decide_days: int = Field(default=14, ge=0, le=366)
    start_days: int = Field(default=90, ge=0, le=366)


def find(state: State, params: Resolved[AgeingParams]) -> Iterator[Finding]:
    """The step that a referral waits for, from the day on which its time is up."""
    for referral in state.referrals.values():
        if referral.opened is None:
            continue
        yield from _received(referral, params)
        yield from _decided(referral, params)
        yield from _started(state, referral, params)


def _received(referral: Referral, params: Resolved[AgeingParams]) -> Iterator[Finding]:
    if referral.opened is None:
        return
    sent = day_of(referral.opened)
    chosen = params.on(sent)
    closed = closed_days(params, referral.target or referral.provider or "")
    due = working_days_after(sent, chosen.receive_working_days, closed)
    done = min((t for t in (referral.received, referral.closed) if t is not None), default=None)
    yield from _step(referral, "receive", due, done, chosen)


def _decided(referral: Referral, params: Resolved[AgeingParams]) -> Iterator[Finding]:
    if referral.received is None:
        return
    due = day_of(referral.received) + timedelta(days=params.on(day_of(referral.received)).decide_days)
    yield from _step(referral, "decide", due, referral.closed, params.on(due))


def _started(state: State, referral: Referral, params: Resolved[AgeingParams]) -> Iterator[Finding]:
    if referral.outcome != "accepted" or referral.closed is None:
        return
    due = day_of(referral.closed) + timedelta(days=params.on(day_of(referral.closed)).start_days)
    begun = min((t for t in _beginnings(state, referral) if t >= referral.closed), default=None)
    yield from _step(referral, "start", due, begun, params.on(due))


def _beginnings(state: State, referral: Referral) -> Iterator[datetime]:
    """A place for work activity, else the service of the same type."""
    if referral.service == ACTIVITY:
        yield from (p.started for p in state.placements.values() if p.started is not None)
    yield from (at for service, at in state.other.started if service == referral.service)


def _step(referral: Referral, step: str, due: date, done: datetime | None, params: AgeingParams) -> Iterator[Finding]:
    if done is not None and done <= midnight(due):
        return
    facts = {
        "referral_id": referral.id,
        "service_type": referral.service,
        "step": step,
        "receiver_org": referral.receiver or None,
        "referrer_org": referral.org,
        "due_on": due.isoformat(),
    }
    yield Finding(f"{referral.id}:{step}", due, done, facts, params)


rule = Rule(
    id="R-REF-1",
    version=1,
    name="referral.stale",
    params=AgeingParams(),
    find=find,
    listens=frozenset(c.meta.name for c in (*REFERRING, *PLACING)) | {"parallel_service.started", "closing_days.set"},
    family="referral",
)
