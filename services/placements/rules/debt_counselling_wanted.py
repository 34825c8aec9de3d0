"""The client has debts in enforcement and nobody counsels her about them: agree it (R-DEBT-1; survey, row 99)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from pydantic import Field

from kernel.calendar import day_of
from kernel.rules import Finding, Params, Resolved, Rule
from services.placements.schedule import DAY
from services.placements.state import State

COUNSELLING = "debt_counselling"


class DebtParams(Params):
    """`signs`: characteristics for which counselling is thought of; how much somebody owes is known to nobody here."""

    signs: list[str] = Field(default=["debts_in_enforcement"], max_length=20)


def find(state: State, params: Resolved[DebtParams]) -> Iterator[Finding]:
    """From the newest word about her on, while a placement runs, until the counselling is agreed. No placement and no
    provider is named: what she owes is none of theirs.
    """
    told, codes = max(state.background.characteristics, key=lambda c: c[0], default=(None, frozenset[str]()))
    if told is None:
        return
    since = day_of(told)
    chosen = params.on(since)
    if not codes & set(chosen.signs) or _counselled(state, since):
        return
    running = [p for p in state.placements.values() if p.first <= since]
    lasts = [p.ended_on or p.end_on for p in running]
    if running and any(last is None or since <= last for last in lasts):
        until = None if None in lasts else max(last for last in lasts if last is not None) + DAY
        yield Finding("debts", told, until, {"since_on": since.isoformat()}, chosen)


def _counselled(state: State, day: date) -> bool:
    services = state.beside.services.values()
    return any(s.type == COUNSELLING and (s.ended_on is None or s.ended_on >= day) for s in services)


rule = Rule(
    id="R-DEBT-1",
    version=1,
    name="debt_counselling.wanted",
    params=DebtParams(),
    find=find,
    listens=frozenset(
        {
            "client.characteristics_recorded",
            "parallel_service.agreed",
            "parallel_service.started",
            "parallel_service.held",
            "parallel_service.ended",
            "placement.agreed",
            "placement.started",
            "placement.extended",
            "placement.ended",
        }
    ),
    family="service",
)
