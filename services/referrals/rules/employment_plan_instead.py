"""An employment plan is made where an activation plan is due, or where a plan that replaces it already is (D04)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from kernel.calendar import day_of
from kernel.rules import Dated, Finding, Params, Resolved, Rule
from services.referrals.activation_clock import REFORM
from services.referrals.client import SOCIAL_ASSISTANCE
from services.referrals.items import SHARED_PLANS
from services.referrals.lead import PREPARATION
from services.referrals.pieces import Piece
from services.referrals.planned import MULTISECTOR, pieces
from services.referrals.planning import PLANNING
from services.referrals.starting import Activation, activation_dues
from services.referrals.state import State
from services.referrals.suspect import COMMON, NAME, Double, Kind, findings

KIND = Kind("D04", "high", PREPARATION)
EMPLOYMENT_PLAN = "employment_plan"


class InsteadParams(Params):
    """`due_for`: who must get an activation plan once it is due; `replacing`: plans beside which none is made."""

    due_for: Literal["everybody", "social_assistance"] = "everybody"
    replacing: list[str] = sorted(SHARED_PLANS)


VERSIONS = (
    # from the reform on activation plans only for those on social assistance
    Dated(InsteadParams(due_for="social_assistance", replacing=[MULTISECTOR]), REFORM, None, "statute"),
)


def find(state: State, params: Resolved[InsteadParams]) -> Iterator[Finding]:
    """One finding for an employment plan and what stands against it; one begun before that is its precondition
    (L189/2001 5§4) and is none.
    """
    yield from findings(KIND, _doubles(state, params), state, params)


def _doubles(state: State, params: Resolved[InsteadParams]) -> Iterator[Double]:
    every = list(pieces(state))
    for plan in (p for p in every if p.source.type == EMPLOYMENT_PLAN):
        chosen = params.on(day_of(plan.opened))
        for other in every:
            if other.source.type in chosen.replacing and _while(plan, other):
                more = {"plan_id": plan.id, "plan_type": EMPLOYMENT_PLAN, "instead_of": other.source.type}
                until = min((p.closed for p in (plan, other) if p.closed is not None), default=None)
                yield Double((other, plan), plan.opened, until, chosen, {**more, "why": "replacing_plan"})
        if (due := _due(state, plan, chosen)) is not None:
            kela = Piece(due.id, "", "kela", due.at, state="due")
            more = {"plan_id": plan.id, "plan_type": EMPLOYMENT_PLAN, "instead_of": "activation_plan"}
            until = min((t for t in (due.begun, plan.closed) if t is not None), default=None)
            yield Double((kela, plan), plan.opened, until, chosen, {**more, "why": "activation_due"})


def _while(plan: Piece, other: Piece) -> bool:
    """The employment plan was begun while the other one lived, and does not carry it on."""
    alive = other.opened <= plan.opened and (other.closed is None or plan.opened < other.closed)
    return alive and not plan.source.linked(other.source)


def _due(state: State, plan: Piece, params: InsteadParams) -> Activation | None:
    """The report by which an activation plan was due when this plan was begun."""
    if params.due_for == "social_assistance" and not state.client.lives_on(SOCIAL_ASSISTANCE, day_of(plan.opened)):
        return None
    due = [a for a in activation_dues(state) if a.at <= plan.opened and (a.begun is None or a.begun > plan.opened)]
    return max(due, key=lambda a: (a.at, a.id), default=None)


rule = Rule(
    id="D04",
    version=1,
    name=NAME,
    params=InsteadParams(),
    find=find,
    listens=frozenset(c.meta.name for c in PLANNING) | COMMON | {"eligibility.reported"},
    family="duplicate",
    versions=VERSIONS,
)
