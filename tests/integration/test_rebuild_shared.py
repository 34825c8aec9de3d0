"""What happens between the steps of a rebuild: others switch or drop, facts arrive, the server forgets."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from kernel.errors import Fenced
from kernel.generation import NOBODY, Generation
from kernel.rebuild import Rebuild
from kernel.rebuild_run import Report, Run
from tests.cluster import Database, settle, visit
from tests.integration.rebuilding import begun, begun_both, claimed, rebuild, run, table, visitors

Happens = Callable[[], Awaitable[None]]


class Interrupted(Run):
    """Something happens before it compares the visit log, or right after."""

    def __init__(self, work: Rebuild, generations: list[Generation], when: str, happens: Happens) -> None:
        super().__init__(work, generations)
        self._when, self._happens = when, happens

    async def _compare(self, report: Report, generation: Generation, accept: bool) -> dict[int, int]:
        if self._when == "before" and generation.view == "visit_log":
            await self._happens()
        compared = await super()._compare(report, generation, accept)
        if self._when == "after" and generation.view == "visit_log":
            await self._happens()
        return compared


async def test_a_view_that_another_process_has_switched_to_is_followed_no_more(database: Database) -> None:
    refs = await visitors(database, 5)
    await settle(reactor := await database.reactor())
    late = await rebuild(database)
    generation = await begun(late)
    stale = Run(late, [generation])
    before = (await late.generations.lanes([generation]))[0]
    await run(database)
    await database.door.append([visit(900 + n, 9, True, ref) for n, ref in enumerate(refs)])
    await settle(await claimed(reactor))
    shown = await table(database, 2)
    (row, *_) = await database.rows(
        "SELECT lane, rev, seq, after FROM view.filling WHERE view = 'visit_log' AND generation = 2 AND seq > 3"
    )
    at = replace(before, lane=row["lane"], rev=row["rev"], seq=row["seq"], after=row["after"], filled=True)
    with pytest.raises(Fenced):
        await late.follow([at])
    await stale._follow([generation])

    assert await late.generations.lanes([generation]) == []
    assert await table(database, 2) == shown
    assert len(shown) == 20


async def test_a_number_that_a_crash_has_given_twice_does_not_pass_for_the_same_place(database: Database) -> None:
    await visitors(database, 5)
    await settle(await database.reactor())
    work = await rebuild(database)
    lanes = await work.generations.claim([await begun(work)], 0.0)
    moved, _ = await work.fill(lanes, 100)
    await database.rows(
        "UPDATE view.filling SET after = $1, filled = false WHERE rev = $2 RETURNING 1", NOBODY, moved[0].rev
    )
    await database.rows("UPDATE view.filling SET seq = seq + 1 WHERE rev = $1 RETURNING 1", moved[0].rev)
    with pytest.raises(Fenced):
        await work.fill(moved, 100)


async def test_what_arrives_while_it_compares_is_followed_before_the_switch(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kernel.switch.TAIL", 0)
    refs = await visitors(database, 3)
    await settle(reactor := await database.reactor())
    numbers = iter(range(900, 1000))

    async def arrives() -> None:
        await database.door.append([visit(next(numbers), 9, True, ref) for ref in refs])
        await settle(await claimed(reactor))

    work = await rebuild(database)
    async with asyncio.timeout(60):
        (report,) = await Interrupted(work, [await begun(work)], "after", arrives).to_the_switch()

    assert (report.switched, report.differing, next(numbers)) == (True, [], 903)
    assert await table(database, 2) == await table(database, 1)


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_view_that_is_dropped_while_it_is_compared_or_before_the_switch_does_not_end_the_others(
    database: Database, when: str
) -> None:
    await visitors(database, 3)
    await settle(await database.reactor())
    work = await rebuild(database)
    both = await begun_both(work)

    async def dropped() -> None:
        await work.generations.drop(both[1])

    reports = await Interrupted(work, both, when, dropped).to_the_switch()

    assert [(r.view, r.switched, r.dropped) for r in reports] == [
        ("relations", True, False),
        ("visit_log", False, True),
    ]
