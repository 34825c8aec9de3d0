"""On a real PostgreSQL the connection breaks at every statement in turn, before it and after it: nothing is lost."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from kernel.errors import Again, Fenced, Unavailable
from kernel.facts import lane_of
from kernel.journal import NewFact
from kernel.keys import Keys
from kernel.pg_journal import PgJournal
from kernel.react import Reactor
from kernel.rebuild_run import Run
from kernel.relay import Relay
from kernel.stored import Stored
from kernel.switch import switch
from tests.cluster import START, Database, settle, visit
from tests.integration.crashing import CrashingPool
from tests.integration.rebuilding import begun, claimed, rebuild, table
from tests.integration.test_reaction import verified

Work = Callable[[CrashingPool], Awaitable[object]]
MOST = 120


async def at_every_statement(journal: PgJournal, after: bool, work: Work) -> int:
    """Do some work again and again, broken off one statement later each time; answers how many statements it has."""
    for at in range(1, MOST):
        pool = CrashingPool(journal.pool, at, after=after)
        with suppress(Unavailable, Again, Fenced):
            await work(pool)
        if len(pool.said) < at:
            return at - 1
    raise AssertionError("it never ended")


def broken(journal: PgJournal, pool: CrashingPool) -> PgJournal:
    """A process of its own on such a pool; it knows no keys yet."""
    found: Any = pool
    return PgJournal(found, Keys(found, journal.keys._kms), journal.instance)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
async def test_an_append_may_break_at_any_statement(database: Database, after: bool) -> None:
    ref, other = await database.person("a"), await database.person("b")
    stated: list[NewFact] = []

    async def work(pool: CrashingPool) -> None:
        n = 10 * (len(stated) + 1)
        facts = [visit(n, 2, False, ref), visit(n + 1, 3, False, other), visit(n + 2, 2, True, ref, corrects=f"v{n}")]
        stated.extend(facts)
        await broken(database.door, pool).append(facts)

    statements = await at_every_statement(database.door, after, work)
    for fact in stated:
        await database.door.append([fact])
    await settle(await database.reactor())

    (count,) = await database.rows("SELECT count(*) FROM journal.fact WHERE subject IS NOT NULL")
    assert statements > 8
    assert count["count"] == len(stated)
    await verified(database)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
async def test_a_reaction_and_a_release_may_break_at_any_statement(database: Database, after: bool) -> None:
    ref, held = await database.person("a"), await database.person("b")
    lanes = sorted({lane_of(ref, 32), lane_of(held, 32)})
    mine: Any = [0, *lanes]
    worker = await database.reactor()
    n, day = 0, 2

    async def work(pool: CrashingPool) -> None:
        nonlocal n, day
        n, day = n + 10, day + 1
        bad = visit(n, 1 + day % 28, True, held, weight=666)
        mend = visit(n + 1, 1 + day % 28, False, held, corrects=bad.id)
        await database.door.append([bad, visit(n + 2, 1 + day % 28, day % 5 == 0, ref)])
        await settle(worker, mine)
        await database.door.append([mend, visit(n + 3, 1 + (day + 9) % 28, False, ref, corrects=f"v{n + 2}")])
        await database.at(START + timedelta(days=day))
        reactor = Reactor(broken(worker.journal, pool), worker.units, worker.decoder, ruleset=1, fans_out=True)
        try:
            for lane in lanes:
                await reactor.claim(lane)
                while (head := (await reactor.heads([lane]))[lane].head) > reactor.position(lane):
                    await reactor.catch_up(lane, head)
                while await reactor.turn(lane):
                    pass
        finally:
            for lane in lanes:
                worker.drop(lane)

    statements = await at_every_statement(worker.journal, after, work)
    await settle(worker)

    assert statements > 20
    assert await database.rows("SELECT 1 FROM react.hold") == []
    await verified(database)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
async def test_a_switch_may_break_at_any_statement(database: Database, after: bool) -> None:
    ref = await database.person("a")
    await database.door.append([visit(1, 2, True, ref), visit(2, 3, False, ref)])
    reactor = await database.reactor()
    await settle(reactor)
    whole = await rebuild(database)
    generation = await begun(whole)
    filling = Run(whole, [generation])
    await filling._fill()
    await database.door.append([visit(3, 5, True, ref), visit(4, 4, True, await database.person("b"))])
    await settle(await claimed(reactor))
    before = await table(database, 1)

    async def work(pool: CrashingPool) -> None:
        real, found = whole.journal.pool, pool
        whole.journal.pool = found  # type: ignore[assignment]  # the switch alone breaks
        try:
            await switch(whole, generation)
        finally:
            whole.journal.pool = real

    statements = await at_every_statement(whole.journal, after, work)
    await settle(await claimed(reactor))

    (active,) = await database.rows("SELECT generation FROM view.generation WHERE view = 'visit_log' AND active")
    assert (active["generation"], statements > 5) == (2, True)
    assert await table(database, 2) == before


class Told(Relay):
    """A relay that notes what the broker would have taken."""

    def __init__(self, journal: PgJournal, era: UUID, sent: list[tuple[int, int]]) -> None:
        nobody: Any = None
        super().__init__(journal, nobody, "")
        self._checked, self.sent = era, sent

    async def _send(self, rows: list[Stored], _: str) -> None:
        self.sent += [(row.lane, row.seq) for row in rows]


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
async def test_a_mark_of_the_relay_may_break_at_any_statement(database: Database, after: bool) -> None:
    ref, relay = await database.person("a"), await database.journal("relay")
    (row,) = await database.rows("SELECT era FROM journal.instance")
    sent: list[tuple[int, int]] = []
    n = 0

    async def work(pool: CrashingPool) -> None:
        nonlocal n
        n += 1
        await database.door.append([visit(n, 2 + n, True, ref)])
        await Told(broken(relay, pool), row["era"], sent).once()

    statements = await at_every_statement(relay, after, work)
    while await Told(relay, row["era"], sent).once():
        continue

    lane = lane_of(ref, 32)
    mine = list(dict.fromkeys(seq for at, seq in sent if at == lane))
    behind = await database.rows("SELECT 1 FROM relay.mark m JOIN journal.lane l USING (lane) WHERE m.seq <> l.seq")
    assert statements >= 3
    assert (mine, behind) == (list(range(1, n + 1)), [])
