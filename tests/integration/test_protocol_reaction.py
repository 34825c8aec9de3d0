"""What could stop a lane or keep it busy for nothing: data that nobody takes, policy nobody can read, facts ahead."""

from __future__ import annotations

from datetime import datetime

import pytest

from kernel.errors import Unavailable
from kernel.facts import Fact, lane_of
from kernel.views import Rows, View
from tests.cluster import ORGANISER, Database, settle, stated, visit
from tests.integration.test_reaction import NOON, verified
from tests.sample import domain


async def test_a_person_whose_facts_lie_ahead_does_not_keep_the_lane_turning(database: Database) -> None:
    ref, reactor = await database.person(), await database.reactor()
    lane = lane_of(ref, 32)
    await database.door.append([visit(1, 2, False, ref), visit(2, 3, False, ref)])
    await database.at(NOON)
    await database.door.append([visit(3, 4, False, ref)])
    await reactor.claim(lane)
    await reactor.catch_up(lane, (await reactor.heads([lane]))[lane].head - 1)

    assert not await reactor.turn(lane)

    await settle(reactor)
    assert await database.told(ref) == ["visits.missed"]
    await verified(database)


async def test_two_rows_that_the_database_takes_for_one_make_only_that_person_wait(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref, other = await database.person("a"), await database.person("b")

    view = View(domain.view.name, 1, domain.view.key, domain.view.columns)

    @view.on(domain.VisitRecorded)
    def twice(rows: Rows, fact: Fact) -> None:
        rows.put(day=fact.data.day, came=fact.data.came)
        if not fact.data.came:
            rows.put(day=datetime.combine(fact.data.day, datetime.min.time()), came=True)

    monkeypatch.setattr(domain, "view", view)
    await database.door.append([visit(1, 2, False, ref), visit(2, 2, True, other)])
    await settle(await database.reactor())

    (hold,) = await database.rows("SELECT subject::text, cause FROM react.hold")
    assert (hold["subject"], hold["cause"]) == (ref, "database")
    assert await database.days(other) == {2: True}


async def test_policy_that_cannot_be_read_lets_a_lane_wait_and_not_its_process_end(database: Database) -> None:
    ref, reactor = await database.person(), await database.reactor()
    await database.door.append([visit(1, 2, True, ref)])
    await settle(reactor)
    broken = stated(1, "fi.polku.rule_parameters.set.v1", None, {"rule": 1}, org=ORGANISER)
    await database.door.append([broken])

    await reactor.catch_up(0, (await reactor.heads([0]))[0].head)
    with pytest.raises(Unavailable, match="lane 0"):
        await reactor.catch_up(lane_of(ref, 32), (await reactor.heads([lane_of(ref, 32)]))[lane_of(ref, 32)].head)
