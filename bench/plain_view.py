"""One plain view through Kafka and Faust, no rules, beside Kafka Connect's JDBC sink, stock Faust and a bare copy."""

from __future__ import annotations

import asyncio
import statistics
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench import worker
from bench.load import Load, append
from bench.measure import Bar, Contender, Result, compare
from bench.peers import connect_sink, install
from bench.place import Place
from bench.through import (
    DAYS,
    address_of,
    at_the_beginning,
    broker,
    connected,
    fill,
    left_by_all,
    not_carried,
    process,
    python,
    rate,
)
from kernel import migrate
from kernel.pg_journal import connect
from kernel.settings import Settings
from operate.errors import OperateError

NUMBERS = ("one process", "two processes", "three processes", "four processes")
OURS, TWO = NUMBERS[:2]
CONNECT, STOCK, LIMIT = "Kafka Connect, JDBC sink", "stock Faust, batches of 500", "limit: bare aiokafka and COPY"
STREAMS = 65_000
BARS = (Bar(OURS, 1.3, CONNECT), Bar(OURS, 5.0, STOCK), Bar(TWO, STREAMS))
VIEW = worker.view.name
TABLES = ("faust_rows", "bare_rows", connect_sink.TABLE)
APPLIED = "SELECT sum(seq) FROM react.checkpoint WHERE processor = 'placements'"


async def measure(place: Place, facts: int, rounds: int) -> Sequence[Result]:
    """Facts a second from the first committed row to the last; the same rows from one broker into one database."""
    async with prepared(place, facts) as stage:
        contenders = [
            Contender(OURS, lambda: stage.ours(1)),
            Contender(STOCK, lambda: stage.peer("faust_rows", python("bench.peers.faust_rows"))),
            Contender(LIMIT, lambda: stage.peer("bare_rows", python("bench.peers.bare_copy"))),
            Contender(TWO, lambda: stage.ours(2)),
        ]
        notes = []
        try:
            await asyncio.to_thread(install.connect)
            contenders.insert(1, Contender(CONNECT, stage.connect))
        except OperateError as error:
            notes.append(f"{CONNECT}: not measured, {error}")
        result = await compare("plain_view", "facts/s", contenders, rounds, BARS)
    used = ", ".join(f"{name} {statistics.median(seconds):.1f}" for name, seconds in stage.used.items())
    result.notes += [*notes, f"µs of processor time a fact: {used}"]
    result.notes.append(f"{facts:,} facts; Kafka Streams with exactly_once_v2, not run here: 65,000 to 117,000 facts/s")
    return [result]


@dataclass
class Stage:
    """A filled journal, its records in Kafka, and a topic of as many plain rows for the peers."""

    settings: Settings
    folder: Path
    broker: str
    dsn: str
    raw: Any
    facts: int
    used: dict[str, list[float]] = field(default_factory=dict)

    async def ours(self, workers: int) -> float:
        """Our workers from the beginning of the topic, each with lanes of its own; only what Kafka brings counts."""
        await left_by_all(self.broker, f"polku-{worker.PROCESSOR}")
        await self.raw.execute(f"TRUNCATE {await self._table()}")
        await at_the_beginning(self.raw)
        line, name = python("bench.worker", "plain"), NUMBERS[workers - 1]
        async with AsyncExitStack() as stack:
            running = []
            for number in range(1, workers + 1):
                told = self.settings.model_copy(update={"instance": number}).to_environment()
                running.append(await stack.enter_async_context(process(line, told, self.folder / "ours.log")))
            figure, seconds = await rate(self.raw, APPLIED, self.facts, running)
            self.used.setdefault(name, []).append(seconds)
        rows = await self.raw.fetchval(f"SELECT count(*) FROM {await self._table()}")
        left = await not_carried(self.raw)
        if rows != self.facts or left:
            raise RuntimeError(f"{rows} rows of {self.facts} facts; {left} lanes were not read through Kafka")
        return figure

    async def peer(self, table: str, line: Sequence[str]) -> float:
        """A program that fills a table of its own from the topic of plain rows."""
        await self.raw.execute(f"TRUNCATE {table}")
        environment = {"PEER_BROKER": self.broker, "PEER_DSN": self.dsn, "PEER_MODE": "batch"}
        async with process(line, environment, self.folder / f"{table}.log") as running:
            figure, seconds = await rate(self.raw, f"SELECT count(*) FROM {table}", self.facts, [running])
            self.used.setdefault(table, []).append(seconds)
        return figure

    async def connect(self) -> float:
        """Kafka Connect, as another connector each time."""
        line = await asyncio.to_thread(connect_sink.command, self.folder, self.broker, self.dsn)
        return await self.peer(connect_sink.TABLE, line)

    async def _table(self) -> str:
        return str(
            await self.raw.fetchval("SELECT view.table_of(view, generation) FROM view.generation WHERE view = $1", VIEW)
        )


@asynccontextmanager
async def prepared(place: Place, facts: int) -> AsyncIterator[Stage]:
    """A journal, a broker and a database with everything in them that is read and written."""
    views = migrate.views_of()
    views[worker.PROCESSOR] = [*views[worker.PROCESSOR], worker.view]
    settings = await place.installation(views)
    # Workers that start together shall share the lanes before the first record, not in the middle of the work.
    async with broker(settings.state, group_initial_rebalance_delay_ms="5000") as address:
        settings = settings.model_copy(update={"kafka": address, "carrier": "kafka", "far_behind": 1_000_000_000})
        door = await connect(settings, "polku_gateway", size=4)
        load = await Load(max(33, facts // DAYS)).people(door)
        told = list(load.fortnights(3))
        await append(door, told)
        await door.close()
        raw = await connected(place, settings.database)
        try:
            await _stored(raw, settings, len(told))
            await fill(address, len(told))
            dsn = address_of(place, settings.database)
            yield Stage(settings, settings.state, address, dsn, raw, len(told))
        finally:
            await raw.close()


async def _stored(raw: Any, settings: Settings, count: int) -> None:
    """Everything of the journal in Kafka, a checkpoint at the beginning of every lane, tables for the peers."""
    async with process(python("operate.role", "relay"), settings.to_environment(), settings.state / "relay.log") as one:
        await rate(raw, "SELECT sum(seq) FROM relay.mark", count, [one])
    await at_the_beginning(raw)
    for table in TABLES:
        key = "" if table == "bare_rows" else ", PRIMARY KEY (subject, day)"
        await raw.execute(f"CREATE TABLE {table} (subject text, day text, status text{key})")
