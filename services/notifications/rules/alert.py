"""One alert per person, placement and family of matters, for as long as something is open that nobody has closed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from kernel.calendar import day_of
from kernel.facts import Fact
from kernel.rules import Finding, Params, Resolved, Rule
from schemas.responsibilities.agreed_v1 import ResponsibilityAgreed
from services.notifications.entitled import parties
from services.notifications.families import MATTERS, Audience, priority_of
from services.notifications.responsible import Told, spans
from services.notifications.state import ALERT, PEOPLE, RAISED, Raise, State

ORDER: tuple[Audience, ...] = ("worker", "lead", "team", "provider")


class AlertParams(Params):
    """`respond_days`: working days within which somebody should take it, shown as its due time."""

    respond_days: int = 2


def find(state: State, params: Resolved[AlertParams]) -> Iterator[Finding]:
    """The alerts that should be open, each with whom it concerns and the numbers of what was raised."""
    agreed = params.reference(ResponsibilityAgreed)
    for key, raises in sorted(_matters(state).items()):
        for told in _told(state, raises, agreed):
            chosen = params.on(day_of(told.since))
            yield Finding(key, told.since, told.until, _facts(key, raises, told, chosen), chosen)


def _matters(state: State) -> dict[str, list[Raise]]:
    found: dict[str, list[Raise]] = {}
    for raised in sorted(state.uncovered(), key=lambda r: r.named):
        found.setdefault(f"{MATTERS[raised.name].family}:{raised.placement}", []).append(raised)
    return found


def _told(state: State, raises: Sequence[Raise], agreed: Sequence[Fact]) -> Iterator[Told]:
    """Of several audiences the one nearest to the person decides; copies go to all that any matter names."""
    matters = [MATTERS[r.name] for r in raises]
    audience = min((m.audience for m in matters), key=ORDER.index)
    roles = sorted({role for m in matters for role in m.copies})
    named = next((str(r.facts["provider_org"]) for r in raises if r.facts.get("provider_org")), "")
    provider = named or state.people.provider(raises[0].placement)
    yield from spans(state, audience, provider, roles, min(r.since for r in raises), agreed)


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
    version=1,
    name=RAISED,
    params=AlertParams(),
    find=find,
    listens=frozenset({*MATTERS, *PEOPLE, "alert.closed", "alert.reopened", "responsibility.agreed"}),
    ended_by={"alert.closed": _ended},
)
