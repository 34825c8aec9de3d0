"""The client was handed over and the receiver has not said that she has been taken on (row 85)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from pydantic import Field

from kernel.calendar import day_of, midnight
from kernel.rules import Finding, Params, Resolved, Rule
from services.referrals.state import State


class HandoverParams(Params):
    """`days` to confirm [P]."""

    days: int = Field(default=14, ge=0, le=366)


def find(state: State, params: Resolved[HandoverParams]) -> Iterator[Finding]:
    """Only the receiver's own word counts; until then the one who handed over stays responsible."""
    for handover in state.client.handovers.values():
        if handover.started is None:
            continue
        started = day_of(handover.started)
        due = started + timedelta(days=params.on(started).days)
        if handover.confirmed is None or handover.confirmed > midnight(due):
            facts = {
                "handover_id": handover.id,
                "from_org": handover.org,
                "to_org": handover.to_org,
                "to_role": handover.to_role,
                "started_on": started.isoformat(),
                "due_on": due.isoformat(),
            }
            yield Finding(handover.id, due, handover.confirmed, facts, params.on(due))


rule = Rule(
    id="R-HAND-1",
    version=1,
    name="handover.unconfirmed",
    params=HandoverParams(),
    find=find,
    listens=frozenset({"handover.started", "handover.confirmed"}),
    family="caseworker",
)
