"""The clock goes on when the database goes away in the middle of whatever it says."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta
from functools import partial

import pytest

from kernel import clock, observe
from kernel.clock import advance
from kernel.pg_journal import PgJournal
from tests.cluster import START, Database
from tests.sample.book import until

MINE = "usename = 'polku_clock' AND datname = current_database()"


async def test_a_clock_whose_farewell_to_a_lost_server_fails_waits_and_goes_on(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = PgJournal.close
    farewells = 0

    async def lost(journal: PgJournal) -> None:
        nonlocal farewells
        farewells += 1
        await closed(journal)
        if farewells == 1:
            raise ConnectionResetError

    monkeypatch.setattr(observe, "start", lambda _: None)
    monkeypatch.setattr(PgJournal, "close", lost)
    running = asyncio.create_task(clock.run(database.settings, _nothing))
    try:
        await until(partial(_listens, database), 60, "the clock does not run")
        await database.rows(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {MINE}")
        await until(lambda: _is(farewells > 0 or running.done()), 60, "it did not hear of it")
        await advance(database.operator.pool, START + timedelta(days=3))
        await until(partial(_told, database), 60, "no time was told")
        assert not running.done()
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


async def _nothing(_: PgJournal) -> None:
    return None


async def _is(held: bool) -> bool:
    return held


async def _listens(database: Database) -> bool:
    return bool(await database.rows(f"SELECT 1 FROM pg_stat_activity WHERE {MINE} AND query ~ 'LISTEN'"))


async def _told(database: Database) -> bool:
    return bool(await database.rows("SELECT 1 FROM journal.lane WHERE instant > '2026-03-04'"))
