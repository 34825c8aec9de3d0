"""What waiting costs: reactions and ticks beside a table of wake-ups that lie in the future."""

from __future__ import annotations

import time
from collections.abc import Sequence

import asyncpg

from bench.load import Load, append
from bench.measure import Bar, Contender, Result, compare
from bench.place import Place
from bench.reaction import LANES, settle
from kernel.clock import tell_time
from kernel.pg_journal import connect
from kernel.processor import reactor
from services.placements.app import RULE_SET
from services.placements.state import fold

FEW, MANY = "look with none pending", "look with many pending"
BARS = (Bar(MANY, 1.5, FEW, most=True),)


async def measure(place: Place, facts: int, rounds: int) -> Sequence[Result]:
    """Milliseconds in which a worker with all lanes finds that nobody is due, and the clock that no time has come."""
    settings = await place.installation()
    door = await connect(settings, "polku_gateway", size=4)
    clock = await connect(settings, "polku_clock", size=2)
    load = await Load(60).people(door)
    await append(door, [*load.beginnings(), *load.days(5)])
    worker = await reactor(settings, "placements", fold, RULE_SET)
    await tell_time(clock)
    await settle(worker)
    raw = await asyncpg.connect(place.superuser, database=settings.database.rpartition("/")[2])
    pending = facts * 50

    async def look(count: int) -> float:
        await raw.execute("DELETE FROM react.wakeup WHERE processor = 'bench'")
        await raw.execute(
            """INSERT INTO react.wakeup (processor, lane, subject, due)
               SELECT 'bench', n % 32 + 1, gen_random_uuid(), timestamptz '2030-01-01' + n * interval '1 second'
                 FROM generate_series(1, $1::int) n""",
            count,
        )
        await raw.execute("VACUUM ANALYZE react.wakeup")
        begun = time.perf_counter()
        for _ in range(5):
            for lane in LANES:
                while await worker.turn(lane):
                    pass
            await tell_time(clock)
        return (time.perf_counter() - begun) / 5 * 1000

    figures = [Contender(MANY, lambda: look(pending)), Contender(FEW, lambda: look(0))]
    result = await compare("wakeups", "ms for all lanes and the clock", figures, rounds, BARS)
    result.notes.append(f"many: {pending:,} pending")
    await raw.close()
    for journal in (worker.journal, door, clock):
        await journal.close()
    return [result]
