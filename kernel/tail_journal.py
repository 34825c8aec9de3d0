"""The journal itself as carrier: a worker follows its lanes in PostgreSQL, without Kafka."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence

import asyncpg
import structlog

from kernel.errors import Again, Unavailable
from kernel.lanes import Lanes
from kernel.pg_errors import translated

POLL = 0.2
SHARE = 1.0
FROZEN_MS = 8_000


class JournalTail:
    """Shares the lanes of one processor among its workers by advisory locks, and reads what follows each position.

    The locks only share the work; what makes it right is the fence.
    """

    def __init__(self, lanes: Lanes, pool: asyncpg.Pool, all_lanes: Sequence[int]) -> None:
        self._lanes, self._pool, self._all = lanes, pool, all_lanes
        self._name = f"polku-{lanes.reactor.processor}-worker"
        self._news = asyncio.Event()
        self._log = structlog.get_logger("tail").bind(processor=lanes.reactor.processor)

    async def run(self) -> None:
        """Follow until cancelled."""
        while True:
            try:
                with translated():
                    async with self._pool.acquire() as connection:
                        await self._session(connection)
            except (Unavailable, Again) as error:
                self._log.warning("tail_waits", reason=str(error))
                await asyncio.sleep(0.5)

    async def _session(self, connection: asyncpg.Connection) -> None:
        """Hold lanes on one connection and read them beside it; whoever loses the connection loses the lanes."""
        # A frozen worker must lose its lanes: it stops asking, and PostgreSQL ends its session.
        await connection.execute(f"SET idle_session_timeout = {FROZEN_MS}")
        await connection.execute("SELECT set_config('application_name', $1, false)", self._name)
        await connection.add_listener("polku_journal", self._wake)
        reading = asyncio.create_task(self._read())
        try:
            while not reading.done():
                await self._share(connection)
                await asyncio.wait({reading}, timeout=SHARE)
            await reading
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
            await self._lanes.revoked(self._lanes.owned)
            if not connection.is_closed():
                await connection.remove_listener("polku_journal", self._wake)
                connection.terminate()  # with it go its locks on lanes

    def _wake(self, *_: object) -> None:
        self._news.set()

    async def _share(self, connection: asyncpg.Connection) -> None:
        """Take free lanes up to a fair share, and give back what is over it."""
        workers = await connection.fetchval(
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = $1 AND datname = current_database()",
            self._name,
        )
        fair = -(-len(self._all) // max(workers, 1))
        over = self._lanes.owned[fair:]
        await self._lanes.revoked(over)
        for lane in over:
            await connection.execute("SELECT pg_advisory_unlock(hashtext($1), $2)", self._name, lane)
        owned = self._lanes.owned
        taken: list[int] = []
        for lane in (lane for lane in self._all if lane not in owned):
            if len(owned) + len(taken) >= fair:
                break
            if await connection.fetchval("SELECT pg_try_advisory_lock(hashtext($1), $2)", self._name, lane):
                taken.append(lane)
        await self._lanes.assigned(taken)

    async def _read(self) -> None:
        """What is new, whenever somebody says so and every fraction of a second."""
        while True:
            self._news.clear()  # before looking: what is said from now on is looked at again
            await self._read_all()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), POLL)

    async def _read_all(self) -> None:
        """One look at all heads, then what is new in each lane."""
        try:
            heads = await self._lanes.reactor.heads(self._lanes.owned)
        except (Unavailable, Again):
            return
        new = {lane: head.head for lane, head in heads.items() if head.head > head.seq}
        await asyncio.gather(*(self._lanes.read(lane, head) for lane, head in new.items()))
