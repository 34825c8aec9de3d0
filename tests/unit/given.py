"""Given facts, when a day comes, then these findings: what rules and views make of one person's story."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from kernel.calendar import midnight
from kernel.conclude import evaluate
from kernel.facts import Conclusion, Event, Fact
from kernel.params import Reference
from kernel.rules import Fold, Rule
from kernel.valid import valid
from kernel.views import Row, Rows, View
from schemas.system.fact_retracted_v1 import FactRetracted

COUNTY = ("9000003-8", "wellbeing_county")
AUTHORITY = ("9000004-6", "employment_authority")
WORKSHOP = ("9000012-6", "workshop")
OFFICE = ("9000014-2", "association")
CLINIC = ("9000019-3", "ohjaamo")
SUBJECT = "11111111-1111-4111-8111-111111111111"

By = tuple[str, str]
"""Who states a fact: business id and the `org_type` under which it does."""


@dataclass
class Story:
    """One person's facts as they were told. Each fact is stated at noon of a day, and recorded in the order told."""

    fold: Fold[Any]
    facts: list[Fact] = field(default_factory=list)
    reference: list[Fact] = field(default_factory=list)

    def told(self, *events: Event, on: date | datetime, by: By = WORKSHOP, **more: Any) -> Story:
        """Somebody states facts. `corrects` names the one that was wrong by its id (`f` and its number)."""
        for event in events:
            self.facts.append(self._fact(event, len(self.facts) + 1, on, by, SUBJECT, more))
        return self

    def agreed(self, *events: Event, on: date, by: By = COUNTY, **more: Any) -> Story:
        """Facts about sites, organisations or policies, of no person."""
        for event in events:
            self.reference.append(self._fact(event, 1000 + len(self.reference), on, by, None, more))
        return self

    def retracted(self, id_: str, on: date, by: By = WORKSHOP) -> Story:
        """Somebody takes back what it told."""
        return self.told(FactRetracted(id=id_, reason="wrong_person"), on=on, by=by)

    def before(self, now: date | datetime) -> Story:
        """What had been told by then."""
        return Story(self.fold, [f for f in self.facts if f.recorded < _at(now)], self.reference)

    @property
    def last(self) -> str:
        """Id of the fact told last."""
        return self.facts[-1].id

    def state(self) -> Any:
        """The fold of the facts that count."""
        state = self.fold.initial()
        for fact in valid(self.facts, ""):
            if fact.name in self.fold.listens:
                self.fold.evolve(state, fact)
        return state

    def open(self, rule: Rule[Any, Any], now: date | datetime) -> dict[str, Conclusion]:
        """What a rule finds and holds at an instant (a date: its first moment), by key."""
        personal = [f for f in valid(self.facts, "") if f.name == "rule_parameters.set"]
        seen = evaluate([rule], self.state(), Reference(valid(self.reference, "")), personal, _at(now))
        return {key: said for (_, key), said in seen.wanted.items()}

    def days_open(self, rule: Rule[Any, Any], first: date, last: date, key: str | None = None) -> list[date]:
        """The days at whose first moment a rule finds something (under a key)."""
        return [d for d in days(first, last) if (found := self.open(rule, d)) and (key is None or key in found)]

    def rows(self, view: View) -> list[Row]:
        """The rows of a view, without its forecasts."""
        rows = Rows(view.key)
        for fact in valid(self.facts, ""):
            for handler in view.handlers.get(fact.name, ()):
                handler(rows, fact)
        return list(rows)

    def _fact(self, event: Event, n: int, on: date | datetime, by: By, subject: str | None, more: Any) -> Fact:
        at = on if isinstance(on, datetime) else midnight(on) + timedelta(hours=12)
        fact = Fact(
            lane=1 if subject else 0,
            seq=n,
            subject=subject,
            source=f"urn:polku:{by[0]}:s",
            id=f"f{n}",
            type=event.meta.type,
            time=at,
            recorded=at + timedelta(microseconds=n),
            data=event,
            org_type=by[1],
        )
        return replace(fact, **more)


def days(first: date, last: date) -> Iterator[date]:
    """Every day from one to another, both included."""
    for n in range((last - first).days + 1):
        yield first + timedelta(days=n)


def _at(now: date | datetime) -> datetime:
    return now if isinstance(now, datetime) else midnight(now)


def keys(found: dict[str, Conclusion]) -> Sequence[str]:
    """The keys of what was found, in order."""
    return sorted(found)
