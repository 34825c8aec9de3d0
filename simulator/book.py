"""Everything that is said in a play, by the day on which it is sent; kept packed, for a year is a million facts."""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby

from simulator.statement import Statement


def _order(said: Statement) -> tuple[int, int, object, str]:
    """A partner's files are ordered by client, what is about nobody first."""
    return said.wave, -1 if said.person is None else said.person, said.time, said.id


class Book(Collection[Statement]):
    """Statements in the order in which they are sent; each day is unpacked when somebody looks at it."""

    def __init__(self, said: Iterable[Statement]) -> None:
        days: dict[date, list[Statement]] = {}
        for statement in said:
            days.setdefault(statement.sent, []).append(statement)
        self._size = sum(map(len, days.values()))
        self._days = {day: _packed(sorted(days.pop(day), key=_order)) for day in sorted(days)}

    def on(self, day: date) -> list[Statement]:
        """What is sent on a day, in order."""
        return _unpacked(self._days[day]) if day in self._days else []

    def waves(self, day: date) -> list[list[Statement]]:
        """What is sent on a day, wave by wave."""
        return [list(wave) for _, wave in groupby(self.on(day), key=lambda s: s.wave)]

    def __iter__(self) -> Iterator[Statement]:
        for day in self._days:
            yield from self.on(day)

    def __len__(self) -> int:
        return self._size

    def __contains__(self, said: object) -> bool:
        return isinstance(said, Statement) and said in self.on(said.sent)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Book):
            return NotImplemented
        return self._days.keys() == other._days.keys() and all(self.on(d) == other.on(d) for d in self._days)

    __hash__ = None  # type: ignore[assignment]  # it is compared by what it holds, like a list


def _packed(said: Sequence[Statement]) -> bytes:
    return zlib.compress(pickle.dumps(said, pickle.HIGHEST_PROTOCOL), 1)


def _unpacked(packed: bytes) -> list[Statement]:
    found: list[Statement] = pickle.loads(zlib.decompress(packed))  # noqa: S301 - what this process has packed itself
    return found
