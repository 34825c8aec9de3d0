"""A process may die at any await of append, reaction, hold release, relay mark and rebuild switch: nothing is lost."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Coroutine
from datetime import timedelta
from typing import Any

import pytest

from kernel.facts import lane_of
from kernel.journal import NewFact
from kernel.pg_journal import PgJournal
from kernel.react import Reactor
from kernel.rebuild import Rebuild
from kernel.rebuild_run import Run
from kernel.switch import switch
from tests.cluster import START, Database, settle, visit
from tests.integration.killing import Process
from tests.integration.rebuilding import begun, claimed, decoder_of, rebuild, table
from tests.integration.test_crash_points import Told
from tests.integration.test_reaction import verified

MOST = 800
STRIDE = 1 if os.environ.get("POLKU_LONG") else 3
"""Each await takes a process of its own: every third is tried, and each one by the long tests."""

Work = Callable[[PgJournal], Coroutine[Any, Any, object]]
either = pytest.mark.parametrize("answered", [False, True], ids=["asked", "answered"])


async def at_every_await(
    database: Database, role: str, answered: bool, work: Work, before: Callable[[], Awaitable[object]] | None = None
) -> int:
    """Do some work in a new process again and again, killed somewhat later each time; answers how often it waits."""
    for at in range(1, MOST, STRIDE):
        if before:
            await before()
        journal = await database.journal(role)
        process = Process(at, journal.pool, answered=answered)
        await process.run(work(journal))
        journal.pool.terminate()
        if not process.dead:
            return process.waits
    raise AssertionError("it never ended")


@either
async def test_an_append_may_be_killed_at_any_await(database: Database, answered: bool) -> None:
    ref, other = await database.person("a"), await database.person("b")
    stated: list[NewFact] = []

    async def work(journal: PgJournal) -> None:
        n = 10 * (len(stated) + 1)
        facts = [visit(n, 2, False, ref), visit(n + 1, 3, False, other), visit(n + 2, 2, True, ref, corrects=f"v{n}")]
        stated.extend(facts)
        await journal.append(facts)

    awaits = await at_every_await(database, "gateway", answered, work)
    kept = {row["id"] for row in await database.rows("SELECT id FROM journal.fact WHERE subject IS NOT NULL")}
    together = [{fact.id for fact in stated[n : n + 3]} for n in range(0, len(stated), 3)]
    assert all(ids <= kept or not ids & kept for ids in together), "a part of an append was kept"
    for fact in stated:
        await database.door.append([fact])
    await settle(await database.reactor())

    (count,) = await database.rows("SELECT count(*) FROM journal.fact WHERE subject IS NOT NULL")
    assert awaits > 8
    assert count["count"] == len(stated)
    await verified(database)


@either
async def test_a_reaction_and_a_release_may_be_killed_at_any_await(database: Database, answered: bool) -> None:
    ref, held = await database.person("a"), await database.person("b")
    lanes = sorted({lane_of(ref, 32), lane_of(held, 32)})
    mine: Any = [0, *lanes]
    worker = await database.reactor()
    n, day = 0, 2

    async def before() -> None:
        nonlocal n, day
        n, day = n + 10, day + 1
        bad = visit(n, 1 + day % 28, True, held, weight=666)
        mend = visit(n + 1, 1 + day % 28, False, held, corrects=bad.id)
        await database.door.append([bad, visit(n + 2, 1 + day % 28, day % 5 == 0, ref)])
        await settle(worker, mine)
        await database.door.append([mend, visit(n + 3, 1 + (day + 9) % 28, False, ref, corrects=f"v{n + 2}")])
        await database.at(START + timedelta(days=day))
        for lane in lanes:
            worker.drop(lane)

    async def work(journal: PgJournal) -> None:
        reactor = Reactor(journal, worker.units, decoder_of(journal), ruleset=1, fans_out=True)
        for lane in lanes:
            await reactor.claim(lane)
            while (head := (await reactor.heads([lane]))[lane].head) > reactor.position(lane):
                await reactor.catch_up(lane, head)
            while await reactor.turn(lane):
                pass

    awaits = await at_every_await(database, "referrals", answered, work, before)
    await settle(await claimed(worker))

    assert awaits > 20
    assert await database.rows("SELECT 1 FROM react.hold") == []
    await verified(database)


@either
async def test_a_switch_may_be_killed_at_any_await(database: Database, answered: bool) -> None:
    ref = await database.person("a")
    await database.door.append([visit(1, 2, True, ref), visit(2, 3, False, ref)])
    reactor = await database.reactor()
    await settle(reactor)
    whole = await rebuild(database)
    generation = await begun(whole)
    await Run(whole, [generation])._fill()
    await database.door.append([visit(3, 5, True, ref), visit(4, 4, True, await database.person("b"))])
    await settle(await claimed(reactor))
    before = await table(database, 1)

    async def work(journal: PgJournal) -> None:
        await switch(Rebuild(journal, reactor.units, decoder_of(journal)), generation)

    awaits = await at_every_await(database, "referrals", answered, work)
    await settle(await claimed(reactor))

    (active,) = await database.rows("SELECT generation FROM view.generation WHERE view = 'visit_log' AND active")
    assert (active["generation"], awaits > 5) == (2, True)
    assert await table(database, 2) == before


@either
async def test_a_mark_of_the_relay_may_be_killed_at_any_await(database: Database, answered: bool) -> None:
    ref, relay = await database.person("a"), await database.journal("relay")
    (row,) = await database.rows("SELECT era FROM journal.instance")
    sent: list[tuple[int, int]] = []
    n = 0

    async def before() -> None:
        nonlocal n
        n += 1
        await database.door.append([visit(n, 2 + n, True, ref)])

    async def work(journal: PgJournal) -> None:
        await Told(journal, row["era"], sent).once()

    awaits = await at_every_await(database, "relay", answered, work, before)
    while await Told(relay, row["era"], sent).once():
        continue

    lane = lane_of(ref, 32)
    behind = await database.rows("SELECT 1 FROM relay.mark m JOIN journal.lane l USING (lane) WHERE m.seq <> l.seq")
    assert awaits >= 3
    assert (list(dict.fromkeys(seq for at, seq in sent if at == lane)), behind) == (list(range(1, n + 1)), [])
