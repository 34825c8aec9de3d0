"""What a play needs of a running instance: tokens, the driven clock, and to know when nothing is under way."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import asyncpg

from kernel.calendar import day_of, midnight
from kernel.clock import ClockError, advance
from kernel.errors import Unavailable
from kernel.pg_errors import translated
from kernel.pg_journal import open_pool
from operate import certificates
from operate.errors import OperateError
from operate.instance import Instance
from services.gateway.xroad_tls import CERTIFICATE, KEY
from services.issuer import Issuer
from simulator.security_server import SecurityServer, clients_of

ROLE = "polku_operator"
PROCESSORS = 3
LOOK_AGAIN, LOOKING = 0.04, 4
"""Seconds between two looks at least, and how many times as long as a look took."""
SETTLES_WITHIN = 120.0
"""Seconds within which something of what is under way must have been reacted to."""


@dataclass(frozen=True, slots=True)
class Pending:
    """What is still under way: facts not reacted to, lanes not told the time, persons whose alarm has rung."""

    missing: int
    lag: int
    untold: int
    due: int

    @property
    def nothing(self) -> bool:
        """Whether all is quiet."""
        return not (self.missing or self.lag or self.untold or self.due)

    def __str__(self) -> str:
        return (
            f"{self.lag} facts not reacted to, {self.untold} lanes not told the time, {self.due} persons due, "
            f"{self.missing} processors not there"
        )


class InstanceWorld:
    """The world of one running instance; see `simulator.play.World`."""

    def __init__(self, instance: Instance, pool: asyncpg.Pool) -> None:
        self._pool, self._issuer = pool, Issuer.from_file(instance.settings("simulate").issuer)
        self.door, self.kafka, self.console = instance.door, instance.kafka, instance.console
        self.xroad = _security_server(instance) if instance.xroad else None

    def token_for(self, org: str, *, user: str = "", roles: Sequence[str] = ()) -> str:
        """A token of an organisation's system, or of one of its people."""
        return self._issuer.mint(org, now=datetime.now(UTC), user=user or None, roles=roles)

    async def now(self) -> datetime:
        """The instance's clock."""
        with translated():
            found: datetime = await self._pool.fetchval("SELECT journal.now()")
        return found

    async def advance(self, instant: datetime) -> None:
        """Move the driven clock forward; OperateError when it may not be moved so."""
        try:
            await advance(self._pool, instant)
        except ClockError as error:
            raise OperateError(f"clock: {error}") from error

    async def told(self) -> None:
        """Return when every lane knows the clock's day; OperateError as `settled`."""
        await self._until(lambda found: not found.untold)

    async def settled(self) -> float:
        """Return when nothing is under way; OperateError says what is, when none of it has moved for two minutes."""
        return await self._until(lambda found: found.nothing)

    async def _until(self, enough: Callable[[Pending], bool]) -> float:
        begun = moved = time.monotonic()
        found: Pending | None = None
        while time.monotonic() - moved < SETTLES_WITHIN:
            asked = time.monotonic()
            try:
                now = await self.pending()
            except Unavailable:
                await asyncio.sleep(0.5)
                continue
            if enough(now):
                return time.monotonic() - begun
            if now != found:
                found, moved = now, time.monotonic()
            await asyncio.sleep(max(LOOK_AGAIN, LOOKING * (time.monotonic() - asked)))
        raise OperateError(f"not settled, and no change for {SETTLES_WITHIN:g} s: {found or 'PostgreSQL is away'}")

    async def heads(self) -> Mapping[int, int]:
        """How far each lane of the journal has come."""
        with translated():
            rows = await self._pool.fetch("SELECT lane, seq FROM journal.lane")
        return {row["lane"]: row["seq"] for row in rows}

    async def pending(self) -> Pending:
        """What is under way, in one look."""
        told = midnight(day_of(await self.now()))
        with translated():
            row = await self._pool.fetchrow(
                """SELECT $2 - count(*) AS missing, coalesce(sum(s.lag_facts), 0)::bigint AS lag,
                          (SELECT count(*) FROM journal.lane WHERE instant < $1) AS untold,
                          (SELECT count(*) FROM react.wakeup w
                            WHERE w.due <= journal.now()
                              AND NOT EXISTS (SELECT FROM react.hold h
                                               WHERE h.processor = w.processor AND h.subject = w.subject)) AS due
                     FROM react.streams() s""",
                told,
                PROCESSORS,
            )
        return Pending(max(0, row["missing"]), row["lag"], row["untold"], row["due"])


def _security_server(instance: Instance) -> SecurityServer:
    """The made-up one of the instance."""
    door, shown = instance.secrets / certificates.DOOR, instance.secrets / certificates.SECURITY_SERVER
    clients = clients_of(instance.settings("simulate").subsystems)
    return SecurityServer(instance.xroad, door / CERTIFICATE, shown / CERTIFICATE, shown / KEY, clients)


@asynccontextmanager
async def world_of(instance: Instance) -> AsyncIterator[InstanceWorld]:
    """The world of an instance that is up; Unavailable when its PostgreSQL does not answer."""
    pool = await open_pool(instance.settings("simulate"), ROLE, size=2)
    try:
        yield InstanceWorld(instance, pool)
    finally:
        await pool.close()
