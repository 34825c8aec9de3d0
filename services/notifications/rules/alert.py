"""One alert per person, placement and family of matters, for as long as something is open that nobody has closed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from kernel.calendar import day_of
from kernel.rules import Finding, Params, Resolved, Rule
from services.notifications.entitled import parties
from services.notifications.families import MATTERS, priority_of
from services.notifications.responsible import REFERENCE, Told, around_of, spans
from services.notifications.state import ALERT, PEOPLE, RAISED, Raise, State


class AlertParams(Params):
    """`respond_days`: working days within which somebody should take it, shown as its due time."""

    respond_days: int = 2


def find(state: State, params: Resolved[AlertParams]) -> Iterator[Finding]:
    """The alerts that should be open, each with whom it concerns and the numbers of what was raised."""
    around = around_of(state, params)
    for key, raises in sorted(_matters(state).items()):
        for told in spans(around, raises):
            chosen = params.on(day_of(told.since))
            yield Finding(key, told.since, told.until, _facts(key, raises, told, chosen), chosen)


def _matters(state: State) -> dict[str, list[Raise]]:
    found: dict[str, list[Raise]] = {}
    for raised in sorted(state.uncovered(), key=lambda r: r.named):
        found.setdefault(f"{raised.family}:{raised.placement}", []).append(raised)
    return found


def _facts(key: str, raises: Sequence[Raise], told: Told, params: AlertParams) -> dict[str, Any]:
    family, _, placement = key.partition(":")
    priorities = {priority_of(r.rule, r.name, r.facts) for r in raises}
    return {
        "family": family,
        "kind": sorted({r.name for r in raises}),
        "placement_id": placement or None,
        "priority": next(p for p in ("high", "normal", "low") if p in priorities),
        "raises": [{"rule": r.rule, "key": r.key, "m": r.m, "id": r.id} for r in raises],
        "why": [{"rule": r.rule, "key": r.key, "facts": dict(r.facts)} for r in raises],
        "to": told.to,
        "copies": [*told.copies, *parties(raises, told)],
        "respond_days": params.respond_days,
    }


def _ended(closed: Any) -> str:
    return str(closed.alert_id)


rule = Rule(
    id=ALERT,
    version=2,
    name=RAISED,
    params=AlertParams(),
    find=find,
    listens=frozenset({*MATTERS, *PEOPLE, "alert.closed", "alert.reopened", *REFERENCE}),
    ended_by={"alert.closed": _ended},
)
