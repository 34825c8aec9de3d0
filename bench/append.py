"""Appending: many clients with one fact each, and batches of 500, beside bare inserts and event stores of others."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import asyncpg

from bench.load import BATCH, START, Load
from bench.measure import Bar, Contender, Result, compare
from bench.peers import rivals
from bench.place import Place
from kernel.journal import NewFact
from kernel.pg_journal import connect
from kernel.stored import COLUMNS
from kernel.writer import Writer

BARS = (Bar("64 clients, one fact each", 15_000), Bar("batches of 500", 25_000))


async def measure(place: Place, facts: int, rounds: int) -> Sequence[Result]:
    """Facts appended a second, encryption on, every commit on disk."""
    settings = await place.installation()
    door = await connect(settings, "polku_gateway", size=8)
    load = await Load(300).people(door)
    writer = Writer(door)
    writer.start()
    raw = await asyncpg.connect(place.superuser, database=settings.database.rpartition("/")[2])

    async def batches() -> float:
        told = _some(load, facts)
        return await _rate(len(told), _in_turn(door.append, told))

    contenders = [
        Contender("64 clients, one fact each", lambda: _singles(writer, _some(load, facts), 64)),
        Contender("batches of 500", batches),
        Contender("256 clients, one fact each", lambda: _singles(writer, _some(load, facts), 256)),
        Contender("8 clients, one fact each", lambda: _singles(writer, _some(load, facts), 8)),
        Contender("bare COPY of 500 rows a commit", lambda: _inserts(raw, facts)),
    ]
    theirs, notes = await rivals.contenders(place, _tasks(facts))
    try:
        await batches()  # the first of everything: keys, plans, pages
        result = await compare("append", "facts/s", [*contenders, *theirs], rounds, BARS)
        result.notes += [*notes, "message-db, not run here: 2,700 facts/s one by one at 16 clients"]
        return [result]
    finally:
        await writer.stop()
        await raw.close()
        await door.close()


def _tasks(facts: int) -> list[rivals.Task]:
    """As many clients and as large batches as the others take without refusing each other."""
    return [
        rivals.Task("16 clients, one fact each", "append", max(100, facts // 20), 16, 1),
        rivals.Task("batches of 100", "append", max(400, facts // 4), 4, 100),
    ]


async def _singles(writer: Writer, told: Sequence[NewFact], clients: int) -> float:
    async def client(mine: Sequence[NewFact]) -> None:
        for fact in mine:
            await writer.state([fact])

    return await _rate(len(told), asyncio.gather(*(client(told[n::clients]) for n in range(clients))))


async def _inserts(raw: asyncpg.Connection, facts: int) -> float:
    """The floor: the same rows copied into a table without keys or anything else."""
    rows = await raw.fetch(f"SELECT {COLUMNS} FROM journal.fact LIMIT $1", min(facts, 5_000))
    await raw.execute(f"CREATE TABLE IF NOT EXISTS bare AS SELECT {COLUMNS} FROM journal.fact WHERE false")

    async def copied() -> None:
        for start in range(0, len(rows), BATCH):
            await raw.copy_records_to_table("bare", records=[tuple(r) for r in rows[start : start + BATCH]])

    return await _rate(len(rows), copied())


def _some(load: Load, count: int) -> list[NewFact]:
    day, refs = load.day, load.refs
    return [
        replace(day(refs[n % len(refs)], START + timedelta(days=n // len(refs)), n), id=uuid4().hex)
        for n in range(count)
    ]


async def _in_turn(append: Callable[[Sequence[NewFact]], Awaitable[object]], told: Sequence[NewFact]) -> None:
    for start in range(0, len(told), BATCH):
        await append(told[start : start + BATCH])


async def _rate(count: int, work: Awaitable[object]) -> float:
    begun = time.perf_counter()
    await work
    return count / (time.perf_counter() - begun)
