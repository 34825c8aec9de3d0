"""An activation plan has been due for too long and nobody has begun it (R-PLAN-2, late)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from kernel.calendar import midnight
from kernel.rules import Finding, Resolved, Rule
from services.referrals.activation_clock import LISTENS, VERSIONS, DelayParams, facts_of, late
from services.referrals.state import State


def find(state: State, params: Resolved[DelayParams]) -> Iterator[Finding]:
    """From the day after the last one that is in time, until a plan is begun."""
    for due, chosen, due_on in late(state, params):
        since = midnight(due_on + timedelta(days=1))
        if due.begun is None or due.begun > since:
            yield Finding(
                due.id, since, due.begun, {**facts_of(state, params, due), "due_on": due_on.isoformat()}, chosen
            )


rule = Rule(
    id="R-PLAN-2-OVERDUE",
    version=3,
    name="plan.overdue_to_start",
    params=DelayParams(),
    find=find,
    listens=LISTENS,
    family="plan",
    parameters="R-PLAN-2",
    versions=VERSIONS,
)
