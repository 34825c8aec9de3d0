"""Who leads which task where nobody has agreed anything: the matrix that is shipped (survey, rows 38 and 50)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from schemas.codes import LegalBasis, RoleCode, ServiceType, TaskKind


@dataclass(frozen=True, slots=True)
class Default:
    """From a day on a role leads a task: for one service (None: any), for those on one kind of livelihood ("": all).

    `ground` is the provision of a statute, or empty for a proposal that organisations may agree otherwise.
    """

    task_kind: TaskKind
    lead_role: RoleCode
    basis: LegalBasis
    ground: str = ""
    service_type: ServiceType | None = None
    livelihood: str = ""
    valid_from: date = date(2002, 9, 1)


DEFAULTS: Sequence[Default] = (
    Default("plan_preparation", "employment_officer", "statute", "L189/2001 5 §", livelihood="unemployment_benefit"),
    Default("plan_preparation", "social_instructor", "statute", "L189/2001 5 §", livelihood="social_assistance"),
    Default("plan_review", "employment_officer", "statute", "L189/2001 9 §", valid_from=date(2022, 5, 2)),
    Default("placement_arrangement", "social_instructor", "statute", "L189/2001 6 §"),
    Default("insurance", "social_instructor", "statute", "L189/2001 23 §"),
    Default("shop_steward", "social_instructor", "statute", "L189/2001 16 §"),
    Default("need_assessment", "social_worker", "statute", "L1301/2014 36 §", valid_from=date(2015, 4, 1)),
    Default("absence_clarification", "own_worker", "default"),
    Default("parallel_service", "social_instructor", "default", service_type="social_guidance"),
    Default("parallel_service", "social_instructor", "default", service_type="social_rehabilitation"),
    Default("parallel_service", "social_instructor", "default", service_type="financial_social_work"),
    Default("parallel_service", "social_instructor", "default", service_type="adult_social_work_service"),
    Default("outcome_follow_up", "own_worker", "default"),
    Default("contact", "own_worker", "default"),
)


def of_service(service_type: str, day: date) -> Default | None:
    """Who leads a service beside the work activity by default; None: nobody is proposed."""
    named = (d for d in DEFAULTS if d.task_kind == "parallel_service" and d.service_type == service_type)
    return next((d for d in named if d.valid_from <= day), None)
