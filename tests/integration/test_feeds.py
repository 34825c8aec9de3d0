"""Whom the clock has heard: told once it matters, renewed while a partner speaks, and late when it does not."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from kernel.calendar import midnight
from kernel.clock import advance, tell_time
from kernel.journal import NewFact
from kernel.organisations import load
from operate import feeds
from operate.feeds import Feeds
from tests.cluster import OPERATOR, SITE, START, Cluster, Database, settle, stated
from tests.integration.filled import AUTHORITY, filled, worker

MIDNIGHT = midnight((START + timedelta(days=2)).date())
LATE = "SELECT org FROM view.partner_feeds_g1 WHERE late_from <= journal.now() ORDER BY org"


async def test_a_partner_that_falls_silent_is_late_until_it_speaks_again(cluster: Cluster, tmp_path: Path) -> None:
    database = await Database(*await filled(cluster, tmp_path)).open()
    referrals = await worker(database, "referrals")
    clock = Feeds(load(database.settings.organisations))

    async def day(number: int) -> list[str]:
        await clock.tell(database.clock)
        await settle(referrals)
        await advance(database.operator.pool, MIDNIGHT + timedelta(days=number))
        await clock.tell(database.clock)
        await tell_time(database.clock)
        await settle(referrals)
        return [row["org"] for row in await database.rows(LATE)]

    await _speaks(database, 0, SITE)
    await settle(referrals)
    assert await clock.tell(database.clock) > 0
    await settle(referrals)
    assert await clock.tell(database.clock) == 0, "what was told is told"
    assert SITE not in await day(0)
    assert AUTHORITY in await day(5)

    for number in (6, 7):
        await _speaks(database, number)
        assert AUTHORITY not in await day(number)
    assert AUTHORITY in await day(12)

    told = await database.rows("SELECT type FROM journal.fact WHERE lane = 0 AND type LIKE '%partner.feed%'")
    assert {r["type"] for r in told} == {"fi.polku.partner.feed_late.v1", "fi.polku.partner.feed_resumed.v1"}


async def test_a_partner_that_has_left_is_late_no_longer(cluster: Cluster, tmp_path: Path) -> None:
    database = await Database(*await filled(cluster, tmp_path)).open()
    referrals = await worker(database, "referrals")
    clock = Feeds(load(database.settings.organisations))
    await settle(referrals)
    await clock.tell(database.clock)
    await advance(database.operator.pool, MIDNIGHT + timedelta(days=5))
    await tell_time(database.clock)
    await settle(referrals)
    before = [row["org"] for row in await database.rows(LATE)]
    left = {"org": AUTHORITY, "from": START.date().isoformat()}
    await database.door.append([stated(1, "fi.polku.org.deactivated.v1", None, left, OPERATOR)])
    await settle(referrals)
    await tell_time(database.clock)
    await settle(referrals)

    assert AUTHORITY in before
    assert AUTHORITY not in [row["org"] for row in await database.rows(LATE)]


async def test_a_clock_that_is_started_anew_knows_what_was_told(cluster: Cluster, tmp_path: Path) -> None:
    database = await Database(*await filled(cluster, tmp_path)).open()
    referrals = await worker(database, "referrals")
    await settle(referrals)
    organisations = load(database.settings.organisations)
    first = await Feeds(organisations).tell(database.clock)
    await settle(referrals)

    assert first > 0
    assert await Feeds(organisations).tell(database.clock) == 0


async def test_a_clock_that_is_started_anew_hears_whoever_spoke_before_much_else_was_said(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It looked through the newest 20 000 facts of a lane only: who had spoken before them was late."""
    monkeypatch.setattr(feeds, "STRETCH", 5)
    database = await Database(*await filled(cluster, tmp_path)).open()
    referrals = await worker(database, "referrals")
    await settle(referrals)
    organisations = load(database.settings.organisations)
    first = Feeds(organisations)
    assert await first.tell(database.clock) > 0
    await settle(referrals)
    await _speaks(database, 1)
    assert await first.tell(database.clock) == 0, "it is not due yet"
    for number in range(2, 15):
        await _speaks(database, number, OPERATOR)

    await advance(database.operator.pool, MIDNIGHT + timedelta(days=5))
    await Feeds(organisations).tell(database.clock)
    await tell_time(database.clock)
    await settle(referrals)
    late = [row["org"] for row in await database.rows(LATE)]

    assert AUTHORITY not in late
    assert late, "whoever has not spoken since is late all the same"


async def _speaks(database: Database, number: int, org: str = AUTHORITY) -> None:
    ref, now = await database.person(), await database.door.now()
    data = b'{"from": "743", "to": "005", "on": "2026-03-09"}'
    type_ = "fi.polku.client.moved_municipality.v1"
    await database.door.append([NewFact(f"urn:polku:{org}:s", f"spoken-{number}", type_, ref, now, now, data)])
