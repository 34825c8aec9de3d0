"""What follows now: findings against what the unit has said before, and the facts that tell the difference."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

import orjson

from kernel.facts import PREFIX, Conclusion, Event, Fact
from kernel.journal import RECEIVED, NewFact, own_source
from kernel.matter import Found, Name
from kernel.params import ParamSets, Reference
from kernel.rules import Finding, Rule

NAMESPACE = UUID("7b6a3f8e-6f0e-5c57-8d2f-0f6d3f1f7a11")
_TRACE = re.compile(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
CHANGED, WITHDRAWN = "finding.changed", "finding.withdrawn"


@dataclass(slots=True)
class Memory:
    """What a unit has itself concluded: open raises (fact id → content) by name, and how much it ever said."""

    open: dict[Name, dict[str, dict[str, Any]]] = field(default_factory=dict)
    count: dict[tuple[str, str, str], int] = field(default_factory=dict)


def remember(facts: Iterable[Fact], rules: Mapping[str, Rule[Any, Any]]) -> Memory:
    """Fold the unit's own conclusions, and the door facts that end them, in fold order."""
    memory = Memory()
    enders = [(r.id, name, raised) for r in rules.values() for name, raised in r.ended_by.items()]
    begun: dict[str, tuple[Any, ...]] = {}
    ends = {name for _, name, _ in enders}
    concern = [f for f in facts if isinstance(f.data, Conclusion) or f.name in ends]
    for fact in sorted(concern, key=lambda f: f.order):
        if isinstance(fact.data, Conclusion):
            if fact.data.rule in rules:
                begun[fact.id] = (fact.time, *fact.order)
                _remember(memory, fact, fact.data)
            continue
        for rule, name, raised in enders:
            if fact.name == name and isinstance(fact.data, Event):
                _end(memory, rule, raised(fact.data))
    _oldest_first(memory, begun)
    return memory


def _oldest_first(memory: Memory, begun: Mapping[str, tuple[Any, ...]]) -> None:
    """After a merge one matter may be open twice: the raise that is older in time comes first, whichever ref had it."""
    for name, raises in memory.open.items():
        if len(raises) > 1:
            memory.open[name] = dict(sorted(raises.items(), key=lambda r: begun[r[0]]))


def _remember(memory: Memory, fact: Fact, said: Conclusion) -> None:
    name = (said.rule, said.key)
    counted = (fact.subject or "", *name)
    memory.count[counted] = memory.count.get(counted, 0) + 1
    raises = memory.open.setdefault(name, {})
    if fact.name == WITHDRAWN:
        raises.pop(said.raised or "", None)
    elif fact.name == CHANGED:
        if said.raised in raises:
            raises[said.raised] = content_of(said)
    else:
        raises[fact.id] = content_of(said)
    if not raises:
        del memory.open[name]


def _end(memory: Memory, rule: str, raised: str) -> None:
    for name, raises in list(memory.open.items()):
        if name[0] == rule and raises.pop(raised, None) is not None and not raises:
            del memory.open[name]


def content_of(said: Conclusion) -> dict[str, Any]:
    """What counts as the same: when it changes, the finding has changed."""
    return said.content


@dataclass(frozen=True, slots=True)
class Seen:
    """One evaluation of all rules of a processor about one person."""

    wanted: Mapping[Name, Conclusion]
    expired: frozenset[Name]
    next: datetime | None
    findings: Sequence[tuple[str, Finding]]


def evaluate(
    rules: Sequence[Rule[Any, Any]],
    state: Any,
    reference: Reference,
    personal: Sequence[Fact],
    now: datetime,
    known: Found | None = None,
) -> Seen:
    """Findings that hold now, those that have run out, and the next instant at which that may change.

    `known` holds what rules have found in this very state; it is filled with what the others find.
    """
    known = Found() if known is None else known
    wanted: dict[Name, Conclusion] = {}
    expired: set[Name] = set()
    future: list[datetime] = []
    every: list[tuple[str, Finding]] = []
    for rule in rules:
        found = known.get(rule.id)
        if found is None:
            found = known.ask(rule, state, ParamSets(rule, reference, personal))
        for matter in found:
            every.append(matter.told)
            since, until = matter.since, matter.until
            if since > now:
                future.append(since)
            if until is not None and until > now:
                future.append(until)
            elif until is not None:
                expired.add(matter.name)
                continue
            if since <= now:
                wanted.setdefault(matter.name, matter.said())
    return Seen(wanted, frozenset(expired - wanted.keys()), min(future, default=None), every)


@dataclass(slots=True)
class Difference:
    """Turns the difference between wanted and remembered into facts, numbered so that a repeat is harmless."""

    processor: str
    operator: str
    subject: str
    now: datetime
    cause: str
    merged: bool = False
    why: Callable[[Name, str], str] = lambda _, __: "resolved"
    trace: str = ""
    received: str = ""
    out: list[NewFact] = field(default_factory=list)

    def facts(self, rules: Mapping[str, Rule[Any, Any]], seen: Seen, memory: Memory) -> list[NewFact]:
        """The facts to append, in name order. What is remembered stays as it is."""
        memory = Memory(memory.open, dict(memory.count))
        for name in sorted(set(seen.wanted) | set(memory.open)):
            raises = memory.open.get(name, {})
            wish = seen.wanted.get(name)
            keep = next(iter(raises), None) if wish else None
            for raised in raises:
                if raised != keep:
                    self._withdraw(memory, name, raised, raises[raised], self._reason(name, raised, seen, bool(keep)))
            if wish is None:
                continue
            if keep is None:
                self._say(memory, rules[name[0]].raises(name[1]), wish)
            elif raises[keep] != content_of(wish):
                self._say(memory, CHANGED, wish.model_copy(update={"raised": keep}))
        return self.out

    def _reason(self, name: Name, raised: str, seen: Seen, doubled: bool) -> str:
        if self.merged or doubled:
            return "merged"
        if name in seen.expired:
            return "expired"
        return self.why(name, raised)

    def _withdraw(self, memory: Memory, name: Name, raised: str, content: Mapping[str, Any], reason: str) -> None:
        said = Conclusion.model_validate({**content, "rule": name[0], "key": name[1], "m": 0})
        self._say(memory, WITHDRAWN, said.model_copy(update={"raised": raised, "reason": reason}))

    def _say(self, memory: Memory, kind: str, said: Conclusion) -> None:
        counted = (self.subject, said.rule, said.key)
        m = memory.count[counted] = memory.count.get(counted, 0) + 1
        said = said.model_copy(update={"m": m})
        id_ = str(uuid5(NAMESPACE, f"{said.rule}|{self.subject}|{said.key}|{kind}|{m}"))
        self.out.append(
            NewFact(
                source=own_source(self.operator, self.processor),
                id=id_,
                type=f"{PREFIX}{kind}.v1",
                subject=self.subject,
                time=self.now,
                recorded=self.now,
                data=orjson.dumps(said.model_dump(mode="json", exclude_none=True), option=orjson.OPT_SORT_KEYS),
                attributes=self._attributes(),
            )
        )

    def _attributes(self) -> dict[str, str]:
        """What led to it, under whose trace, and when that was received."""
        trace = self.trace if _TRACE.fullmatch(self.trace) else ""
        found = {"causationid": self.cause, "traceparent": trace, RECEIVED: self.received}
        return {name: value for name, value in found.items() if value}
