"""The journal in PostgreSQL: one append per transaction, as its last statement, all or nothing."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Mapping, Sequence
from datetime import datetime

import asyncpg

from kernel.errors import Again, Unavailable
from kernel.journal import NewFact, Receipt
from kernel.keys import FileKms, Keys
from kernel.pg_append import append_in
from kernel.pg_errors import translated
from kernel.pg_prepare import Instance, prepare
from kernel.settings import Settings
from kernel.stored import COLUMNS, Stored, from_row

SERVER_SETTINGS = {
    "idle_in_transaction_session_timeout": "5000",  # a frozen process must not block its successor
    "lock_timeout": "4000",
    "statement_timeout": "15000",
    "synchronous_commit": "on",
    "timezone": "UTC",
}
NOTIFY_EVERY = 0.005


async def open_pool(settings: Settings, role: str, size: int = 4) -> asyncpg.Pool:
    """A pool of one database role; refuses a role that could walk round the row security."""
    with translated():
        pool = await asyncpg.create_pool(
            settings.dsn(role),
            min_size=1,
            max_size=size,
            command_timeout=20,
            timeout=5,
            reset=_left_as_it_is,
            server_settings={**SERVER_SETTINGS, "application_name": f"polku-{settings.role}"},
        )
        risky = await pool.fetchval(
            """SELECT rolsuper OR rolbypassrls OR pg_has_role(rolname, 'polku_owner', 'MEMBER')
                 FROM pg_roles WHERE rolname = current_user"""
        )
    if risky:
        await pool.close()
        raise PermissionError(f"the database role {role} is an owner, a superuser or passes row security: refused")
    return pool


async def _left_as_it_is(_: asyncpg.Connection) -> None:
    """A session is used again without a word to the server, which would cost as much as a statement.

    Whoever keeps something in one (a lock, a setting, a channel it listens to) closes it in the end.
    """


async def instance_of(pool: asyncpg.Pool) -> Instance:
    """What was chosen when the instance was made."""
    with translated():
        row = await pool.fetchrow("SELECT era::text AS era, lanes, operator, organiser, clock FROM journal.instance")
    if row is None:
        raise Unavailable("the journal has not been set up yet")
    return Instance(row["era"], row["lanes"], row["operator"], row["organiser"], row["clock"])


class PgJournal:
    """The journal of one process: append, read, and a NOTIFY after commit on a connection of its own."""

    def __init__(self, pool: asyncpg.Pool, keys: Keys, instance: Instance) -> None:
        self.pool, self.keys, self.instance = pool, keys, instance
        self._notice: asyncio.Task[None] | None = None
        self._news = False

    async def append(self, facts: Sequence[NewFact], expect: Mapping[str, int] | None = None) -> list[Receipt]:
        """See `Journal.append`. What met another transaction is run again a few times."""
        for attempt in range(8):
            try:
                return await self._append(facts, expect)
            except Again:
                await asyncio.sleep(random.random() * 0.005 * 2**attempt)  # noqa: S311 - jitter, not a secret
        raise Unavailable("the journal is too busy")

    async def _append(self, facts: Sequence[NewFact], expect: Mapping[str, int] | None) -> list[Receipt]:
        with translated():
            prepared = await prepare(self.pool, self.keys, self.instance, facts)
            async with self.pool.acquire() as connection, connection.transaction():
                receipts = await append_in(connection, self.instance, prepared, expect)
        self.notify()
        return receipts

    def notify(self) -> None:
        """Wake relay and followers, at most every few milliseconds and never inside an append."""
        self._news = True
        if self._notice is None or self._notice.done():
            self._notice = asyncio.create_task(self._notify())

    async def _notify(self) -> None:
        while self._news:
            self._news = False
            with contextlib.suppress(Again, Unavailable), translated():  # everybody polls as well
                await self.pool.execute("NOTIFY polku_journal")
            await asyncio.sleep(NOTIFY_EVERY)

    async def read(self, lane: int, after: int, limit: int) -> list[Stored]:
        """See `Journal.read`."""
        with translated():
            rows = await self.pool.fetch(
                f"SELECT {COLUMNS} FROM journal.fact WHERE lane = $1 AND seq > $2 ORDER BY seq LIMIT $3",
                lane,
                after,
                limit,
            )
        return [from_row(row) for row in rows]

    async def now(self) -> datetime:
        """See `Journal.now`."""
        with translated():
            instant: datetime = await self.pool.fetchval("SELECT journal.now()")
        return instant

    async def find(self, source: str, id_: str) -> Stored | None:
        """One fact by what its source calls it."""
        with translated():
            row = await self.pool.fetchrow(
                f"SELECT {COLUMNS} FROM journal.fact WHERE source = $1 AND id = $2",
                source,
                id_,
            )
        return from_row(row) if row else None

    async def close(self) -> None:
        """Let the last notice out and close the connections."""
        if self._notice:
            await asyncio.gather(self._notice, return_exceptions=True)
        await self.pool.close()


async def connect(settings: Settings, role: str, size: int = 4) -> PgJournal:
    """Open the journal as one database role. Unavailable while the database does not serve."""
    pool = await open_pool(settings, role, size)
    try:
        keys = Keys(pool, FileKms(settings.kms))
        return PgJournal(pool, keys, await instance_of(pool))
    except BaseException:
        await pool.close()
        raise
