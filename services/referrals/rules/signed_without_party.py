"""A plan was signed without one of those whose signature the law wants (row 43 of the survey)."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from kernel.calendar import day_of
from kernel.rules import Finding, Params, Resolved, Rule
from services.referrals.items import WORKERS
from services.referrals.state import State


class PartyParams(Params):
    """`required`: client, employment authority and social work sign (L189/2001 8§4); `social_work` stands for any of
    its roles.
    """

    required: list[str] = Field(default=["client", "employment_officer", "social_work"])


def find(state: State, params: Resolved[PartyParams]) -> Iterator[Finding]:
    """Recorded and flagged, never refused; a signing with everybody mends it."""
    for plan in state.plans.values():
        if plan.signed is None or not plan.needs_worker:
            continue
        chosen = params.on(day_of(plan.signed))
        present = plan.parties | ({"social_work"} if plan.parties & WORKERS else frozenset())
        missing = [role for role in chosen.required if role not in present]
        if missing:
            facts = {
                "plan_id": plan.id,
                "plan_type": plan.type,
                "lead_org": plan.lead or plan.signer,
                "missing": missing,
                "signed_on": day_of(plan.signed).isoformat(),
            }
            yield Finding(plan.id, plan.signed, plan.ended, facts, chosen)


rule = Rule(
    id="R-PLAN-PARTY",
    version=1,
    name="plan.signed_without_required_party",
    params=PartyParams(),
    find=find,
    listens=frozenset({"plan.preparation_started", "plan.signed", "plan.reviewed", "plan.ended", "plan.superseded"})
    | {"plan.interrupted"},
    family="plan",
)
