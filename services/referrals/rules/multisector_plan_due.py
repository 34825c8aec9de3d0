"""A multi-sector plan is to be made soon: three months from the start of the support are nearly over (R-PLAN-1)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from kernel.calendar import midnight
from kernel.rules import Finding, Resolved, Rule
from services.referrals.multisector_clock import LISTENS, ClockParams, clocks
from services.referrals.state import State


def find(state: State, params: Resolved[ClockParams]) -> Iterator[Finding]:
    """From the notice to the end of the due day, unless the plan is made before."""
    for clock in clocks(state, params):
        late = midnight(clock.due_on + timedelta(days=1))
        until = late if clock.made is None else min(clock.made, late)
        if until > midnight(clock.notice_on):
            yield Finding(clock.key, clock.notice_on, until, clock.facts, clock.params)


rule = Rule(
    id="R-PLAN-1",
    version=2,
    name="plan.due_to_start",
    params=ClockParams(),
    find=find,
    listens=LISTENS,
    family="plan",
)
