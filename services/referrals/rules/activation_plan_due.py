"""Kela has told that an activation plan is due, and nobody has begun it yet (R-PLAN-2)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from kernel.calendar import day_of, midnight
from kernel.rules import Finding, Resolved, Rule
from services.referrals.activation_clock import LISTENS, DelayParams, facts_of
from services.referrals.starting import activation_dues
from services.referrals.state import State


def find(state: State, params: Resolved[DelayParams]) -> Iterator[Finding]:
    """From the report until a plan is begun, or until it is late."""
    for due in activation_dues(state):
        chosen = params.on(day_of(due.at))
        late_on = day_of(due.at) + timedelta(days=chosen.days)
        until = midnight(late_on) if due.begun is None else min(due.begun, midnight(late_on))
        if until > due.at:
            yield Finding(due.id, due.at, until, {**facts_of(due), "due_on": late_on.isoformat()}, chosen)


rule = Rule(
    id="R-PLAN-2",
    version=1,
    name="plan.due_to_start",
    params=DelayParams(),
    find=find,
    listens=LISTENS,
    family="plan",
)
