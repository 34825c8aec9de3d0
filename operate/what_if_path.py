"""One person in a world of other rules: what would have been concluded about her, stratum by stratum, in memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import orjson

from kernel.calendar import day_of
from kernel.conclude import CHANGED, WITHDRAWN, Difference, evaluate, remember
from kernel.facts import Conclusion, Event, Fact
from kernel.journal import KERNEL_TYPES, NewFact
from kernel.matter import Name
from kernel.params import Reference
from kernel.person import Person, Units
from kernel.react_person import guarded

SPOKEN_OF = ("provider_org", "lead_org", "receiver_org", "to_org", "holder_org", "last_org", "org")
"""Where the facts of a finding name the organisation that it is about, the nearest first."""
ROUNDS = 100
"""Looks at one person at one instant; more would mean that units conclude in a circle."""


@dataclass(frozen=True, slots=True)
class Said:
    """Something concluded: by which rule, about what, on which day, and to which organisation it matters."""

    rule: str
    type: str
    key: str
    kind: str
    day: date
    organisation: str


class Path:
    """One person, carried from instant to instant under one set of rules. Poison when a unit cannot take her facts.

    `recorded` names what was really concluded (fact id → rule and key): what people did at the door speaks of that,
    and is taken to speak of what stands in its place here.
    """

    def __init__(
        self,
        parts: Sequence[Units],
        operator: str,
        subject: str,
        recorded: Mapping[str, Name] | None = None,
        facts: Iterable[Fact] = (),
    ) -> None:
        told = list(facts)
        self._parts, self._operator, self._subject = parts, operator, subject
        self._recorded = recorded or {}
        self._persons = {u.processor: guarded(u, partial(_person, u, told)) for u in parts}
        self._next: dict[str, datetime | None] = dict.fromkeys(self._persons)
        self._open: dict[Name, tuple[str, int]] = {}
        self._lane, self._seq = max(((f.lane, f.seq) for f in told if not f.chain), default=(0, 0))
        self._reference: Reference | None = None
        self.said: list[Said] = []

    @property
    def next(self) -> datetime | None:
        """The next instant at which something may begin or end by itself."""
        return min((n for n in self._next.values() if n is not None), default=None)

    def reach(self, now: datetime, facts: Sequence[Fact], reference: Reference) -> None:
        """Take what has become known, first what was stated, then what people did with what followed from it."""
        self._take(now, [f for f in facts if not _at_the_door(f)], reference)
        done = [self._as_here(f) for f in facts if _at_the_door(f)]
        if done:
            self._take(now, done, reference)

    def _take(self, now: datetime, facts: Sequence[Fact], reference: Reference) -> None:
        waiting: dict[str, list[Fact]] = {u.processor: [] for u in self._parts}
        for fact in facts:
            self._spread(self._numbered(fact), waiting)
        due = {p for p, n in self._next.items() if waiting[p] or (n is not None and n <= now)}
        if reference is not self._reference:
            self._reference, due = reference, set(self._next)
        for _ in range(ROUNDS):
            units = next((u for u in self._parts if u.processor in due), None)
            if units is None:
                return
            due.discard(units.processor)
            look = partial(self._look, units, now, waiting[units.processor], reference)
            for new in guarded(units, look):
                due |= self._spread(self._concluded(new, now), waiting)
        raise RuntimeError("units conclude in a circle")

    def _look(self, units: Units, now: datetime, news: list[Fact], reference: Reference) -> list[NewFact]:
        """One processor's look at her; what it concludes that is new."""
        person = self._persons[units.processor]
        if news:
            person.add(news)
            news.clear()
        found = person.found(reference)
        seen = evaluate(units.rules, person.state, reference, person.personal, now, found)
        self._next[units.processor] = seen.next
        memory = remember(person.facts.values(), units.by_id)
        difference = Difference(units.processor, self._operator, self._subject, now, "")
        return difference.facts(units.by_id, seen, memory)

    def _spread(self, fact: Fact, waiting: Mapping[str, list[Fact]]) -> set[str]:
        """Give a fact to whom it concerns; answers who has to look again."""
        heard = [u for u in self._parts if hears(u, fact)]
        for units in heard:
            waiting[units.processor].append(fact)
        return {u.processor for u in heard}

    def _numbered(self, fact: Fact) -> Fact:
        self._seq += 1
        return replace(fact, lane=self._lane, seq=self._seq, chain=0)

    def _concluded(self, new: NewFact, now: datetime) -> Fact:
        said = Conclusion.model_validate_json(new.data)
        fact = self._numbered(
            Fact(0, 0, self._subject, new.source, new.id, new.type, new.time, new.recorded, said, own=True)
        )
        name = (said.rule, said.key)
        if fact.name == WITHDRAWN:
            self._open.pop(name, None)
        elif fact.name != CHANGED:
            self._open[name] = (fact.id, said.m)
        kind = {WITHDRAWN: "withdrawn", CHANGED: "changed"}.get(fact.name, "raised")
        begins = said.until if kind == "withdrawn" else said.since
        # At a midnight the day that ends has been heard; what begins with this very instant belongs to the new one.
        day = day_of(now) if begins == now else day_of(now - timedelta(microseconds=1))
        self.said.append(Said(said.rule, fact.name, said.key, kind, day, organisation_of(said.facts)))
        return fact

    def _as_here(self, fact: Fact) -> Fact:
        """What somebody did, as if she had seen what stands here instead of what was really raised."""
        data: Event = fact.data
        here = self._renamed(data.model_dump(mode="json", exclude_none=True))
        return replace(fact, data=type(data).model_validate_json(orjson.dumps(here)))

    def _renamed(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._renamed(v) for v in value]
        if isinstance(value, dict):
            new = {k: self._renamed(v) for k, v in value.items()}
            here = self._open.get((str(new.get("rule")), str(new.get("key"))))
            return {**new, "m": here[1]} if here and "m" in new else new
        here = self._open.get(self._recorded.get(str(value), ("", "")))
        return here[0] if here else value


def _person(units: Units, told: Iterable[Fact]) -> Person:
    return Person(units, [f for f in told if hears(units, f)])


def hears(units: Units, fact: Fact) -> bool:
    """Whether a processor reads a fact."""
    return fact.type in KERNEL_TYPES or units.hears(fact.name)


def _at_the_door(fact: Fact) -> bool:
    return fact.own and fact.type not in KERNEL_TYPES and isinstance(fact.data, Event)


def organisation_of(facts: Mapping[str, Any]) -> str:
    """The organisation that a conclusion is for, else the one that it speaks of; empty when it names none."""
    to = facts.get("to")
    if isinstance(to, Mapping) and to.get("org"):
        return str(to["org"])
    about = [facts, *(w.get("facts", {}) for w in facts.get("why", ()) if isinstance(w, Mapping))]
    return next((str(a[k]) for a in about for k in SPOKEN_OF if a.get(k)), "")
