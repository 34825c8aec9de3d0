"""The client went on to have her ability and health clarified, and nothing has begun: see to it (survey, row 29)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from pydantic import Field

from kernel.rules import Finding, Params, Resolved, Rule
from services.placements.schedule import DAY
from services.placements.state import State

CLARIFYING = frozenset(
    {"work_ability_assessment", "health_clarification", "health_services", "vocational_rehab_assessment"}
)
OUTCOME = "work_ability_and_health_clarification"


class ClarificationParams(Params):
    """`days` from the outcome; after `give_up_days` more it is not asked for any longer."""

    days: int = Field(default=30, ge=0, le=366)
    give_up_days: int = Field(default=366, ge=1, le=3660)


def find(state: State, params: Resolved[ClarificationParams]) -> Iterator[Finding]:
    """Outcomes that lead to a clarification, until such a service begins or she is told to have gone elsewhere."""
    newest = max(state.outcomes, key=lambda o: o.on, default=None)
    if newest is None or newest.code != OUTCOME:
        return
    services = [s for s in state.beside.services.values() if s.type in CLARIFYING]
    if any(s.began_on is not None and (s.ended_on is None or s.ended_on >= newest.on) for s in services):
        return
    chosen = params.on(newest.on)
    by = newest.on + timedelta(days=chosen.days)
    facts = {"agreed_on": newest.on.isoformat(), "start_by": by.isoformat()}
    yield Finding(f"outcome:{newest.on}", by + DAY, by + timedelta(days=chosen.give_up_days), facts, chosen)


rule = Rule(
    id="R-OUT-2",
    version=1,
    name="parallel_service.start_overdue",
    params=ClarificationParams(),
    find=find,
    listens=frozenset(
        {
            "outcome.recorded",
            "parallel_service.agreed",
            "parallel_service.started",
            "parallel_service.held",
            "parallel_service.ended",
        }
    ),
    family="service",
)
