"""Something is due for the client and nobody is there to do it, or she was handed over twice and not received (D17)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from pydantic import Field

from kernel.calendar import add_months, day_of, midnight
from kernel.rules import Dated, Finding, Params, Resolved, Rule
from services.referrals.activation_clock import EVERY_GROUND, REFORM, SOCIAL_ASSISTANCE_GROUNDS
from services.referrals.coverage import DAY, deactivated, there, uncovered
from services.referrals.items import WORKERS
from services.referrals.lead import OFFICER, OWN_WORKER
from services.referrals.meetings import MEETINGS
from services.referrals.pieces import Piece, pairs
from services.referrals.planning import PLANNING
from services.referrals.starting import activation_dues
from services.referrals.state import REFERRING, State
from services.referrals.suspect import COMMON, NAME, Double, Kind, common, findings

KIND = Kind("D17", "high")
OWNERS = WORKERS | {OFFICER}


class NobodyParams(Params):
    """`gap_days` without anybody; `months` from one plan review to the next, where no day was agreed; `grounds` that
    call for an activation plan.
    """

    gap_days: int = Field(default=14, ge=0, le=366)
    months: int = Field(default=3, ge=1, le=12)
    grounds: list[str] = Field(default=EVERY_GROUND)


VERSIONS = (Dated(NobodyParams(grounds=SOCIAL_ASSISTANCE_GROUNDS), REFORM, None, "statute"),)


@dataclass(frozen=True, slots=True)
class Due:
    """What is due (`referral`, `activation_plan`, `plan_review`), from a day until it is done (None: it is not)."""

    id: str
    what: str
    first: date
    done: datetime | None


def find(state: State, params: Resolved[NobodyParams]) -> Iterator[Finding]:
    """Each stretch of days on which a due matter has no owner, and each two hand-overs without an answer."""
    spans = there((w for w in state.client.workers if w.role in OWNERS), deactivated(params))
    for due in (*_referrals(state), *_plans(state, params), *_reviews(state, params)):
        last = None if due.done is None else day_of(due.done)
        for first, end in uncovered(spans, due.first, last):
            yield from _without_owner(state, due, first, end, params)
    yield from findings(KIND, _handovers(state, params), state, params)


def _without_owner(
    state: State, due: Due, first: date, end: date | None, params: Resolved[NobodyParams]
) -> Iterator[Finding]:
    chosen = params.on(first)
    key = f"D17:{due.id}:{first.isoformat()}"
    since = first + timedelta(days=chosen.gap_days)
    until = due.done if due.done and end == day_of(due.done) else None if end is None else midnight(end + DAY)
    if key not in state.settled and (until is None or until > midnight(since)):
        yield Finding(key, since, until, _facts(state, due, first, key, params), chosen)


def _facts(state: State, due: Due, first: date, key: str, params: Resolved[NobodyParams]) -> dict[str, Any]:
    """Nobody has it in hand, so nobody but the organiser's own team is told."""
    nobody = Piece(due.id, "", "", midnight(due.first), state=due.what)
    facts = common(KIND, key, [nobody], state, params, first)
    own = {"role": OWN_WORKER, "org": None, "why": "own_worker"}
    return {**facts, "lead": own, "due": due.what, "nobody_since": first.isoformat()}


def _referrals(state: State) -> Iterator[Due]:
    """One that nobody has received, sent on or decided on."""
    for r in state.referrals.values():
        done = min((t for t in (r.received, r.redirected, r.closed) if t is not None), default=None)
        if r.opened is not None:
            yield Due(r.id, "referral", day_of(r.opened), done)


def _plans(state: State, params: Resolved[NobodyParams]) -> Iterator[Due]:
    for due in activation_dues(state, lambda day: params.on(day).grounds):
        yield Due(due.id, "activation_plan", day_of(due.at), due.begun)


def _reviews(state: State, params: Resolved[NobodyParams]) -> Iterator[Due]:
    """The next review of a plan in force; somebody who has booked it is there for it."""
    for plan in state.plans.values():
        if plan.replaces and plan.signed is not None and plan.last_on is not None:
            due_on = plan.next_on or add_months(plan.last_on, params.on(plan.last_on).months)
            met = [m.opened for m in state.meetings.values() if m.plan == plan.id and m.opened and not m.dropped]
            after = [t for t in met if day_of(t) > plan.last_on]
            done = min((t for t in (plan.ended, *after) if t is not None), default=None)
            if done is None or day_of(done) >= due_on:
                yield Due(plan.id, "plan_review", due_on, done)


def _handovers(state: State, params: Resolved[NobodyParams]) -> Iterator[Double]:
    waiting = [h for h in state.client.handovers.values() if h.started is not None]
    pieces = [
        Piece(h.id, h.to_org, "", h.started, h.confirmed, "handed_over") for h in waiting if h.started is not None
    ]
    for pair in pairs(pieces):
        chosen = params.on(day_of(pair[1].opened))
        since = midnight(day_of(pair[1].opened) + timedelta(days=chosen.gap_days))
        until = min((p.closed for p in pair if p.closed is not None), default=None)
        if until is None or until > since:
            yield Double(pair, since, until, chosen, {"due": "handover"})


rule = Rule(
    id="D17",
    version=2,
    name=NAME,
    params=NobodyParams(),
    find=find,
    listens=frozenset(c.meta.name for c in (*MEETINGS, *PLANNING, *REFERRING))
    | COMMON
    | {"eligibility.reported", "handover.started", "handover.confirmed", "org.deactivated"},
    family="duplicate",
    versions=VERSIONS,
)
