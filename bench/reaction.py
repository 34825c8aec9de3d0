"""The reaction of placements with everything on: facts worked in a second, in a dense and in a real mix."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Coroutine, Sequence
from typing import Any

import asyncpg
import uvloop

from bench.load import Load, append
from bench.measure import Bar, Contender, Result, compare
from bench.place import Place
from kernel.clock import tell_time
from kernel.collect import collect_seldom
from kernel.pg_journal import PgJournal, connect
from kernel.processor import reactor
from kernel.react import Reactor
from kernel.settings import Settings
from kernel.stored import COLUMNS, from_row
from services.placements.app import RULE_SET
from services.placements.state import fold

LANES = range(33)
BARS = (
    Bar("dense: new persons, a fortnight each", 20_000),
    Bar("real: a day or two of many, in memory", 5_000),
)


async def measure(place: Place, facts: int, rounds: int) -> Sequence[Result]:
    """One worker on the journal alone, in one process; encryption, all rules and views on."""
    persons = max(30, facts // 60)
    figures = [
        Contender("dense: new persons, a fortnight each", lambda: _as_a_worker(_dense(place, max(60, facts // 10)))),
        Contender("real: a day or two of many, in memory", lambda: _as_a_worker(_real(place, persons, warm=True))),
        Contender("real: the same after a restart", lambda: _as_a_worker(_real(place, persons, warm=False))),
        Contender("limit: the same rows read and copied raw", lambda: _raw(place, max(60, facts // 10))),
    ]
    return [await compare("reaction", "facts/s", figures, rounds, BARS)]


async def _as_a_worker(work: Coroutine[Any, Any, float]) -> float:
    """On the loop that workers have, and with what Python does about memory there."""
    before = gc.get_threshold()
    collect_seldom()
    try:
        return await asyncio.to_thread(uvloop.run, work)
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)


async def _worker(settings: Settings) -> Reactor:
    return await reactor(settings, "placements", fold, RULE_SET)


async def settle(worker: Reactor, batch: int = 2_000) -> int:
    """Work in everything that lies there; answers how many facts."""
    done = 0
    for lane in LANES:
        if not worker.owns(lane):
            await worker.claim(lane)
    for lane, head in (await worker.heads(list(LANES))).items():
        while (before := worker.position(lane)) < head.head:
            done += await worker.catch_up(lane, head.head, batch) - before
    return done


async def _dense(place: Place, persons: int) -> float:
    settings = await place.installation()
    door = await connect(settings, "polku_gateway", size=4)
    load = await Load(persons).people(door)
    await append(door, [*load.beginnings(), *load.fortnights()])
    worker = await _worker(settings)
    begun = time.perf_counter()
    count = await settle(worker)
    seconds = time.perf_counter() - begun
    await _close(worker.journal, door)
    return count / seconds


async def _real(place: Place, persons: int, *, warm: bool) -> float:
    """A year of history each; then some days of everybody, day after day: three facts a person in each thousand."""
    settings = await place.installation()
    door = await connect(settings, "polku_gateway", size=4)
    clock = await connect(settings, "polku_clock", size=2)
    load = await Load(persons).people(door)
    await append(door, list(load.history()))
    await tell_time(clock)
    worker = await _worker(settings)
    await settle(worker)
    if warm:
        await append(door, list(load.days(1)))
        await settle(worker)
    else:
        for lane in LANES:
            worker.drop(lane)
            await worker.claim(lane)
    count, seconds = 0, 0.0
    for _ in range(4 if warm else 1):
        await append(door, list(load.days(5)))
        begun = time.perf_counter()
        count += await settle(worker)
        seconds += time.perf_counter() - begun
    await _close(worker.journal, door, clock)
    return count / seconds


async def _raw(place: Place, persons: int) -> float:
    """The floor: read the stored rows, copy as many rows somewhere, commit; nothing decrypted, nothing decided."""
    settings = await place.installation()
    door = await connect(settings, "polku_gateway", size=4)
    load = await Load(persons).people(door)
    await append(door, [*load.beginnings(), *load.fortnights()])
    raw = await asyncpg.connect(place.superuser, database=settings.database.rpartition("/")[2])
    await raw.execute("CREATE TABLE bare (subject uuid, id text, data bytea)")
    begun, count = time.perf_counter(), 0
    for lane in LANES:
        rows = await raw.fetch(f"SELECT {COLUMNS} FROM journal.fact WHERE lane = $1 ORDER BY seq", lane)
        stored = [from_row(r) for r in rows]
        if stored:
            records = [(r.subject, r.id, r.data) for r in stored]
            await raw.copy_records_to_table("bare", records=records)
        count += len(stored)
    seconds = time.perf_counter() - begun
    await raw.close()
    await _close(door)
    return count / seconds


async def _close(*journals: PgJournal) -> None:
    for journal in journals:
        await journal.close()
