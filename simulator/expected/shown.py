"""What was shown about each person day by day, kept as the days on which it became something else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from simulator.expected.moments import NOTHING, Names


@dataclass
class Shown:
    """`days`: on which somebody looked, in order. `turns`: person → days of change with what was shown from then on."""

    days: list[date] = field(default_factory=list)
    turns: dict[int, list[tuple[date, Names]]] = field(default_factory=dict)

    def note(self, day: date, found: Mapping[int, Names]) -> None:
        """All that is shown on a day; of whom nothing is said, nothing is shown."""
        self.days.append(day)
        for person in {*self.turns, *found}:
            self.turn(person, day, found.get(person, NOTHING))

    def turn(self, person: int, day: date, now: Names) -> None:
        """From a day on this is shown about one person; the day is noted by `note`, or by whoever knows all of them."""
        turns = self.turns.setdefault(person, [])
        if now != (turns[-1][1] if turns else NOTHING):
            turns.append((day, now))

    def of(self, person: int) -> dict[date, Names]:
        """Every day that was looked at, with what was shown about her."""
        found, now, turns = {}, NOTHING, iter(self.turns.get(person, ()))
        coming = next(turns, None)
        for day in self.days:
            while coming is not None and coming[0] <= day:
                now, coming = coming[1], next(turns, None)
            found[day] = now
        return found

    def only(self, persons: Iterable[int]) -> Shown:
        """The part of some persons."""
        return Shown(self.days, {p: self.turns[p] for p in persons if p in self.turns})

    def without(self, left_out: Callable[[str], object]) -> Shown:
        """The same but for some rules."""
        return Shown(
            self.days,
            {
                p: [(day, frozenset(n for n in names if not left_out(n[0]))) for day, names in turns]
                for p, turns in self.turns.items()
            },
        )
