"""A view is filled anew beside the one that is read, compared with it, and takes its place."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from uuid import UUID

import asyncpg
import pytest

from kernel import persons
from kernel.errors import Again, Fenced, Unavailable
from kernel.facts import lane_of
from kernel.journal import RETRACTED
from kernel.rebuild_run import Manner, Run
from tests.cluster import Database, settle, stated, visit
from tests.integration.rebuilding import begun, begun_both, claimed, rebuild, run, table, visitors


async def test_a_new_generation_says_the_same_and_takes_the_place_of_the_old_one(database: Database) -> None:
    await visitors(database, 40)
    await settle(reactor := await database.reactor())
    report = await run(database)
    await database.door.append([visit(1, 5, True, ref := await database.person("p1"))])
    with pytest.raises(Fenced):
        await settle(reactor)
    for lane in range(33):
        await reactor.claim(lane)
    await settle(reactor)

    assert (report.switched, report.differing, report.failed, report.rows, report.compared) == (True, [], [], 120, 120)
    assert len(await database.rows("SELECT FROM view.visit_log_g2")) == 121
    assert len(await database.rows("SELECT FROM view.visit_log WHERE subject = $1::uuid", ref)) == 4


async def test_a_rebuild_goes_on_where_another_process_was_killed_and_does_no_person_twice(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kernel.rebuild_run.LEASE", 0.0)
    await visitors(database, 40)
    await settle(await database.reactor())
    killed = await rebuild(database)
    generation = await begun(killed)
    lanes = await killed.generations.claim([generation], 0.0)
    assert lanes
    await killed.fill(lanes, 1)  # and then it is gone
    report = await run(database)

    assert (report.generation, report.switched, report.persons, report.rows) == (2, True, 40 + 3, 120)
    assert await table(database, 2) == await table(database, 1)


async def test_a_process_that_slept_while_another_took_its_lane_writes_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await visitors(database, 40)
    await settle(await database.reactor())
    zombie = await rebuild(database)
    generation = await begun(zombie)
    lanes = [at for _ in range(33) for at in await zombie.generations.claim([generation], 60.0)]
    place = lane_of(await database.person("p1"), 32)
    lane = next(lane for lane in lanes if lane.lane == place)
    monkeypatch.setattr("kernel.rebuild_run.LEASE", -1.0)
    await run(database)
    before = await table(database, 2)
    with pytest.raises(Fenced):
        await zombie.fill([lane], 5)

    assert await table(database, 2) == before


async def test_two_processes_share_one_rebuild(database: Database) -> None:
    await visitors(database, 60)
    await settle(await database.reactor())
    both = [await rebuild(database), await rebuild(database)]
    small = Manner(facts=1, together=1)
    runs = [Run(work, [await begun(work)], small) for work in both]
    reports = [report for reports in await asyncio.gather(*(one.to_the_switch() for one in runs)) for report in reports]
    generations = await database.rows("SELECT generation FROM view.generation WHERE view = 'visit_log' ORDER BY 1")

    assert [r.switched for r in reports] == [True, True]
    assert [g["generation"] for g in generations] == [1, 2]
    assert await table(database, 2) == await table(database, 1)
    done = await database.rows("SELECT FROM view.visit_log_g2")
    assert len(done) == 180


async def test_it_never_goes_beyond_what_people_see(database: Database) -> None:
    (ref,) = await visitors(database, 1)
    await settle(reactor := await database.reactor())
    await database.door.append([visit(900, 9, True, ref)])
    await run(database)
    ahead = await table(database, 2)
    await settle(await claimed(reactor))

    assert [r["day"].day for r in ahead] == [2, 3, 4]
    assert [r["day"].day for r in await table(database, 2)] == [2, 3, 4, 9]


@pytest.mark.parametrize("processes", [1, 2])
async def test_facts_that_arrive_meanwhile_are_there_once_after_the_switch(
    database: Database, monkeypatch: pytest.MonkeyPatch, processes: int
) -> None:
    monkeypatch.setattr("kernel.rebuild_run.LEASE", 0.0)
    refs = await visitors(database, 30)
    await settle(reactor := await database.reactor())
    over = asyncio.Event()

    async def partners() -> None:
        n = 5_000
        while not over.is_set():
            with suppress(Again, Unavailable):  # stated once more
                await database.door.append([visit(n, 5 + n % 20, n % 3 > 0, refs[n % 30])])
                n += 1
            await asyncio.sleep(0)

    async def worker() -> None:
        while not over.is_set():
            try:
                await settle(reactor)
            except (Fenced, Again, Unavailable, AssertionError):  # another number, a lock, or never at rest
                await asyncio.sleep(0)

    others = [asyncio.create_task(partners()), asyncio.create_task(worker())]
    works = [await rebuild(database) for _ in range(processes)]
    runs = [Run(work, await begun_both(work), Manner(facts=3, together=2)) for work in works]
    reports = await asyncio.gather(*(one.to_the_switch() for one in runs))
    over.set()
    await asyncio.gather(*others)
    await settle(await claimed(reactor))
    again = await run(database)

    assert [(r.switched, r.differing) for told in reports for r in told] == [(True, [])] * 2 * processes
    assert (again.switched, again.differing, again.failed) == (True, [], [])
    assert await table(database, 3) == await table(database, 2)


async def test_what_differs_is_told_and_switched_to_only_when_accepted(database: Database) -> None:
    refs = await visitors(database, 3)
    await settle(await database.reactor())
    await database.rows("UPDATE view.visit_log_g1 SET came = NOT came WHERE subject = $1::uuid RETURNING 1", refs[1])
    report = await run(database)
    (read,) = await database.rows("SELECT generation FROM view.generation WHERE view = 'visit_log' AND active")
    accepted = await run(database, accept=True)

    assert (report.switched, report.differing, read["generation"]) == (False, [refs[1]], 1)
    assert (accepted.switched, accepted.generation) == (True, 2)


async def test_going_back_catches_up_first_and_one_old_generation_is_kept(database: Database) -> None:
    refs = await visitors(database, 20)
    await settle(reactor := await database.reactor())
    await run(database)
    await database.door.append([visit(800, 9, True, refs[0]), visit(801, 3, True, refs[1], corrects="v103")])
    await settle(await claimed(reactor))
    work = await rebuild(database)
    kept = [g for g in await work.generations.every("visit_log") if g.kept]
    (report,) = await Run(work, kept).to_the_switch()
    third = await run(database)
    numbers = await database.rows("SELECT generation, active FROM view.generation WHERE view = 'visit_log' ORDER BY 1")

    assert (report.generation, report.switched, report.differing) == (1, True, [])
    assert (third.generation, third.switched) == (3, True)
    assert [tuple(r) for r in numbers] == [(1, False), (3, True)]
    assert len(await database.days(refs[0])) == 4


async def test_whoever_is_erased_is_gone_from_every_generation(database: Database) -> None:
    refs = await visitors(database, 5)
    await settle(reactor := await database.reactor())
    await run(database)
    half = await rebuild(database)
    generation = await begun(half)
    while lanes := await half.generations.claim([generation], 0.0):
        await half.fill(lanes, 100)
    await settle(await claimed(reactor))
    await persons.erase(database.operator, refs[2])
    await settle(reactor)

    for number in (1, 2, 3):
        left = {str(r["subject"]) for r in await table(database, number)}
        assert left == set(refs) - {refs[2]}, number


@pytest.mark.parametrize("weight", [666, 2**40], ids=["a_unit_fails", "the_database_refuses"])
async def test_whoever_waits_keeps_the_rows_that_are_shown_and_catches_up_when_released(
    database: Database, weight: int
) -> None:
    refs = await visitors(database, 2)
    await settle(reactor := await database.reactor())
    await database.door.append([visit(700, 8, True, refs[0], weight=weight), visit(701, 9, True, refs[0])])
    await settle(reactor)
    report = await run(database)
    waiting = await table(database, 2)
    await database.door.append([stated(1, RETRACTED, refs[0], {"id": "v700", "reason": "error"})])
    await settle(await claimed(reactor))

    assert (report.switched, report.differing, report.failed) == (True, [], [])
    assert [r["day"].day for r in waiting if str(r["subject"]) == refs[0]] == [2, 3, 4]
    assert sorted(r["day"].day for r in await table(database, 2) if str(r["subject"]) == refs[0]) == [2, 3, 4, 9]


async def test_a_generation_that_is_read_cannot_be_dropped(database: Database) -> None:
    await visitors(database, 1)
    await settle(await database.reactor())
    await run(database)
    work = await rebuild(database)
    old, new = await work.generations.every("visit_log")
    await work.generations.drop(old)
    with pytest.raises(asyncpg.PostgresError):
        await work.generations.drop(new)

    assert [g.number for g in await work.generations.every("visit_log")] == [2]


async def test_one_service_may_not_touch_the_view_of_another(database: Database) -> None:
    stranger = await database.journal("placements")
    for statement in ("open_generation('visit_log', 1)", "activate('visit_log', 1)", "drop_generation('visit_log', 1)"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await stranger.pool.execute(f"SELECT view.{statement}")


async def test_readers_with_a_plan_of_their_own_survive_the_switch(database: Database) -> None:
    refs = await visitors(database, 3)
    await settle(reactor := await database.reactor())
    async with database.operator.pool.acquire() as connection:
        reading = await connection.prepare("SELECT * FROM view.visit_log WHERE subject = $1")
        before = await reading.fetch(UUID(refs[0]))
        await run(database)
        await database.door.append([visit(600, 7, True, refs[0])])
        await settle(await claimed(reactor))
        after = await reading.fetch(UUID(refs[0]))

    assert (len(before), len(after)) == (3, 4)
