"""Which matters make an alert, which of them belong together, and whom they concern first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Audience = Literal["worker", "provider", "team", "lead"]


@dataclass(frozen=True, slots=True)
class Matter:
    """One kind of raise: its family, who is told first, and the roles that get a copy.

    `audience` worker is the own worker, then her municipality's team; provider is who runs the placement; team and
    lead skip the own worker. Operations come last in every case.
    """

    family: str
    audience: Audience = "worker"
    copies: tuple[str, ...] = ()
    priority: str = "normal"


MANAGER, OFFICER, COACH = "provider_client_manager", "employment_officer", "individual_coach"

MATTERS: Mapping[str, Matter] = {
    "absence.threshold_exceeded": Matter("absence", copies=(MANAGER,)),
    "absence.worsened": Matter("absence", copies=(MANAGER,), priority="high"),
    "absence.concern_open": Matter("absence"),
    "absence.long": Matter("absence"),
    "certificate.missing": Matter("absence", "provider"),
    "certificate.overdue": Matter("absence"),
    "absence.no_longer_excused": Matter("absence", "provider"),
    "attendance.report_overdue": Matter("silence", "provider"),
    "kela_absence_notice.due": Matter("silence", "provider"),
    "review.due": Matter("review", copies=(OFFICER,)),
    "review.overdue": Matter("review", copies=(OFFICER,), priority="high"),
    "contact.due": Matter("review"),
    "period.end_approaching": Matter("period_end", copies=(MANAGER, OFFICER)),
    "assessment.due": Matter("period_end", copies=(MANAGER,)),
    "assessment.missing": Matter("period_end", copies=(MANAGER,), priority="high"),
    "outcome.missing": Matter("period_end"),
    "limit.week_exceeded": Matter("limit", copies=(MANAGER,)),
    "limit.hours_outside": Matter("limit", "provider"),
    "period.length_unlawful": Matter("limit"),
    "period.chain_long": Matter("period_end", priority="low"),
    "placement.start_incomplete": Matter("start", priority="high"),
    "placement.far_away": Matter("start"),
    "cap.approaching": Matter("limit"),
    "cap.exceeded": Matter("limit", priority="high"),
    "parallel_service.start_overdue": Matter("service", copies=(COACH,)),
    "parallel_service.too_seldom": Matter("service", copies=(COACH,), priority="low"),
    "job_coach.wanted": Matter("service", priority="low"),
    "debt_counselling.wanted": Matter("service", priority="low"),
    "assessment.evidence_due": Matter("period_end"),
    "provider.not_allowed": Matter("start"),
    "schedule.conflict_detected": Matter("service"),
    "referral.stale": Matter("referral", "team"),
    "plan.due_to_start": Matter("plan"),
    "plan.overdue_to_start": Matter("plan", priority="high"),
    "plan.signed_without_required_party": Matter("plan", "team"),
    "caseworker.missing": Matter("caseworker", "lead"),
    "caseworker.conflict": Matter("duplicate", "lead", priority="high"),
    "handover.unconfirmed": Matter("caseworker", "lead"),
    "work.to_reassign": Matter("caseworker", "lead", priority="high"),
    "jobseeker.returned": Matter("caseworker", copies=(OFFICER,)),
    "plan.without_social_professional": Matter("plan", "team"),
    "eligibility.reported_late": Matter("plan", "team", priority="low"),
    "attendance.data_conflict": Matter("data", "provider", priority="low"),
    "work.intent_met": Matter("duplicate", "team", copies=(OFFICER,)),
    "duplicate_work.detected": Matter("duplicate", "team", copies=(OFFICER,), priority="high"),
}
"""By the name of the raise; a rule that raises one of these names needs nothing here."""

URGENT_RULES = frozenset({"R-ABS-2"})
"""Rules whose raises are urgent though others of the same name are not."""


def matter_of(name: str) -> Matter | None:
    """What a raise of this name belongs to; None when nobody is alerted for it."""
    return MATTERS.get(name)


def priority_of(rule: str, name: str, facts: Mapping[str, Any]) -> str:
    """`high`, `normal` or `low`: what the rule says itself, else what its kind is."""
    stated = facts.get("priority") or facts.get("severity")
    if stated in {"high", "normal", "low"}:
        return str(stated)
    found = MATTERS.get(name)
    return "high" if rule in URGENT_RULES else found.priority if found else "normal"
