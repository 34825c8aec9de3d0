"""Which matters make an alert, which of them belong together, and whom they concern (DOMAIN 5.5 and 6.2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Audience = Literal[
    "worker", "provider", "team", "lead", "authority", "receiver", "leader", "later", "coach", "organiser",
    "multisector", "payer", "operations",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Matter:
    """One kind of raise: its family, who answers for it, and who gets a copy.

    `to` is tried in order until somebody is there. worker: the own worker, then her municipality's team; team and lead
    skip the own worker; authority: the employment officer, then her authority; provider: who runs the placement;
    receiver, leader (whom the lead rules propose) and payer stand in the raise itself; later: of two the one who came
    second; organiser: who organises the service. A team is always there; operations answer for data only.
    """

    family: str
    to: tuple[Audience, ...] = ("worker",)
    copies: tuple[Audience, ...] = ()
    priority: str = "normal"


OF_DATA = frozenset({"silence", "data"})
"""Families that are about what was not told or told late: after the provider come operations, not the social team."""

TO_PROVIDER: tuple[Audience, ...] = ("provider", "worker")
TO_AUTHORITY: tuple[Audience, ...] = ("authority", "worker")
TO_LEADER: tuple[Audience, ...] = ("leader", "worker")
TO_EITHER: tuple[Audience, ...] = ("leader", "team")
TO_LATER: tuple[Audience, ...] = ("later", "team")
OF_DATA_TO: tuple[Audience, ...] = ("provider", "operations")

MATTERS: Mapping[str, Matter] = {
    "absence.threshold_exceeded": Matter("absence", copies=("provider",)),
    "absence.worsened": Matter("absence", copies=("provider",), priority="high"),
    "absence.concern_open": Matter("absence"),
    "absence.long": Matter("absence"),
    "certificate.missing": Matter("absence", TO_PROVIDER),
    "certificate.overdue": Matter("absence"),
    "absence.no_longer_excused": Matter("absence", TO_PROVIDER),
    "attendance.report_overdue": Matter("silence", OF_DATA_TO),
    "kela_absence_notice.due": Matter("silence", OF_DATA_TO),
    "review.due": Matter("review", TO_AUTHORITY, ("worker",)),
    "review.overdue": Matter("review", TO_AUTHORITY, ("worker",), "high"),
    "contact.due": Matter("review"),
    "period.end_approaching": Matter("period_end", copies=("provider", "authority")),
    "assessment.due": Matter("period_end", copies=("provider", "authority")),
    "assessment.missing": Matter("period_end", copies=("provider", "authority"), priority="high"),
    "outcome.missing": Matter("period_end"),
    "limit.week_exceeded": Matter("limit", TO_PROVIDER, ("worker",)),
    "limit.hours_outside": Matter("limit", TO_PROVIDER),
    "period.length_unlawful": Matter("limit"),
    "period.chain_long": Matter("period_end", priority="low"),
    "placement.start_incomplete": Matter("start", ("organiser",), priority="high"),
    "placement.far_away": Matter("start"),
    "cap.approaching": Matter("limit"),
    "cap.exceeded": Matter("limit", priority="high"),
    "parallel_service.start_overdue": Matter("service", ("coach", "worker"), ("worker",)),
    "parallel_service.too_seldom": Matter("service", copies=("coach",), priority="low"),
    "job_coach.wanted": Matter("service", priority="low"),
    "debt_counselling.wanted": Matter("service", priority="low"),
    "assessment.evidence_due": Matter("period_end"),
    "provider.not_allowed": Matter("start"),
    "schedule.conflict_detected": Matter("service"),
    "referral.stale": Matter("referral", ("receiver", "team")),
    "plan.due_to_start": Matter("plan", TO_LEADER),
    "plan.overdue_to_start": Matter("plan", TO_LEADER, priority="high"),
    "plan.signed_without_required_party": Matter("plan", ("team",)),
    "caseworker.missing": Matter("caseworker", ("lead",)),
    "caseworker.conflict": Matter("duplicate", ("lead",), priority="high"),
    "handover.unconfirmed": Matter("caseworker", ("lead",)),
    "work.to_reassign": Matter("caseworker", ("lead",), priority="high"),
    "jobseeker.returned": Matter("caseworker", copies=("authority",)),
    "plan.without_social_professional": Matter("plan", ("team",)),
    "eligibility.reported_late": Matter("data", ("payer", "operations"), ("operations",), "low"),
    "attendance.data_conflict": Matter("data", OF_DATA_TO, priority="low"),
    "work.intent_met": Matter("duplicate", ("team",), ("authority",)),
    "duplicate_work.detected": Matter("duplicate", TO_EITHER, priority="high"),
    "capacity.low": Matter("capacity", ("organiser",)),
}
"""By the name of the raise; a rule that raises one of these names needs nothing here."""

EVERY_PARTY: tuple[Audience, ...] = ("worker", "authority", "multisector")
OF_RULE: Mapping[str, Matter] = {
    "R-PLAN-1": Matter("plan", TO_LEADER, EVERY_PARTY),
    "R-PLAN-1-OVERDUE": Matter("plan", TO_LEADER, EVERY_PARTY, "high"),
    "R-OUT-2": Matter("service", ("worker",), ("coach",)),
    "D01": Matter("duplicate", ("receiver", "team"), priority="high"),
    "D02": Matter("duplicate", TO_EITHER, ("worker",), "high"),
    "D03": Matter("duplicate", ("team",), ("authority",), "high"),
    "D04": Matter("duplicate", ("team",), ("authority",), "high"),
    "D08": Matter("duplicate", TO_LATER, priority="high"),
    "D09": Matter("duplicate", TO_LATER, priority="high"),
    "D11": Matter("duplicate", TO_EITHER, ("worker",), "high"),
    "D13": Matter("duplicate", ("lead",), priority="high"),
    "D14": Matter("duplicate", TO_LATER, priority="high"),
    "D15": Matter("duplicate", TO_LATER, priority="high"),
    "D17": Matter("duplicate", ("lead",), priority="high"),
}
"""Rules whose raises concern others than raises of the same name do."""

URGENT_RULES = frozenset({"R-ABS-2"})
"""Rules whose raises are urgent though others of the same name are not."""


def matter_of(name: str, rule: str = "") -> Matter | None:
    """What a raise of this name (by this rule) belongs to; None when nobody is alerted for it."""
    return OF_RULE.get(rule) or MATTERS.get(name)


def priority_of(rule: str, name: str, facts: Mapping[str, Any]) -> str:
    """`high`, `normal` or `low`: what the rule says itself, else what its kind is."""
    stated = facts.get("priority") or facts.get("severity")
    if stated in {"high", "normal", "low"}:
        return str(stated)
    found = MATTERS.get(name)
    return "high" if rule in URGENT_RULES else found.priority if found else "normal"
