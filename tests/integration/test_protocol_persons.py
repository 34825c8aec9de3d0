"""What happens to persons in between: merges, erasures, retractions and repairs that meet on a real PostgreSQL."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from uuid import UUID

import pytest

from kernel import persons
from kernel.errors import Refused
from kernel.facts import lane_of
from kernel.journal import MERGED, REPAIRED, NewFact
from tests.cluster import OPERATOR, Database, settle, stated, visit
from tests.integration.test_reaction import NOON, RETRACTED, verified


def merge(n: int, old: str, new: str) -> NewFact:
    """Two references turn out to be one person."""
    data: dict[str, object] = {"old_ref": old, "new_ref": new, "reason": "same_person", "approver": "lead"}
    return stated(n, MERGED, new, data, org=OPERATOR)


async def test_a_person_who_was_merged_can_be_erased_and_every_lane_goes_on(database: Database) -> None:
    a, b, c = [await database.person(name) for name in "abc"]
    reactor = await database.reactor()
    await database.door.append(
        [visit(1, 2, False, a), visit(2, 3, False, a), visit(3, 4, True, b), visit(4, 5, True, c)]
    )
    await database.at(NOON)
    await settle(reactor)
    await database.door.append([merge(1, a, b)])
    await database.door.append([merge(2, b, c)])
    await persons.erase(database.operator, a)
    await settle(reactor)

    for table in ("view.visit_log_g1", "view.relations_g1", "react.wakeup", "react.hold"):
        assert await database.rows(f"SELECT 1 FROM {table}") == [], table
    await verified(database)


async def beside(database: Database, ref: str) -> str:
    """Another person whose lane is the same."""
    for n in range(400):
        other = await database.person(f"beside{n}")
        if lane_of(other, 32) == lane_of(ref, 32):
            return other
    raise AssertionError("nobody in that lane")


async def test_two_refs_of_one_lane_are_merged_in_one_batch_and_nothing_is_lost(database: Database) -> None:
    old = await database.person()
    new, reactor = await beside(database, old), await database.reactor()
    await database.door.append([visit(1, 2, False, old), visit(2, 3, False, old), visit(3, 5, True, new)])
    await database.at(NOON)
    await settle(reactor)
    await database.door.append([merge(1, old, new)])
    await settle(reactor)

    assert await database.days(old) == {}
    assert await database.days(new) == {2: False, 3: False, 5: True}
    assert await database.told(new) == []
    await verified(database)


async def test_a_repair_mends_a_fact_that_lies_with_a_merged_ref(database: Database) -> None:
    old, new, reactor = await database.person("a"), await database.person("b"), await database.reactor()
    bad = visit(1, 2, True, old)
    bad = replace(bad, data=bad.data.replace(b'"came": true', b'"came": "yes"'))
    await database.door.append([bad, visit(2, 5, True, new)])
    await database.door.append([merge(1, old, new)])
    await settle(reactor)
    assert [r["cause"] for r in await database.rows("SELECT cause FROM react.hold")] == ["bool_type"]

    patch: dict[str, object] = {
        **{"source": bad.source, "id": bad.id, "reason": "format", "by": "op-a", "approver": "op-b"},
        "patch": [{"op": "replace", "path": "/came", "value": True}],
    }
    await database.door.append([stated(2, REPAIRED, None, patch, org=OPERATOR)])
    await settle(reactor)

    assert await database.rows("SELECT 1 FROM react.hold") == []
    assert await database.days(new) == {2: True, 5: True}
    await verified(database)


async def test_a_correction_of_what_is_not_there_yet_may_name_a_ref_that_was_merged(database: Database) -> None:
    old, new, reactor = await database.person("a"), await database.person("b"), await database.reactor()
    await database.door.append([visit(1, 2, True, new), merge(1, old, new)])
    await database.door.append(
        [visit(3, 3, True, old, corrects="v2"), stated(2, RETRACTED, old, {"id": "v4", "reason": "other"})]
    )
    await database.door.append([visit(2, 3, False, old), visit(4, 4, False, old)])
    await settle(reactor)

    assert await database.days(new) == {2: True, 3: True}
    await verified(database)


async def test_an_erasure_that_meets_a_merge_is_told_and_never_forgets_half_a_person(database: Database) -> None:
    ref, new = await database.person("a"), await database.person("b")
    await database.door.append([visit(1, 2, True, ref)])
    merging = await database.operator.pool.acquire()
    transaction = merging.transaction()
    await transaction.start()
    await merging.execute("SELECT 1 FROM journal.lane WHERE lane = $1 FOR UPDATE", lane_of(ref, 32))
    erasing = asyncio.create_task(persons.erase(database.operator, ref))
    while not await database.rows("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"):
        assert not erasing.done()
    await merging.execute("UPDATE journal.person SET merged_into = $2 WHERE subject = $1", UUID(ref), UUID(new))
    await transaction.commit()
    await database.operator.pool.release(merging)

    with pytest.raises(Refused) as refused:
        await erasing

    assert refused.value.status == 409
    assert await database.rows("SELECT 1 FROM journal.person WHERE erased IS NOT NULL") == []


async def test_a_wake_up_that_was_lost_is_seen_by_the_verification(database: Database) -> None:
    ref, reactor = await database.person(), await database.reactor()
    await database.door.append([visit(1, 2, False, ref), visit(2, 3, False, ref)])
    await settle(reactor)
    await verified(database)
    journal = await database.journal("referrals")
    await journal.pool.execute("DELETE FROM react.wakeup")

    with pytest.raises(AssertionError, match="wake-up"):
        await verified(database)
