"""A database server in memory: tables, row locks, transactions that are all or nothing, connections that break."""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

import asyncpg

Key = tuple[Any, ...]
Row = dict[str, Any]

IDLE_IN_TRANSACTION, LOCK_TIMEOUT = 5.0, 4.0
"""Seconds, as the kernel asks them of PostgreSQL."""


class Killed(BaseException):
    """The process that said this is no more."""


Answer = Callable[["Transaction", str, Sequence[Any]], Awaitable[Any]]


@dataclass(slots=True)
class Server:
    """What all connections share. Rows are never changed in place, so that a copy of the tables is a backup."""

    answer: Answer
    lanes: int = 2
    tables: defaultdict[str, dict[Key, Row]] = field(default_factory=lambda: defaultdict(dict))
    locks: dict[tuple[str, Key], Transaction] = field(default_factory=dict)
    freed: defaultdict[tuple[str, Key], list[asyncio.Future[None]]] = field(default_factory=lambda: defaultdict(list))
    open: list[Transaction] = field(default_factory=list)
    now: datetime = datetime(2026, 3, 2, 8, tzinfo=UTC)
    serial: int = 0
    calm: bool = False
    """Nobody has to wait for an answer: nothing else is going on."""
    delays: random.Random = field(default_factory=lambda: random.Random(0))  # noqa: S311 - a schedule, not a secret

    def backup(self) -> dict[str, dict[Key, Row]]:
        """All that is committed."""
        return {name: dict(rows) for name, rows in self.tables.items()}

    def restore(self, copy: dict[str, dict[Key, Row]]) -> None:
        """Go back to a backup; every open transaction is lost with the server."""
        for transaction in list(self.open):
            transaction.end(commit=False)
            transaction.dead = True
        self.tables = defaultdict(dict, {name: dict(rows) for name, rows in copy.items()})

    def number(self) -> int:
        """The next of a sequence."""
        self.serial += 1
        return self.serial


class Transaction:
    """What one transaction has written and locked so far; nobody else sees it before it is committed."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.changes: dict[str, dict[Key, Row | None]] = {}
        self.held: list[tuple[str, Key]] = []
        self.dead = False
        server.open.append(self)

    def rows(self, table: str) -> dict[Key, Row]:
        """The rows of a table as this transaction sees them."""
        mine = self.changes.get(table)
        committed = self.server.tables[table]
        if not mine:
            return committed
        merged = {**committed, **mine}
        return {k: r for k, r in merged.items() if r is not None}

    def put(self, table: str, key: Key, row: Row | None) -> None:
        """Insert, replace or (None) delete a row."""
        self.changes.setdefault(table, {})[key] = row

    async def lock(self, table: str, key: Key) -> None:
        """Wait until nobody else has the row. 55P03 after a while, as when two wait for each other."""
        name = (table, key)
        while (holder := self.server.locks.get(name)) is not None and holder is not self:
            free = asyncio.get_running_loop().create_future()
            self.server.freed[name].append(free)
            try:
                await asyncio.wait_for(free, LOCK_TIMEOUT)
            except TimeoutError:
                raise asyncpg.LockNotAvailableError("somebody else has this row") from None
            if self.dead:
                raise asyncpg.ConnectionDoesNotExistError("the server went away")
        self.server.locks[name] = self
        self.held.append(name)

    def end(self, *, commit: bool) -> None:
        """Make it true or forget it, and let go of the rows."""
        if self not in self.server.open:
            return
        self.server.open.remove(self)
        if commit:
            for table, changes in self.changes.items():
                rows = self.server.tables[table]
                for key, row in changes.items():
                    if row is None:
                        rows.pop(key, None)
                    else:
                        rows[key] = row
        for name in self.held:
            self.server.locks.pop(name, None)
            for free in self.server.freed.pop(name, ()):
                if not free.done():
                    free.set_result(None)


@dataclass(slots=True)
class Faults:
    """What goes wrong on one process' connections: by how many statements ahead (COMMIT is one), and what.

    cut: the connection breaks before the statement · lost: before COMMIT · unknown: after COMMIT, before the answer ·
    slow: a second · frozen: the whole process stops for twenty · killed: the process is gone before the statement ·
    killed after: it is gone after the statement, COMMIT included.
    """

    ahead: dict[int, str] = field(default_factory=dict)
    at_begin: str = ""
    passed: int = 0
    said: list[str] = field(default_factory=list)

    def arm(self, statements: int, what: str) -> None:
        """Let something happen so many statements from now."""
        self.ahead[self.passed + statements] = what

    def next(self, statement: str) -> str:
        """What happens to this statement (empty: nothing)."""
        self.passed += 1
        self.said.append(statement)
        if statement == "BEGIN" and self.at_begin:
            what, self.at_begin = self.at_begin, ""
            return what
        return self.ahead.pop(self.passed, "")

    def none(self) -> None:
        """Nothing goes wrong any more."""
        self.ahead.clear()
        self.at_begin = ""


class Connection:
    """As much of an asyncpg connection as the kernel uses."""

    def __init__(self, server: Server, faults: Faults) -> None:
        self._server, self._faults = server, faults
        self._open: Transaction | None = None
        self._closed = False

    def transaction(self, **_: Any) -> Block:
        return Block(self)

    async def fetch(self, sql: str, *values: Any) -> list[Any]:
        found = await self._said(sql, values)
        return found if isinstance(found, list) else [found]

    async def fetchrow(self, sql: str, *values: Any) -> Any:
        found = await self.fetch(sql, *values)
        return found[0] if found else None

    async def fetchval(self, sql: str, *values: Any) -> Any:
        row = await self.fetchrow(sql, *values)
        return next(iter(row.values())) if isinstance(row, dict) else row[0] if isinstance(row, tuple) else row

    async def execute(self, sql: str, *values: Any) -> str:
        return f"UPDATE {await self._said(sql, values)}"

    async def executemany(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        for values in rows:
            await self._said(sql, values)

    async def copy_records_to_table(self, table: str, **what: Any) -> None:
        await self._said(f"COPY {what['schema_name']}.{table}", (what["columns"], what["records"]))

    async def _said(self, sql: str, values: Sequence[Any]) -> Any:
        alone = self._open is None
        transaction = self._open or Transaction(self._server)
        try:
            await self._wait(transaction, sql)
            found = await self._server.answer(transaction, sql, values)
            if alone:
                transaction.end(commit=True)
            return found
        finally:
            if alone:
                transaction.end(commit=False)

    async def _wait(self, transaction: Transaction, sql: str) -> None:
        """The way to the server: nobody knows how long it takes, or whether it is still there at the end."""
        if self._closed:
            raise asyncpg.InterfaceError("the connection is closed")
        fault = self._faults.next(sql)
        if fault.startswith("killed"):
            if fault == "killed after" and sql == "COMMIT":
                transaction.end(commit=True)
            self._break(transaction)
            raise Killed
        if self._server.calm and not fault and not transaction.dead:
            return
        delay = {"slow": 1.0, "frozen": 20.0}.get(fault, self._server.delays.random() * 0.01)
        try:
            await asyncio.sleep(min(delay, IDLE_IN_TRANSACTION))
        except asyncio.CancelledError:
            self._break(transaction)
            raise
        if delay > IDLE_IN_TRANSACTION:
            if transaction is self._open:
                self._break(transaction)
            await asyncio.sleep(delay - IDLE_IN_TRANSACTION)
        self._lost(transaction, fault, sql)

    def _lost(self, transaction: Transaction, fault: str, sql: str) -> None:
        """The connection is no more, and whoever waits for an answer does not learn what became of it."""
        if fault == "unknown" and sql == "COMMIT" and not transaction.dead:
            transaction.end(commit=True)
        if fault in ("cut", "lost", "unknown") or transaction.dead or self._closed:
            self._break(transaction)
            raise asyncpg.ConnectionDoesNotExistError("the connection was cut")

    def _break(self, transaction: Transaction) -> None:
        transaction.end(commit=False)
        self._closed = True

    async def begin(self) -> None:
        """BEGIN. A process that stops before it has prepared everything and holds nothing: later it is a zombie."""
        begun = Transaction(self._server)
        try:
            await self._wait(begun, "BEGIN")
        except BaseException:
            begun.end(commit=False)
            raise
        self._open = begun

    async def finish(self, *, commit: bool) -> None:
        """COMMIT or ROLLBACK."""
        transaction, self._open = self._open, None
        assert transaction is not None
        try:
            if commit:
                self._open = transaction
                await self._wait(transaction, "COMMIT")
        finally:
            self._open = None
            transaction.end(commit=commit and not self._closed)


@dataclass(slots=True)
class Block:
    """`connection.transaction()`."""

    connection: Connection

    async def start(self) -> None:
        await self.connection.begin()

    async def rollback(self) -> None:
        await self.connection.finish(commit=False)

    async def __aenter__(self) -> Block:
        await self.start()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, _: object, __: TracebackType | None) -> None:
        await self.connection.finish(commit=kind is None)


class Pool:
    """`asyncpg.Pool` of one process: every question gets a fresh connection."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self.faults = Faults()

    def acquire(self) -> Pool._Lent:
        return Pool._Lent(Connection(self._server, self.faults))

    @dataclass(slots=True)
    class _Lent:
        connection: Connection

        async def __aenter__(self) -> Connection:
            return self.connection

        async def __aexit__(self, *_: object) -> None:
            return None

    def __getattr__(self, name: str) -> Any:
        return getattr(Connection(self._server, self.faults), name)
