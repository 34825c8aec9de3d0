"""The tiny domain with a second stratum: open findings of the visits become one alert, which people close."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from kernel.discover import events
from kernel.facts import Conclusion, Event, Fact, Meta
from kernel.person import Units
from kernel.rules import Finding, Fold, Params, Resolved, Rule
from kernel.views import Column, Rows, View
from tests.sample import domain


class TellingClosed(Event):
    """Somebody has seen to an alert: its raise, and the raises that the screen showed."""

    meta: ClassVar[Meta] = Meta(name="telling.closed")
    alert_id: str
    shown: list[str]


class NoteMade(Event):
    """A type that nobody listens to."""

    meta: ClassVar[Meta] = Meta(name="note.made", stated_by=frozenset({"workshop"}))
    text: str


@dataclass(slots=True)
class State:
    """Open raises of the first stratum by fact id (begin), and what closes have named."""

    raises: dict[str, datetime] = field(default_factory=dict)
    shown: set[str] = field(default_factory=set)


def evolve(state: State, fact: Fact) -> None:
    """Take one fact in."""
    said: Any = fact.data
    if isinstance(said, TellingClosed):
        state.shown |= set(said.shown)
    elif not isinstance(said, Conclusion) or said.rule == "A-1":
        return
    elif fact.name == "finding.withdrawn":
        state.raises.pop(said.raised or "", None)
    elif fact.name == "finding.changed":
        if said.raised in state.raises:
            state.raises[said.raised] = said.since
    else:
        state.raises[fact.id] = said.since


def find(state: State, _: Resolved[Params]) -> Iterator[Finding]:
    """One alert while something is open that no close has named."""
    left = {i: since for i, since in sorted(state.raises.items()) if i not in state.shown}
    if left:
        yield Finding(key="all", since=min(left.values()), facts={"raises": list(left)})


HEARD = frozenset({"visits.missed", "finding.changed", "finding.withdrawn", "telling.closed"})
alert = Rule(
    id="A-1",
    version=1,
    name="telling.raised",
    params=Params(),
    find=find,
    listens=HEARD,
    ended_by={"telling.closed": lambda data: str(data.alert_id)},
)
told = View(name="told", version=1, key=("raise",), columns=(Column("raise", "text"), Column("open", "boolean")))


@told.on("visits.missed")
def _raised(rows: Rows, fact: Fact) -> None:
    rows.put(**{"raise": fact.id, "open": True})


@told.on("finding.withdrawn")
def _withdrawn(rows: Rows, fact: Fact) -> None:
    if (rows.get(fact.data.raised)) is not None:
        rows.put(**{"raise": fact.data.raised, "open": False})


log = View(name="visit_log", version=1, key=domain.view.key, columns=domain.view.columns, handlers=domain.view.handlers)

PROCESSORS = {
    "referrals": Units.of("referrals", domain.fold, [domain.rule], [log]),
    "notifications": Units.of("notifications", Fold(State, evolve, HEARD), [alert], [told]),
}
TYPES: Mapping[str, type[Event]] = {
    **events("schemas"),
    **{c.meta.type: c for c in (domain.VisitRecorded, TellingClosed, NoteMade)},
}
CONCLUDED = ["visits.missed", "telling.raised"]
