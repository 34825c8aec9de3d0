"""An organisation is no longer there and still has something of the client's in hand: hand it over (row 36)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from pydantic import Field

from kernel.rules import Finding, Params, Resolved, Rule
from services.referrals.client import Worker
from services.referrals.coverage import deactivated
from services.referrals.items import Plan
from services.referrals.placing import PLACING
from services.referrals.planning import PLANNING
from services.referrals.state import REFERRING, State
from services.referrals.undertakings import UNDERTAKEN


class GoneParams(Params):
    """`kinds` of work that must be handed over."""

    kinds: list[str] = Field(default=["referral", "plan", "placement", "parallel_service", "worker"])


def find(state: State, params: Resolved[GoneParams]) -> Iterator[Finding]:
    """One finding per organisation, with all that is left there, until nothing is."""
    for org, first in sorted(deactivated(params).items()):
        chosen = params.on(first)
        left = sorted(i for i in _left(state, org, first) if i[0] in chosen.kinds)
        if left:
            items = [{"what": what, "id": id_} for what, id_ in left]
            yield Finding(org, first, None, {"org": org, "from_on": first.isoformat(), "left": items}, chosen)


def _left(state: State, org: str, gone: date) -> Iterator[tuple[str, str]]:
    """What it had in hand on the day it ceased and nobody has ended or taken over since."""
    yield from (("referral", r.id) for r in state.referrals.values() if r.receiver == org and r.open and r.opened)
    yield from (("plan", p.id) for p in state.plans.values() if org in {p.lead, p.signer} and _alive(state, p))
    for place in state.placements.values():
        running = place.state in {"agreed", "started"} and (place.last_on is None or place.last_on >= gone)
        if running and (place.provider or place.org) == org:
            yield "placement", place.id
    for service in state.other.services.values():
        if service.closed is None and (service.giver or service.org) == org:
            yield "parallel_service", service.id
    for worker in state.client.workers:
        if worker.org == org and (worker.last is None or worker.last >= gone) and not _followed(state, worker, gone):
            yield "worker", worker.id


def _alive(state: State, plan: Plan) -> bool:
    carried_on = any(plan.id in p.predecessors for p in state.plans.values())
    return plan.opened is not None and plan.ended is None and not carried_on


def _followed(state: State, worker: Worker, gone: date) -> bool:
    """Somebody of another organisation has the role since."""
    others = (w for w in state.client.workers if w.role == worker.role and w.org != worker.org)
    return any(w.last is None or w.last >= gone for w in others)


rule = Rule(
    id="R-ORG-1",
    version=1,
    name="work.to_reassign",
    params=GoneParams(),
    find=find,
    listens=frozenset(c.meta.name for c in (*PLACING, *PLANNING, *REFERRING, *UNDERTAKEN))
    | {"caseworker.assigned", "caseworker.ended", "org.deactivated"},
    family="caseworker",
)
