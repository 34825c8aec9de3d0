"""What a worker holds in memory when many persons are active, and whether it grows while days go by."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Any

from bench.load import Load, append
from bench.measure import Bar, Result
from bench.place import Place
from bench.through import PATIENCE, Running, connected, process, python
from kernel.pg_journal import connect

ACTIVE, LATER = "after a fortnight of each", "after the days of load"
BARS = (Bar(LATER, 300, most=True), Bar(LATER, 1.1, ACTIVE, most=True))
DAYS, ASKED = 3, 10_000
"""Days of a round; the persons of whom the bar speaks."""


async def measure(place: Place, facts: int, rounds: int) -> Sequence[Result]:
    """MB of a placements worker, everything on; half as many persons as `facts`, each with new days in every round."""
    settings = await place.installation()
    door = await connect(settings, "polku_gateway", size=4)
    persons = max(50, facts // 2)
    result = Result("memory", "MB resident", {ACTIVE: [], LATER: []}, BARS if persons >= ASKED else ())
    load = await Load(persons).people(door)
    await append(door, [*load.beginnings(), *load.fortnights()])
    raw = await connected(place, settings.database)
    environment = settings.to_environment() | {"POLKU_FAR_BEHIND": "1000000000"}
    async with process(python("operate.role", "placements"), environment, settings.state / "worker.log") as worker:
        await _worked(raw, worker)
        active = _resident(worker)
        for _ in range(rounds):  # each round goes on where the last one ended
            result.figures[ACTIVE].append(active)
            await append(door, list(load.days(DAYS)))
            await _worked(raw, worker)
            result.figures[LATER].append(_resident(worker))
    await raw.close()
    await door.close()
    told = ", ".join(f"{mb:.0f}" for mb in result.figures[LATER])
    result.notes.append(f"{persons:,} persons; round after round of {DAYS} days for all of them: {told} MB")
    if persons < ASKED:
        result.notes.append(f"no bar: it speaks of {ASKED:,} persons")
    return [result]


async def _worked(raw: Any, worker: Running) -> None:
    """Until nothing is left to react to, what it concluded itself included."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        worker.must_run()
        left = await raw.fetchval(
            """SELECT coalesce(sum(l.seq - coalesce(c.seq, 0)), 0) FROM journal.lane l
                 LEFT JOIN react.checkpoint c ON c.lane = l.lane AND c.processor = 'placements'"""
        )
        if not left:
            return
        await asyncio.sleep(0.2)
    raise RuntimeError(f"the worker is not done after {PATIENCE} seconds")


def _resident(worker: Running) -> float:
    return float(worker.memory_info().rss) / 1e6
