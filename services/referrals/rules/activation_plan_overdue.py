"""An activation plan has been due for too long and nobody has begun it (R-PLAN-2, late)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from kernel.calendar import day_of, midnight
from kernel.rules import Finding, Resolved, Rule
from services.referrals.activation_clock import LISTENS, DelayParams, facts_of
from services.referrals.starting import activation_dues
from services.referrals.state import State


def find(state: State, params: Resolved[DelayParams]) -> Iterator[Finding]:
    """From the day on which the time is up until a plan is begun."""
    for due in activation_dues(state):
        chosen = params.on(day_of(due.at))
        late_on = day_of(due.at) + timedelta(days=chosen.days)
        if due.begun is None or due.begun > midnight(late_on):
            facts = {**facts_of(due), "due_on": late_on.isoformat()}
            yield Finding(due.id, midnight(late_on), due.begun, facts, chosen)


rule = Rule(
    id="R-PLAN-2-OVERDUE",
    version=1,
    name="plan.overdue_to_start",
    params=DelayParams(),
    find=find,
    listens=LISTENS,
    family="plan",
    parameters="R-PLAN-2",
)
