"""Plans that are to be made, and plans made without those whom the law wants at the table (R-PLAN-…)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from simulator.expected.agreed import Agreed
from simulator.expected.calendar import DAY, begins, local_day, months_later
from simulator.expected.heard import Heard, Standing, day, maybe_day
from simulator.expected.plans import MULTISECTOR, SHARED, Plan, plans

ONLY_ASSISTANCE = date(2026, 1, 1)
"""From this day on an activation plan is for those who live on social assistance."""
ON_ASSISTANCE = {"u25_sa4m", "o25_sa12m"}
WITHOUT_DELAY, MONTHS, NOTICE, NOTED = 30, 3, 21, 30
SOCIAL_ROLES = {
    *("social_instructor", "social_worker", "adult_social_work_employee"),
    *("social_welfare_professional", "own_worker"),
}
QUALIFIED = {"social_worker", "social_instructor", "social_welfare_professional"}
NEEDY = {
    *("strengthen_everyday_life", "no_stable_daily_rhythm", "substance_problem", "mental_health_problem"),
    *("support_ability_assessment", "work_ability_substantially_reduced_evidence_needed"),
    *("trial_after_long_illness", "promote_functional_ability", "burdensome_life_situation"),
}


def activation_plans(heard: Heard, agreed: Agreed, _: date) -> Iterator[Standing]:
    """Kela has told that a plan is due: from then on until one is begun, and late when thirty days are over."""
    every = plans(heard)
    waits_until: datetime | None = None
    waiting = False
    for said in heard.of("eligibility.reported"):
        if local_day(said.time) >= ONLY_ASSISTANCE and said.data["ground"] not in ON_ASSISTANCE:
            continue
        if waiting and (waits_until is None or waits_until > said.time):
            continue  # the same matter as before
        begun = [p.opened for p in every if p.kind in SHARED and p.opened and not (p.over and p.over <= said.time)]
        waiting, waits_until = True, min(begun, default=None)
        told = local_day(said.time)
        due = told + timedelta(days=agreed.number("R-PLAN-2", "days", WITHOUT_DELAY, told))
        late = begins(due + DAY)
        key, end = f"{said.source}/{said.id}", waits_until
        if end is None or end > said.time:
            yield Standing("R-PLAN-2", key, said.time, late if end is None else min(end, late))
        if end is None or end > late:
            yield Standing("R-PLAN-2-OVERDUE", key, late, end)


def lists_of_kela(heard: Heard, agreed: Agreed, _: date) -> Iterator[Standing]:
    """Kela's list came later than by the end of the month after."""
    for said in heard.of("eligibility.reported"):
        told, full = local_day(said.time), day(said.data["fulfilled_on"])
        limit = months_later(full.replace(day=1), agreed.number("R-PLAN-3", "months", 1, told) + 1) - DAY
        if day(said.data["reported_on"]) > limit:
            end = told + timedelta(days=agreed.number("R-PLAN-3", "open_days", NOTED, told))
            yield Standing("R-PLAN-3", f"{said.source}/{said.id}", said.time, begins(end))


def multisector_plans(heard: Heard, agreed: Agreed, _: date) -> Iterator[Standing]:
    """Three months from the beginning of the support, told three weeks before."""
    for first, last in _supports(heard):
        signed = [
            p.signed.time
            for p in plans(heard)
            if p.kind == MULTISECTOR and p.signed and (p.over is None or local_day(p.over) > first)
        ]
        made = min(signed, default=begins(last) if last else None)
        due = months_later(first, agreed.number("R-PLAN-1", "months", MONTHS, first))
        notice = begins(due - timedelta(days=agreed.number("R-PLAN-1", "notice_days", NOTICE, due)))
        late, key = begins(due + DAY), first.isoformat()
        end = late if made is None else min(made, late)
        if end > notice:
            yield Standing("R-PLAN-1", key, notice, end)
        if made is None or made > late:
            yield Standing("R-PLAN-1-OVERDUE", key, late, made)


def _supports(heard: Heard) -> list[tuple[date, date | None]]:
    """When the support began and ended; where only its assessment was told, from that on."""
    ends = heard.of("multisector.ended")
    found: list[tuple[date, date | None]] = []
    for first in sorted({day(s.data["started_on"]) for s in heard.of("multisector.started")}):
        of_it = [day(s.data["ended_on"]) for s in ends if maybe_day(s.data.get("started_on")) in (None, first)]
        found.append((first, of_it[0] if of_it else None))
    names = ("need_assessment.requested", "need_assessment.started", "need_assessment.completed")
    assessed = [local_day(s.time) for s in heard.of(*names) if s.data.get("kind") == "multisector"]
    return found or [(first, None) for first in sorted(assessed)[:1]]


def signed_without(heard: Heard, _: Agreed, __: date) -> Iterator[Standing]:
    """Client, employment officer and social work must sign."""
    for plan in plans(heard):
        if plan.signed is None or not plan.needs_social_work:
            continue
        signers = Plan(plan.id, [plan.signed]).roles("plan.signed")
        if not ({"client", "employment_officer"} <= signers and signers & SOCIAL_ROLES):
            yield Standing("R-PLAN-PARTY", plan.id, plan.signed.time, plan.over)


def unqualified(heard: Heard, _: Agreed, __: date) -> Iterator[Standing]:
    """She needs many professions, and no social-welfare professional sat at the table."""
    purposes = [p for s in heard.of("referral.submitted") for p in listed(s.data.get("purpose"))]
    for plan in plans(heard) if NEEDY & set(purposes) else ():
        if plan.signed is None or not plan.needs_social_work:
            continue
        joined = plan.roles("plan.signed", "plan.reviewed", "plan.renewed", "plan.participant_attended")
        on = local_day(plan.signed.time)
        workers = [
            s
            for s in heard.of("caseworker.assigned")
            if s.data["role_code"] in joined
            and s.data.get("qualification_class") == "social_welfare_professional"
            and day(s.data["from"]) <= on
        ]
        if not (joined & QUALIFIED) and not workers:
            yield Standing("R-PLAN-QUAL", plan.id, plan.signed.time, plan.over)


def listed(value: object) -> list[str]:
    """Codes as they stand in a statement."""
    return [str(v) for v in value] if isinstance(value, list | tuple) else []
