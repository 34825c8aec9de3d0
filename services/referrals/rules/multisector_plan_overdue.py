"""A multi-sector plan was not made within three months from the start of the support (R-PLAN-1, late)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from kernel.calendar import midnight
from kernel.rules import Finding, Resolved, Rule
from services.referrals.multisector_clock import LISTENS, ClockParams, clocks
from services.referrals.state import State


def find(state: State, params: Resolved[ClockParams]) -> Iterator[Finding]:
    """From the day after the due day until the plan is made or the support ends."""
    for clock in clocks(state, params):
        late = midnight(clock.due_on + timedelta(days=1))
        if clock.made is None or clock.made > late:
            yield Finding(clock.key, late, clock.made, clock.facts, clock.params)


rule = Rule(
    id="R-PLAN-1-OVERDUE",
    version=2,
    name="plan.overdue_to_start",
    params=ClockParams(),
    find=find,
    listens=LISTENS,
    family="plan",
    parameters="R-PLAN-1",
)
