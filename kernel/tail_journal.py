"""The journal itself as carrier: a worker follows its lanes in PostgreSQL, without Kafka."""

from __future__ import annotations

import asyncio

import asyncpg
import structlog

from kernel.errors import Fenced, Unavailable
from kernel.lanes import Lanes
from kernel.pg_errors import translated

POLL = 0.2
SHARE = 1.0
LOCK_CLASS = 72651
FROZEN_MS = 8_000


class JournalTail:
    """Shares the lanes of one processor among its workers by advisory locks, and reads what follows each position.

    The locks only share the work; what makes it right is the fence.
    """

    def __init__(self, lanes: Lanes, pool: asyncpg.Pool, all_lanes: range) -> None:
        self._lanes, self._pool, self._all = lanes, pool, all_lanes
        self._processor = lanes.reactor.processor
        self._news = asyncio.Event()
        self._log = structlog.get_logger("tail").bind(processor=self._processor)

    async def run(self) -> None:
        """Follow until cancelled."""
        while True:
            try:
                with translated():
                    async with self._pool.acquire() as connection:
                        # A frozen worker must lose its lanes: it stops asking, and PostgreSQL ends its session.
                        await connection.execute(f"SET idle_session_timeout = {FROZEN_MS}")
                        await connection.add_listener("polku_journal", lambda *_: self._news.set())
                        await self._follow(connection)
            except Unavailable as error:
                self._log.warning("tail_waits", reason=str(error))
                await self._lanes.revoked(self._lanes.owned, 0.5)
                await asyncio.sleep(0.5)

    async def _follow(self, connection: asyncpg.Connection) -> None:
        loop = asyncio.get_running_loop()
        share = 0.0
        while True:
            if loop.time() >= share:
                await self._share(connection)
                share = loop.time() + SHARE
            if not await self._read_all():
                try:
                    await asyncio.wait_for(self._news.wait(), POLL)
                except TimeoutError:
                    if connection.is_closed():
                        raise Unavailable("the connection that holds the lanes is gone") from None
            self._news.clear()

    async def _share(self, connection: asyncpg.Connection) -> None:
        """Take free lanes up to a fair share, and give back what is over it."""
        name = f"polku-{self._processor}-worker"
        await connection.execute("SELECT set_config('application_name', $1, false)", name)
        workers = await connection.fetchval("SELECT count(*) FROM pg_stat_activity WHERE application_name = $1", name)
        fair = -(-len(self._all) // max(workers, 1))
        for lane in self._lanes.owned[fair:]:
            await self._lanes.revoked([lane])
            await connection.execute(
                "SELECT pg_advisory_unlock($1, hashtext($2) + $3)", LOCK_CLASS, self._processor, lane
            )
        for lane in self._all:
            if len(self._lanes.owned) >= fair:
                break
            if lane not in self._lanes.owned and await connection.fetchval(
                "SELECT pg_try_advisory_lock($1, hashtext($2))", LOCK_CLASS, self._name(lane)
            ):
                await self._lanes.assigned([lane])

    def _name(self, lane: int) -> str:
        return f"{self._processor}:{lane}"

    async def _read_all(self) -> bool:
        """One look at all heads, then what is new in each lane; True if anything was."""
        reactor, found = self._lanes.reactor, False
        for lane, head in (await reactor.heads(self._lanes.owned)).items():
            if head.head > head.seq:
                found = True
                await self._lanes.read(lane, head.head)
        return found


async def follow(tail: JournalTail, lanes: Lanes) -> None:
    """Everything that a worker does without Kafka, until cancelled or Fenced beyond repair."""
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(tail.run())
            group.create_task(lanes.watch())
            group.create_task(lanes.turns())
    except* Fenced as errors:
        raise errors.exceptions[0] from None
