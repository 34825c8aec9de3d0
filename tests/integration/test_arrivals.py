"""Who waits until a processor has come to a place is told as soon as it is there, however many wait beside."""

from __future__ import annotations

import asyncio
import time

import pytest

from kernel.errors import Unavailable
from services.gateway.pg_arrival import Arrivals
from tests.cluster import Database

BOTH = frozenset({"referrals", "placements"})


async def come(database: Database, processor: str, seq: int, lane: int = 3) -> None:
    await database.rows(
        """WITH i AS (SELECT era FROM journal.instance)
           INSERT INTO react.checkpoint (processor, lane, seq, era) SELECT $1, $3, $2, era FROM i
               ON CONFLICT (processor, lane) DO UPDATE SET seq = excluded.seq""",
        processor,
        seq,
        lane,
    )


async def test_one_look_is_taken_at_once_by_who_may_not_wait(database: Database) -> None:
    arrivals = Arrivals(database.door.pool)
    await come(database, "referrals", 7)

    assert await arrivals.reached(frozenset({"referrals"}), 3, 7, 0)
    assert not await arrivals.reached(frozenset({"referrals"}), 3, 8, 0)
    assert not await arrivals.reached(frozenset({"referrals"}), 4, 7, 0)


async def test_everybody_hears_of_their_own_place_and_of_all_their_processors(database: Database) -> None:
    arrivals = Arrivals(database.door.pool)
    await come(database, "referrals", 5)
    waiting = {seq: asyncio.create_task(arrivals.reached(BOTH, 3, seq, 20)) for seq in (5, 6, 7)}
    away = asyncio.create_task(arrivals.reached(BOTH, 3, 99, 0.3))
    gone = asyncio.create_task(arrivals.reached(BOTH, 3, 99, 20))
    assert not (await asyncio.wait(waiting.values(), timeout=0.1))[0]
    gone.cancel()

    await come(database, "placements", 6)
    assert await waiting[5]
    assert not waiting[6].done()
    await come(database, "referrals", 9)
    assert await waiting[6]
    assert not await away
    await come(database, "placements", 7)
    assert await waiting[7]


async def test_many_who_wait_ask_the_journal_no_oftener_than_one(database: Database) -> None:
    arrivals = Arrivals(database.door.pool)
    waiting = [asyncio.create_task(arrivals.reached(BOTH, lane, 1, 20)) for lane in range(1, 33) for _ in range(20)]
    before = time.monotonic()
    await asyncio.wait(waiting, timeout=0.5)
    for processor in BOTH:
        for lane in range(1, 33):
            await come(database, processor, 1, lane)

    assert all(await asyncio.gather(*waiting))
    counted = await database.rows(
        "SELECT sum(xact_commit) AS n FROM pg_stat_database WHERE datname = current_database()"
    )
    assert counted[0]["n"] < 640 + 250 * (time.monotonic() - before)


async def test_when_the_journal_goes_all_who_wait_are_told_and_the_next_may_ask_again(database: Database) -> None:
    journal = await database.journal("gateway")
    arrivals = Arrivals(journal.pool)
    waiting = [asyncio.create_task(arrivals.reached(BOTH, 3, 1, 20)) for _ in range(3)]
    await asyncio.wait(waiting, timeout=0.05)
    journal.pool.terminate()

    for one in waiting:
        with pytest.raises(Unavailable):
            await one
    with pytest.raises(Unavailable):
        await arrivals.reached(BOTH, 3, 1, 0)
