"""A service that was agreed beside the work activity has not begun: find out what is in its way (R-PS-1)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from pydantic import Field

from kernel.rules import Finding, Params, Resolved, Rule
from services.placements.schedule import DAY
from services.placements.state import State


class ServiceParams(Params):
    """`days` from the agreement when it names no day by which the service should begin; after `give_up_days` more it
    is not asked for any longer.
    """

    days: int = Field(default=30, ge=0, le=366)
    give_up_days: int = Field(default=366, ge=1, le=3660)


def find(state: State, params: Resolved[ServiceParams]) -> Iterator[Finding]:
    """From the day after, until it begins or ends; which service it is stays where it may be seen."""
    for service in state.beside.services.values():
        if service.agreed_on is None or service.began_on is not None or service.ended_on is not None:
            continue
        chosen = params.on(service.agreed_on)
        by = service.start_by or service.agreed_on + timedelta(days=chosen.days)
        facts = {"ps_id": service.id, "agreed_on": service.agreed_on.isoformat(), "start_by": by.isoformat()}
        yield Finding(service.id, by + DAY, by + timedelta(days=chosen.give_up_days), facts, chosen)


rule = Rule(
    id="R-PS-1",
    version=1,
    name="parallel_service.start_overdue",
    params=ServiceParams(),
    find=find,
    listens=frozenset(
        {"parallel_service.agreed", "parallel_service.started", "parallel_service.held", "parallel_service.ended"}
    ),
    family="service",
)
