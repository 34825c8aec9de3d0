"""The database in memory and PostgreSQL take the kernel's own statements alike: one story, the same outcome."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from typing import Protocol

import pytest

from kernel import persons
from kernel.clock import tell_time
from kernel.errors import Conflict, Fenced, Refused
from kernel.journal import NewFact
from kernel.pg_journal import PgJournal
from kernel.react import Reactor
from tests.cluster import ORGANISER, START, Database, settle, stated, visit
from tests.integration.test_protocol_persons import merge
from tests.integration.test_reaction import RETRACTED
from tests.schedules.world import LANES, REFS, World

SET = "fi.polku.rule_parameters.set.v1"


class Side(Protocol):
    """What a story needs of either."""

    door: PgJournal
    refs: Sequence[str]
    lanes: range

    async def worker(self) -> Reactor: ...
    async def time(self, instant: datetime) -> None: ...
    async def told(self, ref: str) -> list[str]: ...
    async def days(self, ref: str) -> dict[int, bool]: ...
    async def held(self) -> list[tuple[str, str]]: ...
    async def erase(self, ref: str) -> None: ...
    async def retry(self) -> None: ...


class InMemory:
    """The server in memory."""

    lanes = range(LANES + 1)
    refs = REFS

    def __init__(self) -> None:
        self.world = World()
        self.world.server.calm = True
        self.door = self.world.door

    async def worker(self) -> Reactor:
        return self.world.reactor("referrals")

    async def time(self, instant: datetime) -> None:
        self.world.server.now = instant
        await tell_time(self.world.clock)

    async def told(self, ref: str) -> list[str]:
        rows = [f for p, f in sorted(self.world.server.tables["fact"].items()) if f["s"] == ref]
        return [f["type"][9:-3] for f in rows if f["source"].endswith("polku-referrals")]

    async def days(self, ref: str) -> dict[int, bool]:
        rows = self.world.server.tables["view.visit_log_g1"]
        return {k[1].day: r["came"] for k, r in rows.items() if k[0] == ref}

    async def held(self) -> list[tuple[str, str]]:
        return [(h["subject"], h["cause"]) for h in self.world.server.tables["hold"].values()]

    async def erase(self, ref: str) -> None:
        await persons.erase(self.world.operator, ref)

    async def retry(self) -> None:
        self.world.retry()


class OnPostgres:
    """A real database."""

    lanes = range(33)

    def __init__(self, database: Database, refs: Sequence[str]) -> None:
        self.database, self.door, self.refs = database, database.door, refs

    async def worker(self) -> Reactor:
        return await self.database.reactor()

    async def time(self, instant: datetime) -> None:
        await self.database.at(instant)

    async def told(self, ref: str) -> list[str]:
        return await self.database.told(ref)

    async def days(self, ref: str) -> dict[int, bool]:
        return await self.database.days(ref)

    async def held(self) -> list[tuple[str, str]]:
        rows = await self.database.rows("SELECT subject::text AS subject, cause FROM react.hold")
        return [(r["subject"], r["cause"]) for r in rows]

    async def erase(self, ref: str) -> None:
        await persons.erase(self.database.operator, ref)

    async def retry(self) -> None:
        await self.database.rows("UPDATE react.hold SET retry = true RETURNING 1")


@pytest.fixture(params=["memory", "postgresql"])
async def side(request: pytest.FixtureRequest, database: Database) -> AsyncIterator[Side]:
    if request.param == "memory":
        yield InMemory()
        return
    yield OnPostgres(database, [await database.person(f"p{n}") for n in range(3)])


async def rest(side: Side, worker: Reactor) -> None:
    lanes: range = side.lanes
    await settle(worker, lanes)


async def test_a_matter_is_raised_withdrawn_and_raised_again(side: Side) -> None:
    ref, worker = side.refs[0], await side.worker()
    await side.door.append([visit(1, 2, False, ref), visit(2, 3, False, ref)])
    await rest(side, worker)
    assert await side.told(ref) == []
    await side.time(START + timedelta(days=3))
    await rest(side, worker)
    await side.door.append([visit(3, 3, True, ref, corrects="v2")])
    await rest(side, worker)
    await side.door.append([stated(1, RETRACTED, ref, {"id": "v3", "reason": "other"})])
    await rest(side, worker)

    assert await side.told(ref) == ["visits.missed", "finding.withdrawn", "visits.missed"]
    assert await side.days(ref) == {2: False, 3: False}


async def test_a_worker_whose_number_was_raised_by_another_one_writes_nothing(side: Side) -> None:
    ref, old, new = side.refs[0], await side.worker(), await side.worker()
    await rest(side, old)
    await side.door.append([visit(1, 2, False, ref)])
    for lane in side.lanes:
        await new.claim(lane)

    with pytest.raises(Fenced):
        await rest(side, old)
    assert await side.days(ref) == {}
    await rest(side, new)
    assert await side.days(ref) == {2: False}


async def test_one_person_waits_until_she_is_tried_again_and_nobody_else(side: Side) -> None:
    ref, other, worker = side.refs[0], side.refs[1], await side.worker()
    await side.door.append([visit(1, 2, False, ref, weight=666), visit(2, 2, True, other), visit(3, 4, True, ref)])
    await rest(side, worker)
    assert await side.held() == [(ref, "unit_failed")]
    assert await side.days(other) == {2: True}
    await side.door.append([visit(4, 2, True, ref, corrects="v1"), visit(5, 5, True, ref)])
    await rest(side, worker)
    assert await side.days(ref) == {}
    await side.retry()
    await rest(side, worker)

    assert await side.held() == []
    assert await side.days(ref) == {2: True, 4: True, 5: True}


async def test_merged_and_erased_persons_have_no_rows_and_the_other_ref_has_them(side: Side) -> None:
    old, new, worker = side.refs[0], side.refs[1], await side.worker()
    await side.door.append([visit(1, 2, False, old), visit(2, 3, True, new)])
    await rest(side, worker)
    await side.door.append([merge(1, old, new)])
    await rest(side, worker)
    assert (await side.days(old), await side.days(new)) == ({}, {2: False, 3: True})
    await side.erase(old)
    await rest(side, worker)

    assert await side.days(new) == {}
    with pytest.raises(Refused):
        await side.door.append([visit(3, 4, True, new)])


async def test_new_numbers_change_what_holds_for_everybody_concerned(side: Side) -> None:
    ref, worker = side.refs[0], await side.worker()
    await side.door.append([visit(1, 2, False, ref), visit(2, 3, False, ref)])
    await side.time(START + timedelta(days=5))
    await rest(side, worker)
    numbers = {"rule": "V-1", "params": {"count": 3}, "valid_from": "2026-01-01", "basis": "local"}
    await side.door.append([stated(9, SET, None, numbers, org=ORGANISER)])
    await rest(side, worker)

    assert await side.told(ref) == ["visits.missed", "finding.withdrawn"]


async def test_a_decision_that_expects_another_head_is_told_so_and_a_repeat_is_not(side: Side) -> None:
    ref = side.refs[0]
    fact: NewFact = visit(1, 2, True, ref)
    await side.door.append([fact], {ref: 0})
    (again,) = await side.door.append([fact], {ref: 0})

    assert again.replayed
    with pytest.raises(Conflict):
        await side.door.append([visit(2, 3, True, ref)], {ref: 0})
