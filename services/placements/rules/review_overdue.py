"""A plan's statutory review has not been held in time: the employment authority must see to it (R-REV-1, late)."""

from __future__ import annotations

from collections.abc import Iterator

from kernel.rules import Finding, Resolved, Rule
from services.placements.reviewing import DEFAULT, LISTENS, VERSIONS, ReviewParams, dues
from services.placements.state import State


def find(state: State, params: Resolved[ReviewParams]) -> Iterator[Finding]:
    """From the day after the due day, or after the booked day, until it is held."""
    for due in dues(state, params):
        yield Finding(due.plan.id, due.late_on, None, due.facts, due.params)


rule = Rule(
    id="R-REV-1-OVERDUE",
    version=2,
    name="review.overdue",
    parameters="R-REV-1",
    params=DEFAULT,
    find=find,
    listens=LISTENS,
    family="review",
    versions=VERSIONS,
)
