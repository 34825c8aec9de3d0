"""A pool of connections that break at a chosen statement: before it, or at COMMIT after it, with the answer lost."""

from __future__ import annotations

from types import TracebackType
from typing import Any

import asyncpg


class CrashingPool:
    """Counts statements (BEGIN and COMMIT are one each) and ends the connection at the n-th (0: at none).

    `after`: the statement is carried out, and only the answer is lost.
    """

    def __init__(self, pool: asyncpg.Pool, at: int = 0, *, after: bool = False) -> None:
        self._pool, self._at, self._after = pool, at, after
        self.said: list[str] = []

    def acquire(self) -> _Lent:
        return _Lent(self)

    async def around(self, connection: Any, statement: str, work: Any) -> Any:
        """Carry a statement out, unless it is the one at which the connection breaks."""
        self.said.append(statement)
        if len(self.said) != self._at:
            return await work()
        if self._after:
            await work()
        connection.terminate()
        raise asyncpg.ConnectionDoesNotExistError("the connection was cut")

    def __getattr__(self, name: str) -> Any:
        async def alone(sql: str, *values: Any) -> Any:
            async with self.acquire() as connection:
                return await getattr(connection, name)(sql, *values)

        return alone


class _Lent:
    def __init__(self, pool: CrashingPool) -> None:
        self._pool = pool

    async def __aenter__(self) -> _Connection:
        self._connection = await self._pool._pool.acquire()
        return _Connection(self._pool, self._connection)

    async def __aexit__(self, *_: object) -> None:
        await self._pool._pool.release(self._connection)


class _Connection:
    def __init__(self, pool: CrashingPool, connection: Any) -> None:
        self._pool, self._connection = pool, connection

    def transaction(self, **options: Any) -> _Block:
        return _Block(self._pool, self._connection, options)

    def __getattr__(self, name: str) -> Any:
        async def said(sql: str, *values: Any, **named: Any) -> Any:
            async def work() -> Any:
                return await getattr(self._connection, name)(sql, *values, **named)

            return await self._pool.around(self._connection, sql, work)

        return said


class _Block:
    """`connection.transaction()`."""

    def __init__(self, pool: CrashingPool, connection: Any, options: dict[str, Any]) -> None:
        self._pool, self._connection = pool, connection
        self._transaction = connection.transaction(**options)

    async def start(self) -> None:
        await self._pool.around(self._connection, "BEGIN", self._transaction.start)

    async def rollback(self) -> None:
        await self._transaction.rollback()

    async def __aenter__(self) -> None:
        await self.start()

    async def __aexit__(self, kind: type[BaseException] | None, _: object, __: TracebackType | None) -> None:
        if kind is None:
            await self._pool.around(self._connection, "COMMIT", self._transaction.commit)
        elif not self._connection.is_closed():
            await self._transaction.rollback()
