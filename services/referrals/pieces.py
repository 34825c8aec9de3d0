"""Two pieces of work side by side: when both are in hand, and when nobody does both any more (DOMAIN 6.1)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations
from typing import Any

from kernel.calendar import day_of


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of work; `closed` None: in hand. `dropped`: it ended without being done, so the other one is alone.

    `present` counts those at the table that are needed.
    """

    id: str
    org: str
    org_type: str
    opened: datetime
    closed: datetime | None = None
    state: str = "open"
    dropped: bool = False
    present: int = 0
    source: Any = None

    def item(self) -> dict[str, Any]:
        """As a finding tells it."""
        opened = day_of(self.opened).isoformat()
        return {"id": self.id, "org": self.org, "org_type": self.org_type, "opened_on": opened, "state": self.state}


Pair = tuple[Piece, Piece]


def pairs(pieces: Iterable[Piece]) -> Iterator[Pair]:
    """Each two of them, the earlier one first; a third one makes pairs of its own."""
    yield from combinations(sorted(pieces, key=lambda p: (p.opened, p.id)), 2)


def of_two(pieces: Iterable[Piece]) -> Iterator[Pair]:
    """Each two of them that different organisations have in hand."""
    return ((a, b) for a, b in pairs(pieces) if a.org != b.org)


def apart(pair: Pair, gap_days: int) -> bool:
    """The earlier one was over for more than the gap when the later one began: a matter of its own."""
    earlier, later = pair
    return earlier.closed is not None and day_of(later.opened) > day_of(earlier.closed) + timedelta(days=gap_days)


def over(pair: Pair) -> datetime | None:
    """When nobody works on both any more: one was dropped while both were in hand, or both are done."""
    begun = pair[1].opened
    ends = [p.closed for p in pair if p.closed is not None and p.dropped and p.closed > begun]
    both = [p.closed for p in pair if p.closed is not None]
    if len(both) == 2:
        ends.append(max(both))
    return min(ends, default=None)
