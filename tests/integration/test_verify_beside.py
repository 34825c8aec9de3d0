"""A worker looks, a few persons at a time, whether all is right, and says so where alarms are made."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import asyncpg
import pytest
from prometheus_client.registry import REGISTRY

from kernel import beside
from kernel.lanes import Lanes
from tests.cluster import Database
from tests.integration.test_verify import quiet


def told(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, {"processor": "referrals", **labels}) or 0.0


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110 - the other task says nothing but its metrics
            await asyncio.sleep(0.05)


async def test_a_worker_compares_everybody_round_after_round_and_counts_what_differs(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(beside, "PAUSE", 0.001)
    ref, *_ = await quiet(database, 6)
    lanes = Lanes(await database.reactor(), database.settings)
    await lanes.assigned(range(33))
    persons, differing = told("polku_verify_persons_total"), told("polku_verify_differences_total", kind="differing")
    before = told("polku_verify_last_round_timestamp_seconds")  # of another worker in this process
    looking = asyncio.create_task(beside.verify(lanes))
    try:
        await until(lambda: told("polku_verify_last_round_timestamp_seconds") > before)
        assert told("polku_verify_persons_total") - persons >= 6
        assert told("polku_verify_differences_total", kind="differing") == differing

        connection = await asyncpg.connect(database._superuser)
        await connection.execute("UPDATE view.visit_log_g1 SET came = true WHERE subject = $1", ref)
        await connection.close()
        await until(lambda: told("polku_verify_differences_total", kind="differing") > differing)
    finally:
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)


async def test_a_sweep_runs_beside_and_ends(database: Database) -> None:
    await quiet(database, 6)
    lanes = Lanes(await database.reactor(ruleset=2), database.settings)
    await lanes.assigned(range(33))
    assert await lanes.reactor.swept_lanes(lanes.owned)

    sweeping = asyncio.create_task(beside.sweep(lanes))
    try:
        async with asyncio.timeout(60):
            while await lanes.reactor.swept_lanes(lanes.owned):  # noqa: ASYNC110 - as above
                await asyncio.sleep(0.05)
    finally:
        sweeping.cancel()
        await asyncio.gather(sweeping, return_exceptions=True)
    assert await database.rows("SELECT 1 FROM react.sweeps()") == []
