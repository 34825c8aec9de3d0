"""Rebuilding a view from the journal in one process, beside reading the same rows raw and projections of others."""

from __future__ import annotations

import time
from collections.abc import Sequence

import asyncpg

from bench.load import Load, append
from bench.measure import Bar, Contender, Result, compare
from bench.peers import rivals
from bench.place import Place
from bench.reaction import settle
from kernel.pg_journal import connect
from kernel.processor import reactor
from kernel.settings import Settings
from kernel.stored import COLUMNS, from_row
from operate import rebuilding
from services.placements.app import RULE_SET
from services.placements.state import fold

VIEWS = ("attendance_calendar", "placement_register")
RAW = "raw read of the same rows"
THEIRS = "a projection of days"
BARS = (
    Bar(VIEWS[0], 40_000),
    Bar(VIEWS[0], 0.4, RAW),
    *(Bar(VIEWS[0], 20.0, f"{name}, {THEIRS}") for name in rivals.KNOWN),
)


async def measure(place: Place, facts: int, rounds: int) -> Sequence[Result]:
    """Facts a second from the first row read to the switch; decryption and validation on."""
    settings = await place.installation()
    door = await connect(settings, "polku_gateway", size=4)
    load = await Load(max(20, facts // 210)).people(door)
    await append(door, list(load.history()))
    worker = await reactor(settings, "placements", fold, RULE_SET)
    await settle(worker)
    await worker.journal.close()
    await door.close()
    figures = [
        Contender(VIEWS[0], lambda: _rebuild(settings, VIEWS[0])),
        Contender(VIEWS[1], lambda: _rebuild(settings, VIEWS[1])),
        Contender(RAW, lambda: _read(place, settings)),
    ]
    task = rivals.Task(THEIRS, "rebuild", max(200, facts // 20), 8, 100)
    theirs, notes = await rivals.contenders(place, [task])
    result = await compare("rebuild", "facts/s", [*figures, *theirs], rounds, BARS)
    result.notes += notes
    return [result]


async def _rebuild(settings: Settings, view: str) -> float:
    async with rebuilding.opened(settings, "placements") as rebuild:
        (report,) = await rebuilding.fill(rebuild, [view], lambda _: None, accept=False)
        if not report.switched:
            raise RuntimeError(f"{view}: not switched, {report.differing} rows differ")
        return report.facts / report.seconds


async def _read(place: Place, settings: Settings) -> float:
    raw = await asyncpg.connect(place.superuser, database=settings.database.rpartition("/")[2])
    begun, count = time.perf_counter(), 0
    for lane in range(33):
        rows = await raw.fetch(f"SELECT {COLUMNS} FROM journal.fact WHERE lane = $1 ORDER BY seq", lane)
        count += len([from_row(r) for r in rows])
    seconds = time.perf_counter() - begun
    await raw.close()
    return count / seconds
