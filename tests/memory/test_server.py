"""The server in memory keeps the promises of a real one on which the schedules rest."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest

from kernel.errors import Refused
from tests.memory import loop
from tests.memory.server import Pool
from tests.schedules.world import REFS, World

COUNT = "UPDATE journal.lane l SET seq = w.seq, instant = w.instant"
LOCK = "SELECT lane, seq, instant FROM journal.lane WHERE lane = ANY($1::smallint[]) ORDER BY lane FOR UPDATE"


async def _count(pool: Pool, to: int, *, fails: bool = False, holds: float = 0.0) -> int:
    """Lock the first lane, read its counter, set it; answers what was read."""
    async with pool.acquire() as connection, connection.transaction():
        (row,) = await connection.fetch(LOCK, [1])
        await connection.execute(COUNT, [1], [to], [row["instant"]])
        await asyncio.sleep(holds)
        if fails:
            raise ValueError("rolled back")
    return int(row["seq"])


def test_what_is_not_committed_is_seen_by_nobody_and_a_rollback_leaves_nothing() -> None:
    async def told() -> tuple[int, int]:
        world = World()
        pool = Pool(world.server)
        writing = asyncio.ensure_future(_count(pool, 7, fails=True, holds=1))
        await asyncio.sleep(0.5)
        during = world.server.tables["lane"][1,]["seq"]
        await asyncio.gather(writing, return_exceptions=True)
        return during, world.server.tables["lane"][1,]["seq"]

    assert loop.run(told) == (0, 0)


def test_who_waits_for_a_row_reads_what_the_other_has_committed() -> None:
    async def told() -> list[int]:
        pool = Pool(World().server)
        return sorted(await asyncio.gather(_count(pool, 1, holds=1), _count(pool, 1, holds=1)))

    assert loop.run(told) == [0, 1]


def test_who_waits_too_long_for_a_row_is_told_so() -> None:
    async def told() -> list[object]:
        pool = Pool(World().server)
        return list(await asyncio.gather(_count(pool, 1, holds=9), _count(pool, 1), return_exceptions=True))

    assert {type(found) for found in loop.run(told)} == {int, asyncpg.LockNotAvailableError}


@pytest.mark.parametrize(("fault", "stored"), [("lost", 0), ("unknown", 3)])
def test_a_connection_cut_in_commit_leaves_all_or_nothing(fault: str, stored: int) -> None:
    async def told() -> int:
        world = World()
        pool = Pool(world.server)
        pool.faults.arm(4, fault)
        with pytest.raises(asyncpg.ConnectionDoesNotExistError):
            await _count(pool, 3)
        return int(world.server.tables["lane"][1,]["seq"])

    assert loop.run(told) == stored


def test_a_process_that_freezes_inside_a_transaction_loses_it() -> None:
    async def told() -> list[object]:
        pool, frozen = Pool(World().server), Pool(World().server)
        frozen._server = pool._server
        frozen.faults.arm(3, "frozen")
        first = asyncio.ensure_future(_count(frozen, 1))
        await asyncio.sleep(4)
        return [await _count(pool, 2), *await asyncio.gather(first, return_exceptions=True)]

    read, ended = loop.run(told)

    assert read == 0
    assert isinstance(ended, asyncpg.ConnectionDoesNotExistError)


def test_the_kernel_cannot_say_what_the_server_was_not_taught() -> None:
    async def told() -> None:
        await Pool(World().server).fetch("SELECT 1")

    with pytest.raises(AssertionError, match="SELECT 1"):
        loop.run(told)


def test_a_fact_refused_stores_nothing_of_its_append() -> None:
    async def told() -> int:
        world = World()
        await world.door.append([first := world.visit(REFS[0], 2, True)])
        other = world.visit(REFS[1], 3, True)
        changed = world.visit(REFS[0], 4, True)
        object.__setattr__(changed, "id", first.id)
        with pytest.raises(Refused, match="id_reused"):
            await world.door.append([other, changed])
        return len(world.server.tables["fact"])

    assert loop.run(told) == 1
