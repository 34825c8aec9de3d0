"""Plans that must be begun or made by a day, because Kela or the partners have told what makes them due."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from kernel.calendar import day_of
from services.referrals.items import Plan
from services.referrals.planned import MULTISECTOR
from services.referrals.state import State


@dataclass(frozen=True, slots=True)
class Activation:
    """An activation plan is due since `at`; `begun` when a plan that replaces the employment plan was."""

    id: str
    ground: str
    at: datetime
    fulfilled_on: date
    reported_on: date
    begun: datetime | None


@dataclass(frozen=True, slots=True)
class Multisector:
    """Multi-sector support began on a day; `made` when its plan was signed, or the support ended without one."""

    started_on: date
    made: datetime | date | None


Grounds = Callable[[date], Sequence[str]]
"""The grounds that call for an activation plan by the law of a day."""


def activation_dues(state: State, grounds: Grounds | None = None) -> Iterator[Activation]:
    """Reports and what answers them; one that comes while an earlier one still waits tells of the same matter. With
    `grounds`: only those that call for a plan on the day on which they were told.
    """
    before: Activation | None = None
    for report in sorted(state.client.eligible, key=lambda e: (e.at, e.id)):
        if grounds is not None and report.ground not in grounds(day_of(report.at)):
            continue
        if before is not None and (before.begun is None or before.begun > report.at):
            continue
        begun = min((t for p in state.plans.values() if (t := answers(p, report.at)) is not None), default=None)
        before = Activation(report.id, report.ground, report.at, report.fulfilled_on, report.reported_on, begun)
        yield before


def answers(plan: Plan, reported: datetime) -> datetime | None:
    """When the plan that answers a report was begun; one that lived when the report came answers it too."""
    if not plan.replaces or plan.opened is None or (plan.ended is not None and plan.ended <= reported):
        return None
    return plan.opened


def multisector_dues(state: State) -> Iterator[Multisector]:
    """Each time that support began, or where only its assessment was told, that."""
    begun = [first for first, _ in state.client.multisector]
    assessed = [
        day_of(w.opened) for w in state.other.assessments.values() if w.topic == "multisector" and w.opened is not None
    ]
    spans = list(state.client.multisector) or [(min(assessed), None)] if begun or assessed else []
    for first, last in spans:
        signed = [
            p.signed
            for p in state.plans.values()
            if p.type == MULTISECTOR and p.signed is not None and (p.ended is None or day_of(p.ended) > first)
        ]
        yield Multisector(first, min(signed, default=last))
