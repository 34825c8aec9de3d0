"""Visits: `visit.kept`, `visit.missed`; two missed days raise `visits.missed`; one row a day in `visit_log`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, ClassVar

from kernel.facts import Event, Fact, Meta
from kernel.person import Units
from kernel.rules import Finding, Fold, Params, Resolved, Rule
from kernel.views import Column, Rows, View


class VisitRecorded(Event):
    """Whether somebody came on a day."""

    meta: ClassVar[Meta] = Meta(name="visit.recorded", stated_by=frozenset({"workshop"}), rank={"workshop": 1})
    day: date
    came: bool
    weight: int = 0

    @classmethod
    def example(cls) -> VisitRecorded:
        return cls(day=date(2025, 3, 3), came=True)

    def about(self) -> tuple[object, ...]:
        return ("visit", self.day)


@dataclass(slots=True)
class State:
    days: dict[date, bool] = field(default_factory=dict)


def evolve(state: State, fact: Fact) -> None:
    data: Any = fact.data
    if data.weight == 666:
        raise ValueError("a fault in a unit")
    state.days[data.day] = data.came


class Missed(Params):
    count: int = 2


def find(state: State, params: Resolved[Missed]) -> Iterator[Finding]:
    row: list[date] = []
    for day in sorted(state.days):
        row = [] if state.days[day] else [*row, day]
        p = params.on(day)
        if len(row) == p.count:
            yield Finding(key="row", since=day + timedelta(days=1), facts={"from": row[0].isoformat()}, params=p)
            return


fold = Fold(State, evolve, frozenset({"visit.recorded"}))
rule = Rule(
    id="V-1", version=1, name="visits.missed", params=Missed(), find=find, listens=frozenset({"visit.recorded"})
)
view = View(
    name="visit_log",
    version=1,
    key=("day",),
    columns=(Column("day", "date"), Column("came", "boolean"), Column("weight", "integer")),
)


@view.on(VisitRecorded)
def recorded(rows: Rows, fact: Fact) -> None:
    rows.put(day=fact.data.day, came=fact.data.came, weight=fact.data.weight)


units = Units.of("referrals", fold, [rule], [view])
