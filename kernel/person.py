"""One person while a lane is owned: her facts, her state, and her rows in every view, never beyond the checkpoint."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import is_
from typing import Any

from kernel.conclude import Memory, Seen, remember
from kernel.facts import Conclusion, Event, Fact
from kernel.journal import KERNEL_TYPES
from kernel.matter import Found
from kernel.params import Reference
from kernel.plan import UNKNOWN
from kernel.rules import Finding, Fold, Rule
from kernel.sweep import moved
from kernel.valid import valid
from kernel.views import Handler, Rows, View

EVERY_RULE = frozenset({"rule_parameters.set", "finding.changed", "finding.withdrawn"})
"""Types of facts that may change what any rule finds."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What a type of fact is to the units: folded or not, handlers with the names of their views, ids of the rules that
    may find something else after it, and whether it may end something that was raised.
    """

    folded: bool
    handlers: Sequence[tuple[str, Handler]]
    rules: Sequence[str]
    ends: bool


@dataclass(frozen=True, slots=True)
class Units:
    """What one processor does: fold, rules and views, all pure."""

    processor: str
    fold: Fold[Any]
    rules: Sequence[Rule[Any, Any]]
    views: Sequence[View]
    by_id: Mapping[str, Rule[Any, Any]]
    listens: frozenset[str]
    applying: list[Fact] = field(default_factory=list)
    """The fact that a unit is looking at: what a hold names when the unit fails. Empty between persons."""
    _plans: dict[str, Heard] = field(default_factory=dict, init=False)

    @staticmethod
    def of(processor: str, fold: Fold[Any], rules: Sequence[Rule[Any, Any]], views: Sequence[View]) -> Units:
        """Put the units together and gather the names of all types that they read ("*": every type)."""
        heard: set[str] = set(fold.listens) | {"rule_parameters.set"}
        for rule in rules:
            heard |= {*rule.names, "finding.changed", "finding.withdrawn", *rule.listens, *rule.ended_by}
        for view in views:
            heard |= view.listens
        return Units(processor, fold, rules, views, {r.id: r for r in rules}, frozenset(heard))

    def hears(self, name: str) -> bool:
        """Whether a type of fact (by name) matters here."""
        return name in self.listens or "*" in self.listens

    def heard(self, name: str) -> Heard:
        """What a type of fact is to each unit, worked out once."""
        plan = self._plans.get(name)
        if plan is None:
            handlers = [(v.name, h) for v in self.views for n in (name, "*") for h in v.handlers.get(n, ())]
            told = [r.id for r in self.rules if name in EVERY_RULE or name in r.listens]
            ends = any(name in r.ended_by for r in self.rules)
            plan = self._plans[name] = Heard(name in self.fold.listens, handlers, told, ends)
        return plan

    def reads(self, fact: Fact) -> bool:
        """Whether it is folded: what a unit itself concludes is its memory, not its fold."""
        if not fact.own or fact.type in KERNEL_TYPES:
            return True
        plan = self.heard(fact.name)
        return plan.folded or bool(plan.handlers)


class Person:
    """Her facts to a position and what they fold to. Built whole, then carried forward while facts only add."""

    def __init__(self, units: Units, facts: Iterable[Fact]) -> None:
        self._units = units
        units.applying.clear()
        self.wake: datetime | None = UNKNOWN
        """The wake-up that was written last."""
        self.room = 0
        """What she was counted as when she was remembered, however much was added since."""
        self.facts: dict[tuple[str, str], Fact] = {}
        self.newest: Fact | None = None
        """The newest fact folded: the cause of what is concluded."""
        self._said: dict[tuple[str, str], Fact] = {}
        self._memory: Memory | None = None
        self._corrected: set[tuple[str, str | None]] = set()
        self._mended = False
        self._take(facts)
        self.rows: dict[str, Rows] = {v.name: Rows(v.key) for v in units.views}
        self.valid: list[Fact] = []
        self._found = Found()
        self._found_under: Reference | None = None
        self._foreseen: dict[str, Sequence[tuple[str, Finding]]] = {}
        self._fold()
        for rows in self.rows.values():
            rows.take_changes()

    def _take(self, facts: Iterable[Fact]) -> None:
        """Keep facts, and what of them makes it impossible to carry the person forward one by one."""
        for fact in facts:
            self.facts[fact.source, fact.id] = fact
            if self.newest is None or (fact.chain, fact.seq) > (self.newest.chain, self.newest.seq):
                self.newest = fact
            if isinstance(fact.data, Conclusion) or self._units.heard(fact.name).ends:
                self._said[fact.source, fact.id] = fact
                self._memory = None
            self._mended = self._mended or fact.type in KERNEL_TYPES
            if fact.corrects:
                self._corrected.add((fact.source, fact.corrects))

    def _fold(self) -> None:
        """State and rows from nothing. Poison when a fact that counts cannot be applied."""
        self._foreseen.clear()
        before = self.valid
        self.valid = valid((f for f in self.facts.values() if self._units.reads(f)), self._units.processor)
        self.personal = [f for f in self.valid if f.name == "rule_parameters.set"]
        """Parameters stated about her alone."""
        self.state = self._units.fold.initial()
        fresh = {v.name: Rows(v.key) for v in self._units.views}
        self._abouts = {a for f in self.valid if (a := _about(f)) is not None}
        for fact in self.valid:
            self._apply(fact, fresh)
        for view in self._units.views:
            if view.forecasts:  # filled by evaluation, so that these rows survive until the next one
                _keep_forecast(view, self.rows[view.name], fresh[view.name])
            self.rows[view.name].replace_with(fresh[view.name])
        changed = {id(f): f.name for f in before}.items() ^ {id(f): f.name for f in self.valid}.items()
        self._forget({name for _, name in changed})

    def _apply(self, fact: Fact, rows: Mapping[str, Rows]) -> None:
        self._units.applying[:] = (fact,)
        heard = self._units.heard(fact.name)
        if heard.folded:
            self._units.fold.evolve(self.state, fact)
        for view, handler in heard.handlers:
            handler(rows[view], fact)

    def add(self, facts: Sequence[Fact]) -> None:
        """Take new facts: applied one by one where they only add, else everything is folded anew."""
        self._units.applying.clear()
        simple = self._only_add(facts)
        self._take(facts)
        self._forget({f.name for f in facts})
        if not simple:
            self._fold()
            return
        for fact in (f for f in facts if self._units.reads(f)):
            self.valid.append(fact)
            if fact.name == "rule_parameters.set":
                self.personal.append(fact)
            if (about := _about(fact)) is not None:
                self._abouts.add(about)
            self._apply(fact, self.rows)

    def _forget(self, told: set[str]) -> None:
        """What a rule found stays as long as nothing happens that it listens to, however late it is told."""
        for rule in {rule for name in told for rule in self._units.heard(name).rules}:
            self._found.forget(rule)

    def _only_add(self, facts: Sequence[Fact]) -> bool:
        last = self.valid[-1].order if self.valid else None
        seen: set[tuple[object, ...]] = set()
        for fact in (f for f in facts if self._units.reads(f) or f.type in KERNEL_TYPES):
            about = _about(fact)
            if self._mended or fact.type in KERNEL_TYPES or fact.corrects:
                return False
            if (fact.source, fact.id) in self._corrected:
                return False
            if not isinstance(fact.data, Event | Conclusion):
                return False
            if (last is not None and fact.order < last) or about in self._abouts or about in seen:
                return False
            last = fact.order
            if about is not None:
                seen.add(about)
        return True

    def found(self, reference: Reference) -> Found:
        """What rules have found in her state as it is under this policy; those that a new fact concerns are absent."""
        if self._found_under is not reference:
            before, rules = self._found_under, self._units.rules
            for rule in moved(before, reference, rules) if before is not None else self._units.by_id:
                self._found.forget(rule)
            self._found_under = reference
        return self._found

    def memory(self, newer: Sequence[Fact] = ()) -> Memory:
        """What the units have said about her, with what lies beyond the position."""
        if newer:
            return remember([*self._said.values(), *newer], self._units.by_id)
        if self._memory is None:
            self._memory = remember(self._said.values(), self._units.by_id)
        return self._memory

    def forecast(self, seen: Seen) -> None:
        """Fill the rows of forecast views from all findings, begun or not."""
        for view in self._units.views:
            if not view.forecasts:
                continue
            rows, foreseen = self.rows[view.name], [told for told in seen.findings if told[0] in view.forecasts]
            if not rows.changed and _same(foreseen, self._foreseen.get(view.name)):
                continue
            self._foreseen[view.name] = foreseen
            fresh = rows.without(view.forecasts)
            for rule, finding in foreseen:
                view.forecasts[rule](fresh, rule, finding)
            rows.replace_with(fresh)


def _same(these: Sequence[object], those: Sequence[object] | None) -> bool:
    """Whether they are the very same objects: what a rule found is kept until it has to be asked again."""
    return those is not None and len(these) == len(those) and all(map(is_, these, those))


def _about(fact: Fact) -> tuple[object, ...] | None:
    return fact.data.about() if isinstance(fact.data, Event) else None


def _keep_forecast(view: View, old: Rows, new: Rows) -> None:
    for row in old:
        if row.get("rule") in view.forecasts and new.get(*(row[k] for k in view.key)) is None:
            new.put(**row)
