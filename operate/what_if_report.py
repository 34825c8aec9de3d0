"""What came, went and moved between two worlds, counted by week and organisation and naming nobody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from operate.what_if_path import Said

CAME, GONE, MOVED = "came", "gone", "moved"
KINDS = (CAME, GONE, MOVED)
NEAR = 28
"""Days within which a raise of the same matter is the same one at another time, and not another one."""

Place = tuple[str, str]
"""(ISO week, business id of the organisation)."""


@dataclass(frozen=True, slots=True)
class Move:
    """One difference: of which kind, on which day (of a move the new one), for which organisation."""

    kind: str
    day: date
    organisation: str
    days: int = 0


@dataclass(slots=True)
class Table:
    """Counts of one sort of conclusions."""

    kinds: Counter[str] = field(default_factory=Counter)
    places: dict[Place, Counter[str]] = field(default_factory=dict)
    persons: int = 0

    def add(self, moves: Sequence[Move]) -> None:
        """Count what differs for one person."""
        self.persons += bool(moves)
        self.kinds.update(m.kind for m in moves)
        for move in moves:
            self.places.setdefault(_place(move), Counter())[move.kind] += 1
        for place in {_place(m) for m in moves}:
            self.places[place]["persons"] += 1

    def document(self) -> dict[str, Any]:
        """As JSON: totals, then a line for each week and organisation."""
        weeks = [
            {"week": week, "organisation": organisation, **{k: counts[k] for k in (*KINDS, "persons")}}
            for (week, organisation), counts in sorted(self.places.items())
        ]
        return {**{k: self.kinds[k] for k in KINDS}, "persons": self.persons, "weeks": weeks}


@dataclass(slots=True)
class Outcome:
    """What a what-if found in its window of days: alerts, and findings of the changed rules."""

    first: date
    last: date
    rules: Container[str]
    alert: str
    examined: int = 0
    unreadable: int = 0
    alerts: Table = field(default_factory=Table)
    findings: Table = field(default_factory=Table)

    def add(self, before: Iterable[Said], after: Iterable[Said]) -> None:
        """Take one person's conclusions in both worlds."""
        raised = [[s for s in world if s.kind == "raised"] for world in (before, after)]
        for table, wanted in ((self.alerts, self._is_alert), (self.findings, self._is_finding)):
            table.add([m for m in moves(*([s for s in w if wanted(s)] for w in raised)) if self._within(m)])

    def _is_alert(self, said: Said) -> bool:
        return said.type == self.alert

    def _is_finding(self, said: Said) -> bool:
        return said.rule in self.rules

    def _within(self, move: Move) -> bool:
        return self.first <= move.day <= self.last


def moves(before: Sequence[Said], after: Sequence[Said]) -> Iterator[Move]:
    """What differs between the raises of one person in two worlds."""
    names = sorted({(s.rule, s.key) for s in (*before, *after)})
    for name in names:
        olds = [s for s in before if (s.rule, s.key) == name]
        news = [s for s in after if (s.rule, s.key) == name]
        same = Counter(s.day for s in olds) & Counter(s.day for s in news)
        yield from _differing(_without(olds, same), _without(news, same))


def _without(said: Iterable[Said], same: Counter[date]) -> list[Said]:
    left = Counter(same)
    out = []
    for one in said:
        if left[one.day]:
            left[one.day] -= 1
        else:
            out.append(one)
    return out


def _differing(olds: list[Said], news: list[Said]) -> Iterator[Move]:
    while olds and news:
        apart = (news[0].day - olds[0].day).days
        if abs(apart) <= NEAR:
            new, _ = news.pop(0), olds.pop(0)
            yield Move(MOVED, new.day, new.organisation, apart)
        elif apart > 0:
            old = olds.pop(0)
            yield Move(GONE, old.day, old.organisation)
        else:
            new = news.pop(0)
            yield Move(CAME, new.day, new.organisation)
    yield from (Move(GONE, s.day, s.organisation) for s in olds)
    yield from (Move(CAME, s.day, s.organisation) for s in news)


def _place(move: Move) -> Place:
    year, week, _ = move.day.isocalendar()
    return (f"{year}-W{week:02}", move.organisation)
