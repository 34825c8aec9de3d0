"""Two people are named for the same work with the client: one of them should be her own worker (D13)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from pydantic import Field

from kernel.calendar import midnight
from kernel.rules import Finding, Params, Resolved, Rule
from services.referrals.client import Worker
from services.referrals.coverage import deactivated, present
from services.referrals.lead import OWN_WORKER
from services.referrals.pieces import Piece, pairs
from services.referrals.state import State
from services.referrals.suspect import COMMON, NAME, Double, Kind, findings

KIND = Kind("D13", "high", "contact")


class WorkersParams(Params):
    """`same_task`: roles that, named by another organisation, do what the own worker does (DOMAIN 6.2)."""

    same_task: list[str] = Field(default=["social_instructor", "social_worker", "adult_social_work_employee"])


def find(state: State, params: Resolved[WorkersParams]) -> Iterator[Finding]:
    """Two own workers, or an own worker and another organisation's social worker, on more than the day of a change.

    The provider's client manager and coaches have tasks of their own.
    """
    yield from findings(KIND, _doubles(state, params), state, params)


def _doubles(state: State, params: Resolved[WorkersParams]) -> Iterator[Double]:
    for pair in pairs(_pieces(state, params)):
        one, other = (p.source for p in pair)
        first = max(one.first, other.first)
        last = min((d for d in (one.last, other.last) if d is not None), default=None)
        chosen = params.on(first)
        if one.id == other.id or not _same(one, other, chosen) or (last is not None and last <= first):
            continue
        yield Double(pair, midnight(first), _after(last), chosen, {"roles": [one.role, other.role]})


def _same(one: Worker, other: Worker, params: WorkersParams) -> bool:
    roles = {one.role, other.role}
    if roles == {OWN_WORKER}:
        return True
    return OWN_WORKER in roles and one.org != other.org and (roles - {OWN_WORKER}) <= set(params.same_task)


def _pieces(state: State, params: Resolved[WorkersParams]) -> Iterator[Piece]:
    for w in present(state.client.workers, deactivated(params)):
        end = None if w.last is None else midnight(w.last + timedelta(days=1))
        yield Piece(w.id, w.org, w.org_type, midnight(w.first), end, w.role, source=w)


def _after(last: date | None) -> datetime | None:
    return None if last is None else midnight(last + timedelta(days=1))


rule = Rule(
    id="D13",
    version=1,
    name=NAME,
    params=WorkersParams(),
    find=find,
    listens=COMMON | {"org.deactivated"},
    family="duplicate",
)
