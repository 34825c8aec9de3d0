"""What the door refused, counted by day, organisation, type, field and rule; what was sent is never kept."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Protocol

from kernel import observe
from kernel.calendar import day_of
from kernel.errors import Again, Problem, Unavailable
from kernel.pg_errors import translated

EVERY = 1.0
MOST = 2_000
"""Different rows that may wait: beyond, a hostile sender is counted under one row of `other`."""

Key = tuple[date, str, str, str, str]


@dataclass(slots=True)
class Tally:
    """How often, and between which instants (aware UTC)."""

    count: int
    first: datetime
    last: datetime


class Store(Protocol):
    """Keeps the tallies."""

    async def add(self, tallies: dict[Key, Tally]) -> None:
        """Add to what is stored; Unavailable when nothing was."""
        ...


class Refusals:
    """Counts in memory and writes behind, in batches; the answer to a partner never waits for it."""

    def __init__(
        self, store: Store, fields: frozenset[str], clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._store, self._fields, self._clock = store, fields, clock
        self._waiting: dict[Key, Tally] = {}
        self._task: asyncio.Task[None] | None = None

    def count(self, org: str, type_: str, problems: Sequence[Problem]) -> None:
        """Count each problem once. `type_` must be a known type or empty: never what a stranger has written."""
        now = self._clock()
        for problem in problems:
            if problem.code == "in_the_future":
                observe.future_dated.labels(org).inc()
            pointer = general(problem.pointer, self._fields)
            observe.invalid.labels(org, type_, type_.rpartition(".v")[2], problem.code, pointer).inc()
            key = (day_of(now), org, type_, pointer, problem.code)
            if key not in self._waiting and len(self._waiting) >= MOST:
                key = (day_of(now), org, "", "", "other")
            tally = self._waiting.setdefault(key, Tally(0, now, now))
            tally.count += 1
            tally.last = now

    def start(self) -> None:
        """Begin to write behind; must be called inside the running loop."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Write what is left, if the store can be written, and end."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self.flush()

    async def flush(self) -> None:
        """Write what waits; when that fails it waits on."""
        batch, self._waiting = self._waiting, {}
        if not batch:
            return
        try:
            await self._store.add(batch)
        except (Unavailable, Again):
            for key, tally in batch.items():
                newer = self._waiting.setdefault(key, Tally(0, tally.first, tally.last))
                newer.count += tally.count
                newer.first = min(newer.first, tally.first)

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(EVERY)
            await self.flush()


def general(pointer: str, fields: frozenset[str]) -> str:
    """A pointer of known field names only: places in lists and names that a sender has made up become `*`."""
    return "".join(f"/{part}" if part in fields else "/*" for part in pointer.split("/")[1:6])


class PgRefusals:
    """The tallies in `door.refused`."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool

    async def add(self, tallies: dict[Key, Tally]) -> None:
        """See `Store.add`. Rows are written in key order, so that two doors never wait for each other in a ring."""
        rows = [(*key, tally.count, tally.first, tally.last) for key, tally in sorted(tallies.items())]
        with translated():
            await self._pool.execute(
                """INSERT INTO door.refused AS r (day, org, type, pointer, code, count, first, last)
                   SELECT * FROM unnest($1::date[], $2::text[], $3::text[], $4::text[], $5::text[],
                                        $6::bigint[], $7::timestamptz[], $8::timestamptz[])
                       ON CONFLICT (day, org, type, pointer, code) DO UPDATE
                      SET count = r.count + excluded.count, last = greatest(r.last, excluded.last)""",
                *map(list, zip(*rows, strict=True)),
            )
