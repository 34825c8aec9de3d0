"""Workers come, go and are replaced by newer code under load: the door answers, lanes move, no alert flaps."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import asyncpg
import pytest

from operate import credentials, running
from operate.instance import read
from operate.status import streams
from tests.chaos.load import SENDERS, Load
from tests.chaos.model import Statement
from tests.chaos.story import BEGINS, FIRST, Story
from tests.instance import Instance

RATE = 60.0
SILENCE = 10.0
"""Seconds without an answer of the door that are too many, on two cores that also start a dozen interpreters."""


class House:
    """An instance of its own code under load."""

    def __init__(self, home: Path) -> None:
        self.tree = Instance.copy_of_the_code(home)
        self.instance = Instance(home, carrier="kafka", clock=BEGINS.isoformat(), tree=self.tree)
        self.instance.environment["POLKU_SESSION_TIMEOUT"] = "6"
        self.instance.up()
        self.made = read(self.instance.state)

    async def prepared(self) -> House:
        self.quiet, self.story = Story(5, 12), Story(6, 40)
        for person in self.quiet.persons:
            person.weekdays = frozenset(range(5))
        still = Load(self.instance, self.quiet, RATE)
        await still.prepare()
        await still.state_now(_missed(self.quiet))
        await asyncio.to_thread(self.instance.settled)
        self.load = Load(self.instance, self.story, RATE, first_code=500)
        await self.load.prepare()
        self.load.start()
        return self

    async def level(self, within: float) -> float:
        """Seconds until no stream is more than two seconds behind."""
        begun = time.monotonic()
        while True:
            found = await streams(self.made)
            if found and all(s["lag_seconds"] < 2 for s in found):
                return time.monotonic() - begun
            assert time.monotonic() - begun < within, found
            await asyncio.sleep(0.2)

    def pids(self, role: str) -> list[int]:
        return [p["pid"] for p in running.processes(self.made) if p["role"] == role and p["pid"]]

    async def told(self) -> dict[str, Counter[str]]:
        """What was concluded about the quiet persons, alerts and what follows them included, by person and type."""
        connection = await asyncpg.connect(credentials.superuser_dsn(self.made, "polku"))
        try:
            rows = await connection.fetch(
                """SELECT subject::text AS ref, type FROM journal.fact
                    WHERE source ~ ':polku-(placements|notifications)$' AND subject = ANY($1::uuid[])""",
                [p.ref for p in self.quiet.persons],
            )
        finally:
            await connection.close()
        found: dict[str, Counter[str]] = {p.ref: Counter() for p in self.quiet.persons}
        for row in rows:
            found[row["ref"]][row["type"].removeprefix("fi.polku.").removesuffix(".v1")] += 1
        return found


def _missed(quiet: Story) -> list[dict[str, Any]]:
    """Two or three days in March, each before a day on which she came: enough for R-ABS-1 or not quite."""
    said = []
    for n, person in enumerate(quiet.persons):
        for day in range(2, 21):
            on = FIRST.replace(month=3, day=day)
            if on.weekday() < 5:
                absent = day in (4, 10, 16)[: 2 + n % 2]
                at = datetime(2026, 3, day, 9, tzinfo=UTC)
                status = "absent" if absent else "present"
                said.append(quiet.event(person, Statement(quiet.new_id(), "recorded", at, n, on, status)))
    return said


@pytest.fixture(scope="module")
async def house() -> AsyncIterator[House]:
    with TemporaryDirectory(prefix="polku-scale-", ignore_cleanup_errors=True) as home:
        instance = Instance(Path(home))
        try:
            made = await (await asyncio.to_thread(House, Path(home))).prepared()
            yield made
        finally:
            await asyncio.to_thread(instance.down)


@pytest.mark.timeout(400)
async def test_workers_are_started_killed_frozen_and_stopped_and_the_work_goes_on_within_seconds(house: House) -> None:
    await asyncio.to_thread(house.instance.polku, "scale", "3")
    grown = {role: len(house.pids(role)) for role in ("referrals", "placements", "notifications")}
    after_start = await house.level(30)
    os.kill(house.pids("placements")[0], signal.SIGKILL)
    after_kill = await house.level(30)
    frozen = house.pids("placements")[1]
    os.kill(frozen, signal.SIGSTOP)
    await asyncio.sleep(8)  # the fault itself: longer than the session timeout
    after_freeze = await house.level(30)
    os.kill(frozen, signal.SIGCONT)
    await asyncio.to_thread(house.instance.polku, "scale", "1")
    after_stop = await house.level(30)
    house.load.alive()
    seconds = ", ".join(f"{s:.1f}" for s in (after_start, after_kill, after_freeze, after_stop))
    print(f"\nlevel again after start, kill, SIGSTOP, stop: {seconds} s; silence {house.load.longest:.2f} s")

    assert grown == {"referrals": 3, "placements": 3, "notifications": 3}
    assert len(house.pids("placements")) == 1
    assert (house.load.retries, house.load.longest < SILENCE) == (0, True)


@pytest.mark.timeout(400)
async def test_a_rolling_upgrade_leaves_no_gap_at_the_door_and_no_alert_comes_and_goes(house: House) -> None:
    await asyncio.to_thread(house.instance.polku, "scale", "2")
    before = await house.told()
    rule = house.tree / "services" / "placements" / "rules" / "absence_count.py"
    app = house.tree / "services" / "placements" / "app.py"
    rule.write_text(rule.read_text().replace("count: int = Field(default=3", "count: int = Field(default=2"))
    app.write_text(re.sub(r"RULE_SET = (\d+)", lambda m: f"RULE_SET = {int(m[1]) + 1}", app.read_text()))
    taken, house.load.longest = len(house.load.accepted), 0.0
    await asyncio.to_thread(house.instance.polku, "restart", timeout=600)
    taken = len(house.load.accepted) - taken
    await house.load.stop()
    await asyncio.to_thread(house.instance.settled, 90)
    after = await house.told()
    print(f"\n{taken} facts meanwhile, longest silence {house.load.longest:.2f} s, {house.load.retries} retries")

    raised, withdrawn, alert = "absence.threshold_exceeded", "finding.withdrawn", "alert.raised"
    assert [before[p.ref][raised] for p in house.quiet.persons] == [0, 1] * 6
    assert [after[p.ref][raised] for p in house.quiet.persons] == [1, 1] * 6
    assert [after[p.ref][alert] - before[p.ref][alert] for p in house.quiet.persons] == [1, 0] * 6
    assert all(after[p.ref][withdrawn] == before[p.ref][withdrawn] for p in house.quiet.persons)
    assert taken > 0
    assert house.load.longest < SILENCE
    assert house.load.retries <= SENDERS, "a door that is away is knocked at ten times a second by every sender"
    await asyncio.to_thread(house.instance.verify)
