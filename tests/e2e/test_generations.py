"""Views are filled anew by the command that operators have and by newer code, in real processes, while people read.

The tests of this file share one instance that runs a copy of the code, and their order counts.
"""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from typing import Any

import asyncpg
import pytest

from operate import credentials, rebuilding
from operate.instance import read
from tests.chaos.load import COUNTY, Load
from tests.chaos.story import BEGINS, Story
from tests.instance import Instance

PERSONS, FACTS = 150, 3_000
VIEW = "attendance_calendar"
PROGRESS = re.compile(
    rf"{VIEW}: ((?P<persons>\d+) of \d+ persons, \d+ facts, \d+ facts/s"
    r"|\d+ of 33 lanes compared, \d+ rows, \d+ rows/s)(?P<left>, \d+ s left)?"
)
NEW_VIEW = '''
    """Days that were told."""

    from __future__ import annotations

    from kernel.facts import Fact
    from kernel.views import Column, Rows, View
    from schemas.attendance.day_recorded_v1 import AttendanceDayRecorded

    view = View(
        name="days_told",
        version=1,
        key=("placement_id", "date"),
        columns=(Column("placement_id", "uuid"), Column("date", "date"), Column("status", "text")),
        title={"fi": "Kerrotut päivät", "sv": "Berättade dagar", "en": "Days told"},
        filters=("date",),
    )


    @view.on(AttendanceDayRecorded)
    def told(rows: Rows, fact: Fact) -> None:
        """A day was told."""
        rows.put(placement_id=fact.data.placement_id, date=fact.data.date, status=fact.data.status)
'''


@dataclass
class House:
    """The running instance, what partners have stated, and the database to look into."""

    instance: Instance
    load: Load
    database: asyncpg.Connection

    def begin(self, *arguments: str) -> subprocess.Popen[str]:
        """Begin a rebuild in a process of its own."""
        line = [sys.executable, "-m", "operate.cli", "rebuild", "--state", str(self.instance.state), *arguments]
        place: dict[str, Any] = {"cwd": self.instance.tree, "env": self.instance.environment, "text": True}
        return subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **place)

    async def done(self, process: subprocess.Popen[str]) -> tuple[dict[str, Any], str]:
        """What one that was begun with `--json` has answered, and what it told meanwhile."""
        out, told = await asyncio.to_thread(process.communicate, timeout=120)
        assert process.returncode == 0, out + told
        return json.loads(out)[0], told

    async def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """Rows of the database."""
        return [tuple(r) for r in await self.database.fetch(statement)]

    async def value(self, statement: str) -> Any:
        """One value of the database."""
        return await self.database.fetchval(statement)


@pytest.fixture(scope="module")
async def house() -> AsyncIterator[House]:
    with tempfile.TemporaryDirectory(prefix="polku-views-", ignore_cleanup_errors=True) as home:
        tree = await asyncio.to_thread(Instance.copy_of_the_code, Path(home))
        instance = Instance(Path(home), carrier="journal", clock=BEGINS.isoformat(), tree=tree)
        try:
            await asyncio.to_thread(instance.up)
            load = Load(instance, story := Story(31, PERSONS), rate=1.0)
            await load.prepare()
            await load.state_now(story.next(FACTS))
            await asyncio.to_thread(instance.settled)
            database = await asyncpg.connect(credentials.superuser_dsn(read(instance.state), "polku"))
            yield House(instance, load, database)
            await database.close()
        finally:
            await asyncio.to_thread(instance.down)


async def until(condition: Callable[[], Awaitable[Any]], seconds: float, otherwise: str) -> None:
    """Wait for something in the database."""
    for _ in range(int(seconds / 0.02)):
        if await condition():
            return
        await asyncio.sleep(0.02)
    raise AssertionError(otherwise)


async def test_a_rebuild_that_was_killed_is_gone_on_with_by_two_at_once_who_tell_how_far_they_are(house: House) -> None:
    persons = f"SELECT coalesce(sum(persons), 0)::int FROM view.filling WHERE view = '{VIEW}' AND generation = 2"
    before = await house.rows(f"SELECT * FROM view.{VIEW}_g1 ORDER BY subject, placement_id, date")
    await rebuilding.begin(read(house.instance.state).settings("rebuild"), [VIEW])
    async with house.database.transaction():  # it cannot have these lanes, and so is not at the end when it is killed
        await house.rows(f"SELECT 1 FROM view.filling WHERE view = '{VIEW}' AND lane > 16 FOR UPDATE")
        killed = house.begin(VIEW)
        await until(lambda: house.value(persons), 120, "it does not begin")
        killed.kill()
        killed.communicate()
    reached = await house.value(persons)
    both = [house.begin(VIEW, "--json"), house.begin(VIEW, "--json")]
    answers = [await house.done(process) for process in both]
    after = await house.rows(f"SELECT * FROM view.{VIEW}_g2 ORDER BY subject, placement_id, date")
    read_now = await house.rows(f"SELECT generation, version FROM view.generation WHERE view = '{VIEW}' AND active")

    total = answers[0][0]["persons"]
    assert 0 < reached < total
    assert [(a["generation"], a["switched"], a["differing"], a["failed"]) for a, _ in answers] == [
        (2, True, [], []),
        (2, True, [], []),
    ]
    assert (read_now, after == before, len(after) > 1_000) == ([(2, 1)], True, True)
    lines = [PROGRESS.fullmatch(line) for _, told in answers for line in told.splitlines()]
    assert all(lines), [told for _, told in answers]
    assert max(int(line["persons"]) for line in lines if line and line["persons"]) >= reached
    seen = [{line["persons"] for line in map(PROGRESS.fullmatch, told.splitlines()) if line} for _, told in answers]
    grew = any(len(persons - {None}) > 1 for persons in seen)  # else all was done between two looks, and nobody can say
    assert any(line["left"] for line in lines if line) or not grew, "nobody was told how long it takes"
    await asyncio.to_thread(house.instance.verify)


async def test_the_one_before_is_brought_up_to_date_and_read_again_and_then_nobody_needs_the_other(
    house: House,
) -> None:
    await house.load.state_now(house.load.story.next(100))
    await asyncio.to_thread(house.instance.settled)
    back, _ = await house.done(house.begin("--back", VIEW, "--json"))
    shown = await house.rows(f"SELECT generation FROM view.generation WHERE view = '{VIEW}' ORDER BY active")
    planned = json.loads(
        (await asyncio.to_thread(house.instance.polku, "rebuild", "--drop", VIEW, "--dry-run", "--json")).stdout
    )
    dropped = json.loads((await asyncio.to_thread(house.instance.polku, "rebuild", "--drop", VIEW, "--json")).stdout)
    again = await asyncio.to_thread(house.instance.polku, "rebuild", "--back", VIEW, check=False)

    assert (back["generation"], back["switched"], back["differing"]) == (1, True, [])
    assert shown == [(2,), (1,)]
    assert (planned[0]["would_drop"], dropped[0]["dropped"]) == ([2], [2])
    assert (again.returncode, "no generation is kept" in again.stderr) == (1, True)
    await asyncio.to_thread(house.instance.verify)


async def test_a_row_that_is_wrong_is_found_by_two_processes_as_by_one_and_mended_by_a_rebuild(house: House) -> None:
    polku = house.instance.polku
    table = f"view.{VIEW}_g1"
    await house.database.execute(f"UPDATE {table} SET status = 'x' WHERE ctid = (SELECT min(ctid) FROM {table})")
    alone = await asyncio.to_thread(polku, "verify", "--processes", "1", "--json", check=False)
    shared = await asyncio.to_thread(polku, "verify", "--processes", "2", "--json", check=False)
    differs = await asyncio.to_thread(polku, "rebuild", VIEW, "--json", check=False)
    mended = await asyncio.to_thread(polku, "rebuild", VIEW, "--accept", "--processes", "2", "--json", check=False)
    begun = f"SELECT max(generation) FROM view.generation WHERE view = '{VIEW}'"
    number = await house.value(begun)
    late = await asyncio.to_thread(polku, "rebuild", "--join", VIEW, str(number), "--json")
    found = json.loads(shared.stdout)

    assert (alone.returncode, shared.returncode, differs.returncode) == (1, 1, 1)
    assert json.loads(alone.stdout) == found
    assert (found["differing"], found["differences"][0]["view"], found["compared"] > 3 * found["persons"]) == (
        1,
        VIEW,
        True,
    )
    assert json.loads(differs.stdout)[0]["differing"] == [found["differences"][0]["client_ref"]]
    assert json.loads(mended.stdout)[0]["switched"]
    assert (json.loads(late.stdout)[0]["generation"], await house.value(begun)) == (number, number)
    await asyncio.to_thread(house.instance.verify)


async def test_newer_code_fills_its_newer_view_and_its_new_view_by_itself_while_people_read_and_facts_arrive(
    house: House,
) -> None:
    tree = house.instance.tree / "services" / "placements"
    calendar = tree / "views" / f"{VIEW}.py"
    text = calendar.read_text().replace("version=1,", "version=2,", 1)
    text = text.replace(
        'Column("corrected", "boolean"),',
        'Column("corrected", "boolean"),\n        Column("stated_at", "timestamptz"),',
    )
    text = text.replace(
        "        recorded_at=fact.recorded,\n", "        recorded_at=fact.recorded,\n        stated_at=fact.recorded,\n"
    )
    calendar.write_text(text)
    (tree / "views" / "days_told.py").write_text(dedent(NEW_VIEW).lstrip())
    app = tree / "app.py"
    app.write_text(re.sub(r"RULE_SET = (\d+)", lambda m: f"RULE_SET = {int(m[1]) + 1}", app.read_text()))

    over, read = asyncio.Event(), 0

    async def reader() -> None:
        nonlocal read
        async with house.load._client(COUNTY) as client:
            while not over.is_set():
                answer = await client.get("/v1/attendance-calendar", params={"limit": 5})
                assert answer.status_code == 200, answer.text
                read += 1
                await asyncio.sleep(0.05)

    async def partner() -> None:
        while not over.is_set():
            await house.load.state_now(house.load.story.next(20))
            await asyncio.sleep(0.2)

    async def filled() -> bool:
        rows = await house.rows(
            f"SELECT view, version FROM view.generation WHERE view IN ('{VIEW}', 'days_told') AND active"
        )
        return sorted(rows) == [(VIEW, 2), ("days_told", 1)] and not await house.value(
            f"SELECT count(*) FROM view.{VIEW} WHERE stated_at IS NULL"
        )

    others = [asyncio.create_task(reader()), asyncio.create_task(partner())]
    try:
        await asyncio.to_thread(house.instance.polku, "restart", timeout=280)
        await until(filled, 120, "the newer version is not filled")
    finally:
        over.set()
        await asyncio.gather(*others)
    await asyncio.to_thread(house.instance.settled)

    assert read > 20
    days = await house.value("SELECT count(*) FROM journal.fact WHERE type = 'fi.polku.attendance.day_recorded.v1'")
    assert await house.value("SELECT count(*) FROM view.days_told") > days / 2, (
        "only what came later is in the new view"
    )
    await asyncio.to_thread(house.instance.verify)
