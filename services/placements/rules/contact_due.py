"""The client should be met again by what was agreed, and no meeting is booked: book it (R-REV-2, R-REV-3, R-REV-4)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from kernel.rules import Finding, Resolved, Rule
from services.placements.contacts import Case, ContactParams, Due, case_of, dues
from services.placements.plans import REVIEW_FACTS
from services.placements.schedule import DAY
from services.placements.state import State

SOFT = "usual_interval"
"""An interval that is usual, and nothing that must not be passed."""


def find(state: State, params: Resolved[ContactParams]) -> Iterator[Finding]:
    """What falls due by each kind of policy, from the day after its due day (or the booked one) until she was met."""
    for placement in state.placements.values():
        case = case_of(state, placement, params)
        if case is None:
            continue
        last = placement.ended_on or placement.end_on
        for due in dues(state, case):
            chosen = case.on(due.on)
            booked = _booked(case, due.on, chosen)
            since = max(due.on, booked or due.on) + DAY
            if last is None or since <= last:
                facts = _facts(case, due, booked)
                yield Finding(f"{placement.id}:{due.policy.kind}", since, last and last + DAY, facts, chosen)


def _booked(case: Case, due: date, params: ContactParams) -> date | None:
    """A meeting booked in time is enough until its day is over (R-REV-4)."""
    last_met = max(case.contacts, default=date.min)
    return max((b for b in case.booked if last_met < b <= due + timedelta(days=params.booked_days)), default=None)


def _facts(case: Case, due: Due, booked: date | None) -> dict[str, object]:
    return {
        "placement_id": case.placement.id,
        "site_id": case.placement.site,
        "kind": due.policy.kind,
        "level": due.level,
        "due_on": due.on.isoformat(),
        "booked_on": booked.isoformat() if booked else None,
        "interval_months": due.policy.months,
        "priority": "low" if due.policy.kind == SOFT else "normal",
    }


rule = Rule(
    id="R-REV-2",
    version=3,
    name="contact.due",
    params=ContactParams(),
    find=find,
    listens=frozenset(
        {
            *(c.meta.name for c in REVIEW_FACTS),
            "contact.logged",
            "review_policy.set",
            "assessment.held",
            "placement.agreed",
            "placement.extended",
            "placement.started",
            "placement.ended",
            "placement.suspended",
            "placement.resumed",
            "service.suspended",
            "service.resumed",
        }
    ),
    family="review",
)
