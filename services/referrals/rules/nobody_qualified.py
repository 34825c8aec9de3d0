"""A client who needs many professions has a plan at which no social-welfare professional sat (row 49)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from pydantic import Field

from kernel.calendar import day_of
from kernel.rules import Finding, Params, Resolved, Rule
from services.referrals.items import Plan
from services.referrals.planning import PLANNING
from services.referrals.state import State

PROFESSIONAL = "social_welfare_professional"
BY_LAW = frozenset({"social_worker", "social_instructor", PROFESSIONAL})
"""Protected titles: who has one is a social-welfare professional."""


class QualifiedParams(Params):
    """`purposes` of a referral for which several professions should meet her: the survey's first three, with what
    belongs to each (DOMAIN 1.7).
    """

    purposes: list[str] = Field(
        default=[
            *("strengthen_everyday_life", "no_stable_daily_rhythm", "substance_problem", "mental_health_problem"),
            *("support_ability_assessment", "work_ability_substantially_reduced_evidence_needed"),
            *("trial_after_long_illness", "promote_functional_ability", "burdensome_life_situation"),
        ]
    )


def find(state: State, params: Resolved[QualifiedParams]) -> Iterator[Finding]:
    """At the signing, until somebody qualified joins or the plan ends."""
    told = {p for r in state.referrals.values() for p in r.purpose}
    for plan in state.plans.values():
        if plan.signed is None or not plan.needs_worker:
            continue
        day = day_of(plan.signed)
        chosen = params.on(day)
        if told & set(chosen.purposes) and not _qualified(state, plan, day):
            facts = {"plan_id": plan.id, "plan_type": plan.type, "lead_org": plan.lead or plan.signer}
            yield Finding(plan.id, plan.signed, plan.ended, facts, chosen)


def _qualified(state: State, plan: Plan, day: date) -> bool:
    """By the role at the table, else by what was said of whoever holds that role for her."""
    if plan.joined & BY_LAW:
        return True
    return any(w.qualification == PROFESSIONAL for w in state.client.working(day, plan.joined))


rule = Rule(
    id="R-PLAN-QUAL",
    version=1,
    name="plan.without_social_professional",
    params=QualifiedParams(),
    find=find,
    listens=frozenset(c.meta.name for c in PLANNING)
    | {"caseworker.assigned", "caseworker.ended", "referral.submitted"},
    family="plan",
)
