"""One person while a lane is owned: her facts, her state, and her rows in every view, never beyond the checkpoint."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from kernel.conclude import Found, Seen
from kernel.facts import Conclusion, Event, Fact
from kernel.journal import KERNEL_TYPES
from kernel.params import Reference
from kernel.plan import UNKNOWN
from kernel.rules import Fold, Rule
from kernel.valid import valid
from kernel.views import Rows, View

EVERY_RULE = frozenset({"rule_parameters.set", "finding.changed", "finding.withdrawn"})
"""Types of facts that may change what any rule finds."""


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

    @staticmethod
    def of(processor: str, fold: Fold[Any], rules: Sequence[Rule[Any, Any]], views: Sequence[View]) -> Units:
        """Put the units together and gather the names of all types that they read ("*": every type)."""
        heard: set[str] = set(fold.listens) | {"rule_parameters.set"}
        for rule in rules:
            heard |= {rule.name, "finding.changed", "finding.withdrawn", *rule.listens, *rule.ended_by}
        for view in views:
            heard |= view.listens
        return Units(processor, fold, rules, views, {r.id: r for r in rules}, frozenset(heard))

    def hears(self, name: str) -> bool:
        """Whether a type of fact (by name) matters here."""
        return name in self.listens or "*" in self.listens

    def reads(self, fact: Fact) -> bool:
        """Whether it is folded: what a unit itself concludes is its memory, not its fold."""
        name = fact.name
        if not fact.own or fact.type in KERNEL_TYPES or name in self.fold.listens:
            return True
        return any(name in v.handlers or "*" in v.handlers for v in self.views)


class Person:
    """Her facts to a position and what they fold to. Built whole, then carried forward while facts only add."""

    def __init__(self, units: Units, facts: Iterable[Fact]) -> None:
        self._units = units
        units.applying.clear()
        self.wake: datetime | None = UNKNOWN
        """The wake-up that was written last."""
        self.facts: dict[tuple[str, str], Fact] = {}
        self._corrected: set[tuple[str, str | None]] = set()
        self._mended = False
        self._take(facts)
        self.rows: dict[str, Rows] = {v.name: Rows(v.key) for v in units.views}
        self._found: Found = {}
        self._found_under: Reference | None = None
        self._fold()
        for rows in self.rows.values():
            rows.take_changes()

    def _take(self, facts: Iterable[Fact]) -> None:
        """Keep facts, and what of them makes it impossible to carry the person forward one by one."""
        for fact in facts:
            self.facts[fact.source, fact.id] = fact
            self._mended = self._mended or fact.type in KERNEL_TYPES
            if fact.corrects:
                self._corrected.add((fact.source, fact.corrects))

    def _fold(self) -> None:
        """State and rows from nothing. Poison when a fact that counts cannot be applied."""
        self._found.clear()
        self.valid = valid((f for f in self.facts.values() if self._units.reads(f)), self._units.processor)
        self.state = self._units.fold.initial()
        fresh = {v.name: Rows(v.key) for v in self._units.views}
        self._abouts = {a for f in self.valid if (a := _about(f)) is not None}
        for fact in self.valid:
            self._apply(fact, fresh)
        for view in self._units.views:
            if view.forecasts:  # filled by evaluation, so that these rows survive until the next one
                _keep_forecast(view, self.rows[view.name], fresh[view.name])
            self.rows[view.name].replace_with(fresh[view.name])

    def _apply(self, fact: Fact, rows: Mapping[str, Rows]) -> None:
        self._units.applying[:] = (fact,)
        if fact.name in self._units.fold.listens:
            self._units.fold.evolve(self.state, fact)
        for view in self._units.views:
            for handler in (*view.handlers.get(fact.name, ()), *view.handlers.get("*", ())):
                handler(rows[view.name], fact)

    def add(self, facts: Sequence[Fact]) -> None:
        """Take new facts: applied one by one where they only add, else everything is folded anew."""
        self._units.applying.clear()
        simple = self._only_add(facts)
        self._take(facts)
        if not simple:
            self._fold()
            return
        for fact in (f for f in facts if self._units.reads(f)):
            self.valid.append(fact)
            if (about := _about(fact)) is not None:
                self._abouts.add(about)
            self._apply(fact, self.rows)
        self._forget({f.name for f in facts})

    def _forget(self, told: set[str]) -> None:
        """What a rule found stays as long as nothing happens that it listens to."""
        if told & EVERY_RULE:
            self._found.clear()
        for rule in self._units.rules:
            if rule.id in self._found and not told.isdisjoint(rule.listens):
                del self._found[rule.id]

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
            self._found.clear()
            self._found_under = reference
        return self._found

    def forecast(self, seen: Seen) -> None:
        """Fill the rows of forecast views from all findings, begun or not."""
        for view in self._units.views:
            if not view.forecasts:
                continue
            fresh = Rows(view.key)
            for row in self.rows[view.name]:
                if row.get("rule") not in view.forecasts:
                    fresh.put(**row)
            for rule, finding in seen.findings:
                if rule in view.forecasts:
                    view.forecasts[rule](fresh, rule, finding)
            self.rows[view.name].replace_with(fresh)

    @property
    def personal(self) -> list[Fact]:
        """Parameters stated about her alone."""
        return [f for f in self.valid if f.name == "rule_parameters.set"]

    @property
    def newest(self) -> Fact | None:
        """The newest fact folded: the cause of what is concluded."""
        return max(self.facts.values(), key=lambda f: (f.chain, f.seq), default=None)


def _about(fact: Fact) -> tuple[object, ...] | None:
    return fact.data.about() if isinstance(fact.data, Event) else None


def _keep_forecast(view: View, old: Rows, new: Rows) -> None:
    for row in old:
        if row.get("rule") in view.forecasts and new.get(*(row[k] for k in view.key)) is None:
            new.put(**row)
