"""A rebuild in real processes that are killed with the strongest signal, whatever they are doing."""

from __future__ import annotations

import asyncio
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from kernel.rebuild_run import Run
from tests.cluster import Database, settle
from tests.integration.rebuilding import begun_both, rebuild, table, visitors

ROOT = Path(__file__).resolve().parents[2]


def start(database: Database) -> subprocess.Popen[bytes]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("POLKU_")}
    environment = {**kept, "PYTHONPATH": str(ROOT), **database.settings.to_environment()}
    line = [sys.executable, "-m", "tests.integration.rebuild_process"]
    return subprocess.Popen(line, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL)


async def filled(database: Database) -> int:
    (row,) = await database.rows("SELECT coalesce(sum(persons), 0)::int / 2 AS persons FROM view.filling")
    return int(row["persons"])


async def test_killed_again_and_again_it_goes_on_and_says_the_same(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kernel.rebuild_run.LEASE", 0.0)
    chance = random.Random(7)  # noqa: S311 - a schedule that can be repeated
    await visitors(database, 80)
    await settle(await database.reactor())
    total = len(await database.rows("SELECT FROM journal.person"))
    reached = [0]
    for _ in range(3):
        process = start(database)
        try:
            while process.poll() is None and await filled(database) < reached[-1] + chance.randint(2, 12):  # noqa: ASYNC110 - another process moves
                await asyncio.sleep(0.01)
        finally:
            process.kill()
            process.wait(30)
        reached.append(await filled(database))
    work = await rebuild(database)
    reports = await Run(work, await begun_both(work)).to_the_switch()

    assert 0 < reached[1] < reached[2] < reached[3] < total, "each was killed on its way"
    assert [(r.generation, r.switched, r.persons, r.differing) for r in reports] == [(2, True, total, [])] * 2
    for view in ("visit_log", "relations"):
        assert await table(database, 2, view) == await table(database, 1, view) != []
