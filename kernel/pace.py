"""Waiting in lanes: how soon what failed is tried again, and when a lane has stood still for too long."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager

from kernel.pg_lane import Head

FIRST = 0.05
LONGEST = 5.0
STILL, LONG = 2.0, 20.0
"""Seconds that a checkpoint may stand still behind the head before the journal is read, and before it is a fault."""


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
        return max(0.0, self._next.get(lane, (0.0, 0.0, True))[0] - time.monotonic())

    def knows_why(self, lane: int) -> bool:
        """Whether it waits for something outside this process, and has not stopped trying."""
        if lane not in self._next:
            return False
        until, _, known = self._next[lane]
        return known and time.monotonic() < until + 2 * LONGEST


class Standstill:
    """Since when a checkpoint has not moved although there is more behind it."""

    def __init__(self) -> None:
        self._since: dict[int, tuple[int, float]] = {}

    def lasts(self, lane: int, head: Head, now: float) -> bool:
        """Whether it has lasted for so long that the carrier must have lost something."""
        return self._seconds(lane, head, now) >= STILL

    def hangs(self, lane: int, head: Head, now: float) -> bool:
        """Whether it has lasted longer than any step takes."""
        return self._seconds(lane, head, now) >= LONG

    def _seconds(self, lane: int, head: Head, now: float) -> float:
        if head.head <= head.seq:
            self.over(lane)
            return 0.0
        if lane not in self._since or self._since[lane][0] != head.seq:
            self._since[lane] = (head.seq, now)
        return now - self._since[lane][1]

    def over(self, lane: int) -> None:
        """It moves, or is no longer ours."""
        self._since.pop(lane, None)


class Turns:
    """Lets a few lanes work at once. Whoever has waited for others did not stand still."""

    def __init__(self, together: int, standstill: Standstill) -> None:
        self._free, self._standstill = asyncio.Semaphore(together), standstill

    @asynccontextmanager
    async def of(self, lane: int) -> AsyncIterator[None]:
        """The lane's turn, from when there is room for it."""
        waits = self._free.locked()
        async with self._free:
            if waits:
                self._standstill.over(lane)
            yield


class Endings:
    """What is waited for a bounded time and may then end by itself."""

    def __init__(self) -> None:
        self._late: set[asyncio.Task[object]] = set()

    async def wait(self, endings: Sequence[Coroutine[None, None, object]], seconds: float) -> None:
        """Return when all have ended or the time is over; raises what one of them raised."""
        tasks = {asyncio.create_task(ending) for ending in endings}
        self._late |= tasks  # a task that nobody refers to may be collected before it ends
        for task in tasks:
            task.add_done_callback(self._late.discard)
        done = (await asyncio.wait(tasks, timeout=seconds))[0] if tasks else set()
        for task in done:
            task.result()
