"""The client is an unemployed jobseeker again: somebody of the employment authority takes her on (row 32)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from pydantic import Field

from kernel.calendar import day_of, midnight
from kernel.rules import Finding, Params, Resolved, Rule
from schemas.codes import EMPLOYMENT
from services.referrals.lead import OFFICER
from services.referrals.placing import PLACING
from services.referrals.planning import PLANNING
from services.referrals.state import State

RETURNED = "returned_unemployed_jobseeker"


class ReturnParams(Params):
    """`days`: a task that nobody needs any more after so many days [P]; `within_days` an officer has for it [P]."""

    days: int = Field(default=366, ge=1, le=3660)
    within_days: int = Field(default=14, ge=0, le=366)


def find(state: State, params: Resolved[ReturnParams]) -> Iterator[Finding]:
    """From the outcome until the authority begins a plan, names an officer, confirms a hand-over or a place begins."""
    for code, at, id_ in state.other.outcomes:
        if code != RETURNED:
            continue
        chosen = params.on(day_of(at))
        end = midnight(day_of(at) + timedelta(days=chosen.days))
        until = min([end, *(t for t in _taken_on(state) if t > at)])
        due_on = (day_of(at) + timedelta(days=chosen.within_days)).isoformat()
        yield Finding(id_, at, until, {"outcome": code, "on": day_of(at).isoformat(), "due_on": due_on}, chosen)


def _taken_on(state: State) -> Iterator[datetime]:
    for plan in state.plans.values():
        if plan.org_type in EMPLOYMENT:
            yield from (t for t in (plan.started, plan.signed) if t is not None)
        yield from (r.at for r in plan.reviews if r.org == plan.org)
    for worker in state.client.workers:
        if worker.role == OFFICER:
            yield max(worker.told, midnight(worker.first))
    yield from (h.confirmed for h in state.client.handovers.values() if h.confirmed is not None)
    yield from (p.started for p in state.placements.values() if p.started is not None)


rule = Rule(
    id="R-RETURN-1",
    version=1,
    name="jobseeker.returned",
    params=ReturnParams(),
    find=find,
    listens=frozenset(c.meta.name for c in (*PLACING, *PLANNING))
    | {"outcome.recorded", "caseworker.assigned", "handover.started", "handover.confirmed"},
    family="caseworker",
)
