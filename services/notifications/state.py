"""What the alerts need to know of one person: what was raised, who is there for her, what people did."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from kernel.facts import Conclusion, Fact
from kernel.rules import Fold
from services.notifications.families import MATTERS, Matter, matter_of
from services.notifications.handled import Handled, handle
from services.notifications.people import People, learn

ALERT, ESCALATION = "ALERT", "R-ABS-10"
RAISED, ESCALATED = "alert.raised", "alert.escalated"
CONTACT = "contact.logged"
CHANGED, WITHDRAWN = "finding.changed", "finding.withdrawn"
DOOR = (
    "alert.claimed",
    "alert.acknowledged",
    "alert.handed_over",
    "alert.snoozed",
    "alert.reason_clarified",
    "alert.closed",
    "alert.reopened",
)
PEOPLE = (
    "client.registered",
    "client.moved_municipality",
    "caseworker.assigned",
    "caseworker.ended",
    "referral.submitted",
    "referral.received",
    "multisector.started",
    "plan.preparation_started",
    "plan.signed",
    "plan.reviewed",
    "placement.agreed",
    "placement.started",
)

Named = tuple[str, str, int, str]
"""How a close names a raise: rule id, key, m and the raise's fact id (empty: any, as long as the rest is right)."""


@dataclass(slots=True)
class Raise:
    """An open raise of another unit, with its numbers as they stand now."""

    id: str
    rule: str
    name: str
    key: str
    m: int
    since: datetime
    facts: Mapping[str, Any]

    @property
    def named(self) -> Named:
        """How it is told apart from every other."""
        return (self.rule, self.key, self.m, self.id)

    def is_among(self, named: Set[Named]) -> bool:
        """Whether a close that names these raises names this one."""
        return self.named in named or (*self.named[:3], "") in named

    @property
    def matter(self) -> Matter:
        """What it belongs to and whom it concerns."""
        return matter_of(self.name, self.rule) or MATTERS[self.name]

    @property
    def family(self) -> str:
        """Which raises it shares an alert with."""
        return self.matter.family

    @property
    def placement(self) -> str:
        """The placement that it speaks of, or nothing."""
        return str(self.facts.get("placement_id") or "")


@dataclass(slots=True)
class Alert:
    """An alert as concluded (numbers change with it), and what people did with it."""

    id: str
    key: str
    m: int
    raised_at: datetime
    facts: Mapping[str, Any]
    open: bool = True
    withdrawn: bool = False
    lapsed: bool = False
    handled: Handled = field(default_factory=Handled)


@dataclass(slots=True)
class State:
    """One person. Raises are the open ones by fact id; alerts are all that there ever were; contacts are the last."""

    operator: str = ""
    raises: dict[str, Raise] = field(default_factory=dict)
    alerts: dict[str, Alert] = field(default_factory=dict)
    closes: dict[str, set[Named]] = field(default_factory=dict)
    contacts: dict[str, datetime] = field(default_factory=dict)
    people: People = field(default_factory=People)

    def uncovered(self) -> Iterator[Raise]:
        """Open raises that no close names."""
        named = set().union(*self.closes.values())
        for found in self.raises.values():
            if not found.is_among(named):
                yield found


def evolve(state: State, fact: Fact) -> None:
    """Take one valid fact in."""
    if isinstance(fact.data, Conclusion):
        _conclude(state, fact, fact.data)
    elif fact.name in DOOR:
        _at_the_door(state, fact, fact.data)
    elif fact.name == CONTACT:
        _contacted(state, fact, fact.data)
    else:
        learn(state.people, fact)


def _conclude(state: State, fact: Fact, said: Conclusion) -> None:
    state.operator = fact.org
    step = {ALERT: _own, ESCALATION: _escalated}.get(said.rule, _others)
    step(state, fact, said)


def _others(state: State, fact: Fact, said: Conclusion) -> None:
    if fact.name == WITHDRAWN:
        state.raises.pop(said.raised or "", None)
    elif fact.name == CHANGED:
        if (known := state.raises.get(said.raised or "")) is not None:
            known.since, known.facts = said.since, said.facts
    elif matter_of(fact.name) is not None:
        state.raises[fact.id] = Raise(fact.id, said.rule, fact.name, said.key, said.m, said.since, said.facts)


def _own(state: State, fact: Fact, said: Conclusion) -> None:
    if fact.name == RAISED:
        state.alerts[fact.id] = Alert(fact.id, said.key, said.m, fact.time, said.facts)
    elif (alert := state.alerts.get(said.raised or "")) is not None:
        if fact.name == WITHDRAWN:
            alert.open, alert.withdrawn = False, True
            alert.handled.seen_by = ()  # that it was withdrawn nobody has seen yet
        else:
            alert.facts = said.facts


def _escalated(state: State, fact: Fact, said: Conclusion) -> None:
    """Only that a claim has lapsed matters here, and only to what people may do."""
    alert = state.alerts.get(str(said.facts.get("alert_id")))
    if alert is not None and said.facts.get("level") == "claim":
        alert.lapsed = fact.name == ESCALATED or (fact.name == CHANGED and alert.lapsed)


def _contacted(state: State, fact: Fact, data: Any) -> None:
    """A contact about an alert shows that somebody is at work on it, though the alert may be folded later."""
    if data.alert_id is not None:
        id_ = str(data.alert_id)
        state.contacts[id_] = max(fact.time, state.contacts.get(id_, fact.time))


def _at_the_door(state: State, fact: Fact, data: Any) -> None:
    id_ = str(data.alert_id)
    if fact.name == "alert.closed":
        state.closes[id_] = {(r.rule, r.key, r.m, r.id or "") for r in data.closes}
    elif fact.name == "alert.reopened":
        state.closes.pop(id_, None)
    alert = state.alerts.get(id_)
    if alert is None:
        return
    if fact.name == "alert.closed":
        alert.open = False
    if fact.name == "alert.claimed":
        alert.lapsed = False
    handle(alert.handled, fact)


fold = Fold(
    initial=State,
    evolve=evolve,
    listens=frozenset({*MATTERS, RAISED, ESCALATED, CHANGED, WITHDRAWN, CONTACT, *DOOR, *PEOPLE}),
)
