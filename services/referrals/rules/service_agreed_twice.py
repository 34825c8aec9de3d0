"""The same service beside the activity was agreed with the client by two actors (D11)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pydantic import Field

from kernel.calendar import day_of
from kernel.rules import Finding, Params, Resolved, Rule
from services.referrals.pieces import Piece, apart, of_two, over
from services.referrals.state import State
from services.referrals.suspect import COMMON, NAME, Double, Kind, findings

KIND = Kind("D11", "medium", "parallel_service")


class ServiceParams(Params):
    """`gap_days`: a service that ended so many days ago at most counts as still there."""

    gap_days: int = Field(default=30, ge=0, le=366)


def find(state: State, params: Resolved[ServiceParams]) -> Iterator[Finding]:
    """Services of one type agreed by different organisations; other services may run beside each other."""
    yield from findings(KIND, _doubles(state, params), state, params)


def _doubles(state: State, params: Resolved[ServiceParams]) -> Iterator[Double]:
    for pair in of_two(_pieces(state)):
        earlier, later = pair
        chosen = params.on(day_of(later.opened))
        if earlier.source.topic == later.source.topic and not apart(pair, chosen.gap_days):
            ending = replace(earlier, dropped=True), replace(later, dropped=True)
            more = {"service_type": earlier.source.topic, "gap_days": chosen.gap_days}
            yield Double(pair, later.opened, over(ending), chosen, more)


def _pieces(state: State) -> Iterator[Piece]:
    for work in state.other.services.values():
        if work.opened is not None and work.topic:
            yield Piece(work.id, work.org, work.org_type, work.opened, work.closed, work.outcome, source=work)


rule = Rule(
    id="D11",
    version=1,
    name=NAME,
    params=ServiceParams(),
    find=find,
    listens=COMMON | {f"parallel_service.{s}" for s in ("agreed", "started", "ended")},
    family="duplicate",
)
