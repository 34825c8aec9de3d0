"""Kela has told that an activation plan is due, and nobody has begun it yet (R-PLAN-2)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from kernel.calendar import midnight
from kernel.rules import Finding, Resolved, Rule
from services.referrals.activation_clock import LISTENS, VERSIONS, DelayParams, facts_of, late
from services.referrals.state import State


def find(state: State, params: Resolved[DelayParams]) -> Iterator[Finding]:
    """From the report until a plan is begun, or until it is late."""
    for due, chosen, due_on in late(state, params):
        since_late = midnight(due_on + timedelta(days=1))
        until = since_late if due.begun is None else min(due.begun, since_late)
        if until > due.at:
            yield Finding(due.id, due.at, until, {**facts_of(state, params, due), "due_on": due_on.isoformat()}, chosen)


rule = Rule(
    id="R-PLAN-2",
    version=3,
    name="plan.due_to_start",
    params=DelayParams(),
    find=find,
    listens=LISTENS,
    family="plan",
    versions=VERSIONS,
)
