"""Migrations of a database that lives: what was broken off in the middle is done again."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import asyncpg

from kernel import migrate
from tests.cluster import Cluster, Database

HALF_MADE = "SELECT pid FROM pg_stat_progress_create_index WHERE index_relid = 'journal.fact_taken_back'::regclass"
VALID = "SELECT indisvalid FROM pg_index WHERE indexrelid = 'journal.fact_taken_back'::regclass"


async def test_an_index_whose_making_was_broken_off_is_made_anew(cluster: Cluster, database: Database) -> None:
    """It stood there half made, counted as existing, and no question ever used it."""

    async def upgraded() -> None:
        await migrate.run(database.settings, cluster.superuser, "2026-03-02", {})

    await database.rows("DROP INDEX journal.fact_taken_back")
    await database.rows("DELETE FROM migration.done WHERE name = '0044_facts_taken_back_alone.sql'")
    writer = await asyncpg.connect(cluster.superuser, database=database.settings.database.rpartition("/")[2])
    await writer.execute("BEGIN; LOCK TABLE journal.fact IN ROW EXCLUSIVE MODE")  # who makes the index waits for it
    first = asyncio.create_task(upgraded())
    async with asyncio.timeout(60):
        pids: list[asyncpg.Record] = []
        while not pids and not first.done():
            with suppress(asyncpg.UndefinedTableError):
                pids = await database.rows(HALF_MADE)
    await database.rows("SELECT pg_terminate_backend($1)", pids[0]["pid"])
    with suppress(asyncpg.PostgresError, asyncpg.InterfaceError):
        await first
    await writer.close()
    (left,) = await database.rows(VALID)
    await upgraded()
    (made,) = await database.rows(VALID)

    assert (left["indisvalid"], made["indisvalid"]) == (False, True)


async def test_of_several_that_bring_a_database_up_at_once_each_ends_well(cluster: Cluster, database: Database) -> None:
    """They changed the roles at once, and who waited for its turn stood in the way of who made an index."""
    await database.rows("DROP INDEX journal.fact_taken_back")
    await database.rows("DELETE FROM migration.done WHERE name = '0044_facts_taken_back_alone.sql'")

    async with asyncio.timeout(60):
        await asyncio.gather(*(migrate.run(database.settings, cluster.superuser, "2026-03-02", {}) for _ in range(4)))
    (made,) = await database.rows(VALID)

    assert made["indisvalid"]
