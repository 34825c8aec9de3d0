"""A plan comes up for its statutory review, and nobody has booked it: book it now (R-REV-1)."""

from __future__ import annotations

from collections.abc import Iterator

from kernel.rules import Finding, Resolved, Rule
from services.placements.reviewing import DEFAULT, LISTENS, VERSIONS, ReviewParams, dues
from services.placements.state import State


def find(state: State, params: Resolved[ReviewParams]) -> Iterator[Finding]:
    """From the notice to the day on which it is late."""
    for due in dues(state, params):
        if due.notice_on < due.late_on:
            yield Finding(due.plan.id, due.notice_on, due.late_on, due.facts, due.params)


rule = Rule(
    id="R-REV-1",
    version=2,
    name="review.due",
    params=DEFAULT,
    find=find,
    listens=LISTENS,
    family="review",
    versions=VERSIONS,
)
