"""A newer version of a view is filled beside the older one, which is read and kept current meanwhile."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace
from typing import Any

import asyncpg
import pytest

from kernel import migrate
from kernel.disclosure import Gate, Grant, Policy, Viewer
from kernel.errors import Fenced, Unavailable
from kernel.facts import Fact
from kernel.lanes import Lanes
from kernel.person import Units
from kernel.react import Reactor
from kernel.renew import renew
from kernel.views import Column, Rows, View
from services.referrals.views import relations
from tests.cluster import SITE, Cluster, Database, settle, visit
from tests.integration.rebuilding import claimed, decoder_of, rebuild, table, visitors
from tests.sample import domain

POLICY = Policy([Grant(data_classes=frozenset({"operational"}), ground="a test")])


def newer() -> View:
    """The visit log with one column less and one more, under the same key."""
    view = replace(
        domain.view,
        version=2,
        columns=(Column("day", "date"), Column("came", "boolean"), Column("spoken", "text")),
        handlers={},
    )

    @view.on(domain.VisitRecorded)
    def recorded(rows: Rows, fact: Fact) -> None:
        rows.put(day=fact.data.day, came=fact.data.came, spoken="came" if fact.data.came else "missed")

    return view


async def worker(database: Database, log: View) -> Reactor:
    """A worker with its own version of the visit log."""
    journal = await database.journal("referrals")
    units = Units.of("referrals", domain.fold, [domain.rule], [relations.view, log])
    return Reactor(journal, units, decoder_of(journal), ruleset=log.version, fans_out=True)


async def migrated(database: Database, cluster: Cluster, log: View) -> None:
    """Bring the database up to the newer code."""
    await migrate.run(database.settings, cluster.superuser, "2026-03-02", {"referrals": [relations.view, log]})


async def shown(database: Database, log: View) -> list[dict[str, Any]]:
    """What the workshop is shown."""
    gate = Gate(database.door.pool, POLICY)
    return await gate.read(Viewer(SITE, frozenset({"workshop"}), "somebody"), log)


async def test_the_old_version_is_read_and_kept_current_until_the_new_one_is_filled(
    database: Database, cluster: Cluster
) -> None:
    refs = await visitors(database, 4)
    await settle(await database.reactor())
    await migrated(database, cluster, newer())
    await database.door.append([visit(990, 9, True, refs[0])])
    reactor = await worker(database, newer())
    await settle(reactor)
    meanwhile = await shown(database, newer())
    await renew(Lanes(reactor, database.settings), database.settings)
    after = await shown(database, newer())

    assert len(meanwhile) == len(after) == 13
    assert {row["spoken"] for row in meanwhile} == {None}
    assert {(row["came"], row["spoken"]) for row in after} == {(True, "came"), (False, "missed")}
    assert len(await table(database, 1)) == 13


async def test_a_reader_of_the_older_code_goes_on_beside_the_newer_version(
    database: Database, cluster: Cluster
) -> None:
    await visitors(database, 2)
    await settle(await database.reactor())
    await shown(database, domain.view)
    await migrated(database, cluster, newer())
    reactor = await worker(database, newer())
    await settle(reactor)
    await renew(Lanes(reactor, database.settings), database.settings)
    rows = await shown(database, domain.view)

    assert [sorted(row) for row in rows] == [["came", "client_ref", "day", "weight"]] * 6
    assert {row["weight"] for row in rows} == {None}


async def test_a_worker_of_the_older_code_cannot_take_what_it_does_not_know_away(
    database: Database, cluster: Cluster
) -> None:
    (ref,) = await visitors(database, 1)
    await settle(await database.reactor())
    await migrated(database, cluster, newer())
    older = await worker(database, domain.view)
    await settle(older)
    await database.door.append([visit(991, 8, True, ref)])
    reactor = await worker(database, replace(newer(), version=2))
    await settle(reactor)
    await renew(Lanes(reactor, database.settings), database.settings)
    with contextlib.suppress(Fenced):
        await settle(older)
    (row,) = await database.rows("SELECT spoken FROM view.visit_log WHERE day = '2026-03-08'")

    assert row["spoken"] == "came"


async def test_a_switch_needs_none_of_the_connections_with_which_the_lanes_wait_for_it(
    database: Database, cluster: Cluster
) -> None:
    await visitors(database, 3)
    await settle(await database.reactor())
    await migrated(database, cluster, newer())
    reactor = await worker(database, newer())
    pool = reactor.journal.pool
    async with contextlib.AsyncExitStack() as waiting:
        for _ in range(pool.get_max_size()):
            await waiting.enter_async_context(pool.acquire())
        async with asyncio.timeout(30):
            await renew(Lanes(reactor, database.settings), database.settings)

    assert {row["spoken"] for row in await shown(database, newer())} == {"came", "missed"}


async def test_a_view_that_is_new_is_filled_with_what_was_applied_before_it_came(
    database: Database, cluster: Cluster
) -> None:
    refs = await visitors(database, 3)
    await settle(await database.reactor())
    diary = replace(newer(), name="visit_diary", version=1)
    before = await worker(database, diary)
    with pytest.raises(Unavailable, match="visit_diary"):
        await before.claim(1)
    await migrated(database, cluster, diary)
    await database.door.append([visit(992, 9, True, refs[0])])
    reactor = await worker(database, diary)
    await settle(reactor)
    await renew(Lanes(reactor, database.settings), database.settings)
    await database.door.append([visit(993, 10, True, refs[1])])
    with contextlib.suppress(Fenced):
        await settle(reactor)
    await settle(await claimed(reactor))
    rows = await database.rows("SELECT spoken FROM view.visit_diary")

    assert len(rows) == 3 * 3 + 2


async def test_a_column_that_changes_its_type_is_refused_before_anything_is_done(
    database: Database, cluster: Cluster
) -> None:
    changed = replace(newer(), columns=(Column("day", "date"), Column("came", "text")))
    with pytest.raises(asyncpg.PostgresError, match="came changes its type"):
        await migrated(database, cluster, changed)
    generations = await database.rows("SELECT generation FROM view.generation WHERE view = 'visit_log'")

    assert len(generations) == 1


async def test_doing_the_migration_twice_makes_one_new_generation(database: Database, cluster: Cluster) -> None:
    await migrated(database, cluster, newer())
    await migrated(database, cluster, newer())
    versions = await database.rows("SELECT version FROM view.generation WHERE view = 'visit_log' ORDER BY generation")

    assert [g["version"] for g in versions] == [1, 2]


async def test_a_view_that_the_database_does_not_know_in_this_version_waits_for_the_migration(
    database: Database,
) -> None:
    with pytest.raises(Unavailable):
        await (await rebuild(database, newer())).generations.open(newer())
