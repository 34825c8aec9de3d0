"""How soon something that failed is tried again: doubling waits, each with its own share of chance."""

from __future__ import annotations

import random
import time

FIRST = 0.05
LONGEST = 5.0


class Pace:
    """Waits by lane. `known` failures have a reason outside this process; the others may be our own fault."""

    def __init__(self) -> None:
        self._next: dict[int, tuple[float, float, bool]] = {}

    def failed(self, lane: int, *, known: bool) -> bool:
        """Wait longer than last time; True when it has just become worth telling somebody."""
        last = self._next.get(lane, (0.0, FIRST / 2, known))[1]
        wait = min(2 * last, LONGEST)
        chance = 0.75 + random.random() / 2  # noqa: S311 - not a secret: two owners must not meet again and again
        self._next[lane] = (time.monotonic() + wait * chance, wait, known)
        return last < 1 <= wait

    def went_well(self, lane: int) -> None:
        """Nothing is to be waited for."""
        self._next.pop(lane, None)

    def allows(self, lane: int) -> bool:
        """Whether it may be tried now."""
        return self.pause(lane) == 0

    def pause(self, lane: int) -> float:
        """Seconds until it may be tried."""
        if lane not in self._next:
            return 0.0
        return max(0.0, self._next[lane][0] - time.monotonic())

    def knows_why(self, lane: int) -> bool:
        """Whether it waits for something outside this process, and has not stopped trying."""
        if lane not in self._next:
            return False
        until, _, known = self._next[lane]
        return known and time.monotonic() < until + 2 * LONGEST
