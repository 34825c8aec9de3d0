"""When a plan must be gone through again by law, and whether somebody has already booked that (R-REV-1, R-REV-4)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from pydantic import Field

from kernel.calendar import add_months
from kernel.rules import Dated, Params, Resolved
from services.placements.plans import PLAN_FACTS, PLAN_REVIEW, REVIEW_FACTS, Plan
from services.placements.state import State

NOT_STATUTORY = frozenset({"employment_plan", "integration_plan", "client_plan"})
"""Kinds of plan that have deadlines of their own, or none."""
MULTISECTOR = "multisector_employment_plan"


class ReviewParams(Params):
    """`months` from one review to the next (None: the law set no limit), `multisector_months` where it differs;
    notice `notice_days` before; a review booked up to `booked_days` after the due day is enough.
    """

    months: int | None = Field(default=3, ge=1, le=12)
    multisector_months: int | None = Field(default=None, ge=1, le=12)
    notice_days: int = Field(default=21, ge=0, le=366)
    booked_days: int = Field(default=14, ge=0, le=366)

    def interval(self, plan_type: str | None) -> int | None:
        """Months for a kind of plan, or None."""
        return (self.multisector_months if plan_type == MULTISECTOR else None) or self.months


REFORM = date(2022, 5, 2)
DEFAULT = ReviewParams()
VERSIONS = (
    # L1369/2014: multi-sector plans every 6 months; no limit for activation plans
    Dated(ReviewParams(months=None, multisector_months=6), None, REFORM - timedelta(days=1), "statute"),
    # L1384/2021 9§3, L381/2023 6§: at least every 3 months
    Dated(DEFAULT, REFORM, None, "statute"),
)


@dataclass(frozen=True, slots=True)
class Due:
    """A plan that is due, last gone through on `last_on`: told from `notice_on`, late from `late_on` (the day after
    the due day or booking).
    """

    plan: Plan
    last_on: date
    due_on: date
    notice_on: date
    late_on: date
    booked_on: date | None
    params: ReviewParams

    @property
    def facts(self) -> dict[str, Any]:
        """What an alert tells."""
        agreed = self.plan.next_review_on
        return {
            "plan_id": self.plan.id,
            "plan_type": self.plan.type,
            "lead_org": self.plan.org,
            "last_reviewed_on": self.last_on.isoformat(),
            "due_on": self.due_on.isoformat(),
            "booked_on": self.booked_on.isoformat() if self.booked_on else None,
            "agreed_next_on": agreed.isoformat() if agreed else None,
        }


def dues(state: State, params: Resolved[ReviewParams]) -> Iterator[Due]:
    """The next due day of every plan in force."""
    for plan in state.plans.values():
        if plan.last_on is None or plan.ended_on is not None or plan.type in NOT_STATUTORY:
            continue
        last = max([plan.last_on, *_held(state, plan)])
        due_on = _due_on(last, plan.type, params)
        if due_on is not None:
            booked = [b for b in _booked(state, plan) if b > last]
            yield _due(plan, last, due_on, booked, params.on(due_on))


def _due(plan: Plan, last: date, due_on: date, every: Sequence[date], params: ReviewParams) -> Due:
    notice_on, late_on = due_on - timedelta(days=params.notice_days), due_on + timedelta(days=1)
    booked = [b for b in every if b <= due_on + timedelta(days=params.booked_days)]
    if booked:
        day_after = max(booked) + timedelta(days=1)
        notice_on, late_on = max(notice_on, day_after), max(late_on, day_after)
    return Due(plan, last, due_on, notice_on, late_on, max(booked, default=None), params)


def _due_on(last: date, plan_type: str | None, params: Resolved[ReviewParams]) -> date | None:
    """The version valid on the due day decides; a limit that came later counts from the day it came."""
    months = params.on(last).interval(plan_type) or DEFAULT.months or 0
    tentative = add_months(last, months)
    interval = params.on(tentative).interval(plan_type)
    if interval is not None:
        return add_months(last, interval)
    interval = params.on(REFORM).interval(plan_type)
    return max(REFORM, add_months(last, interval)) if interval else None


def _held(state: State, plan: Plan) -> Iterator[date]:
    """Days on which this plan was gone through at a review meeting."""
    for review in state.reviews.values():
        if review.held_on is not None and review.kind in {PLAN_REVIEW, None} and review.plan == plan.id:
            yield review.held_on


def _booked(state: State, plan: Plan) -> Iterator[date]:
    for review in state.reviews.values():
        if review.booked_on is not None and review.kind == PLAN_REVIEW and review.plan == plan.id:
            yield review.booked_on


LISTENS = frozenset(c.meta.name for c in (*PLAN_FACTS, *REVIEW_FACTS))
"""What may change when a plan is due."""
