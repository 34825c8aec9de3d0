"""Those who wait until a processor has come to a place of a lane: one look at the checkpoints serves them all."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass

import asyncpg

from kernel.errors import Unavailable
from kernel.pg_errors import translated

OFTEN, SELDOM = 0.005, 0.05
"""Seconds between two looks: while somebody has only just begun to wait for an answer to a fact, and otherwise."""

SOON = 0.4
"""Seconds for which somebody has only just begun: nearly every answer to a fact is there by then."""


@dataclass(slots=True, eq=False)
class _Waiting:
    processors: frozenset[str]
    places: Mapping[int, int]
    since: float
    until: float
    reached: asyncio.Future[bool]
    beyond: bool = False
    """Whether one step beyond any of the places is waited for, rather than all of the places themselves."""

    def there(self, found: Mapping[tuple[str, int], int]) -> bool:
        """Whether what is waited for has come."""
        both = ((found.get((p, lane), -1), seq) for p in self.processors for lane, seq in self.places.items())
        return any(now > seq for now, seq in both) if self.beyond else all(now >= seq for now, seq in both)


class Arrivals:
    """Looks while anybody waits; how many wait does not matter to the journal."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self._waiting: list[_Waiting] = []
        self._looking: asyncio.Task[None] | None = None
        self._news = asyncio.Event()

    async def reached(self, processors: frozenset[str], lane: int, seq: int, seconds: float) -> bool:
        """Whether all of them come to the place within the seconds; looked at once at least.

        Unavailable: the journal does not serve.
        """
        return await self._wait(processors, {lane: seq}, seconds)

    async def beyond(self, processor: str, places: Mapping[int, int], seconds: float) -> bool:
        """Whether it comes beyond any of the places within the seconds. Unavailable: the journal does not serve."""
        return await self._wait(frozenset({processor}), places, seconds, beyond=True)

    async def _wait(
        self, processors: frozenset[str], places: Mapping[int, int], seconds: float, *, beyond: bool = False
    ) -> bool:
        now = time.monotonic()
        answer: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        waiting = _Waiting(processors, places, now, now + seconds, answer, beyond)
        self._waiting.append(waiting)
        self._news.set()
        self._begin()
        try:
            return await answer
        finally:
            if waiting in self._waiting:
                self._waiting.remove(waiting)

    def _begin(self) -> None:
        if self._looking is None:
            self._looking = asyncio.create_task(self._look())
            self._looking.add_done_callback(self._ended)

    async def _look(self) -> None:
        while self._waiting:
            self._news.clear()
            asked, places = list(self._waiting), await self._places()
            now = time.monotonic()
            for waiting in asked:
                if waiting.reached.done():
                    continue  # gone, or it was told before
                if waiting.there(places):
                    waiting.reached.set_result(True)
                elif now >= waiting.until:
                    waiting.reached.set_result(False)
            await self._pause(now)

    async def _places(self) -> dict[tuple[str, int], int]:
        with translated():
            rows = await self._pool.fetch(
                "SELECT processor, lane, seq FROM react.checkpoint WHERE processor = ANY($1) AND lane = ANY($2)",
                sorted({p for w in self._waiting for p in w.processors}),
                sorted({lane for w in self._waiting for lane in w.places}),
            )
        return {(row["processor"], row["lane"]): row["seq"] for row in rows}

    async def _pause(self, now: float) -> None:
        left = [w for w in self._waiting if not w.reached.done()]
        pause = OFTEN if any(now - w.since < SOON and not w.beyond for w in left) else SELDOM
        pause = min([pause, *(max(0.0, w.until - now) for w in left)])
        timer = asyncio.get_running_loop().call_later(pause, self._news.set)
        try:
            await self._news.wait()
        finally:
            timer.cancel()

    def _ended(self, look: asyncio.Task[None]) -> None:
        """Nobody waited any more, or the look failed: then all who wait hear of it."""
        self._looking = None
        error = Unavailable("the door stops") if look.cancelled() else look.exception()
        if error is None:
            if self._waiting:
                self._begin()  # somebody came while it ended
            return
        for waiting in self._waiting:
            if not waiting.reached.done():
                waiting.reached.set_exception(error)
