"""A view is filled anew without anybody being told anything."""

from __future__ import annotations

from tests.cluster import Database, settle, visit
from tests.integration.rebuilding import run


async def test_a_rebuild_concludes_nothing_and_wakes_nobody(database: Database) -> None:
    ref = await database.person()
    await database.door.append([visit(1, 2, False, ref), visit(2, 3, False, ref)])
    await settle(await database.reactor())
    before = await _journal(database)

    report = await run(database)

    assert (report.switched, report.rows) == (True, 2)
    assert await _journal(database) == before
    assert await database.told(ref) == []


async def _journal(database: Database) -> list[tuple[object, ...]]:
    heads = await database.rows("SELECT lane, seq FROM journal.lane ORDER BY lane")
    wakes = await database.rows("SELECT processor, subject, due FROM react.wakeup ORDER BY subject")
    return [tuple(r) for r in (*heads, *wakes)]
