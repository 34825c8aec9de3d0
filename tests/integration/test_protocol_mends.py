"""Corrections, repairs and retries that come together, twice or late do what they would do one by one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import orjson
import pytest

from kernel import persons
from kernel.decode import Catalogue, Decoder
from kernel.errors import Conflict, Refused
from kernel.journal import MERGED, NewFact
from kernel.react import Reactor
from tests.cluster import ORGANISER, START, Database, settle, stated, visit
from tests.integration.test_reaction import verified
from tests.integration.test_sweep import reason_of
from tests.sample import domain
from tests.sample.domain import VisitRecorded

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
REPAIRED, RETRACTED = "fi.polku.fact.repaired.v1", "fi.polku.fact.retracted.v1"


async def test_a_fact_and_its_correction_meet_though_they_come_in_one_append_under_two_refs(database: Database) -> None:
    ref, other, reactor = await database.person("a"), await database.person("b"), await database.reactor()
    late = visit(3, 3, True, other, corrects="v2")
    await database.door.append([visit(4, 3, False, other, corrects="v3"), late, visit(2, 3, False, ref)])
    await settle(reactor)

    assert await database.days(ref) == {3: False}
    assert await database.days(other) == {}
    rows = await database.rows("SELECT subject::text AS subject FROM journal.fact WHERE id IN ('v2', 'v3', 'v4')")
    assert {r["subject"] for r in rows} == {ref}
    await verified(database)


async def test_a_fact_and_its_correction_meet_under_a_ref_that_was_merged(database: Database) -> None:
    old, new, reactor = await database.person("a"), await database.person("b"), await database.reactor()
    merge = {"old_ref": old, "new_ref": new, "reason": "one_person", "approver": "op-virta"}
    await database.door.append([stated(1, MERGED, new, merge, ORGANISER)])
    await database.door.append([visit(2, 3, False, old), visit(3, 3, True, new, corrects="v2")])
    await settle(reactor)

    assert await database.days(new) == {3: True}
    await verified(database)


def repair(n: int, ref: str, patch: list[dict[str, object]]) -> NewFact:
    data = {"source": "urn:polku:0245458-3:s", "id": "v1", "patch": patch, "reason": "r", "by": "op-a", "approver": "b"}
    fact = stated(n, REPAIRED, ref, data, ORGANISER)
    return replace(fact, data=orjson.dumps(data), recorded=START + timedelta(minutes=n))


async def test_a_second_repair_mends_what_the_first_one_left(database: Database) -> None:
    ref, reactor = await database.person(), await database.reactor()
    broken = replace(visit(1, 2, True, ref), data=orjson.dumps({"day": "the second", "came": "yes"}))
    await database.door.append([broken])
    await settle(reactor)
    assert len(await database.rows("SELECT 1 FROM react.hold")) == 1

    day = repair(1, ref, [{"op": "replace", "path": "/day", "value": "2026-03-02"}])
    came = repair(2, ref, [{"op": "replace", "path": "/came", "value": True}])
    await database.door.append([came, day])
    await settle(reactor)

    assert await database.days(ref) == {2: True}
    assert await database.rows("SELECT 1 FROM react.hold") == []


async def test_a_repair_that_was_taken_back_mends_nothing(database: Database) -> None:
    ref, reactor = await database.person(), await database.reactor()
    wrong = repair(1, ref, [{"op": "replace", "path": "/came", "value": False}])
    await database.door.append([visit(1, 2, True, ref), wrong])
    await settle(reactor)
    assert await database.days(ref) == {2: False}

    await database.door.append([stated(9, RETRACTED, ref, {"id": "x1", "reason": "error"}, ORGANISER)])
    await settle(reactor)
    assert await database.days(ref) == {2: True}


async def test_the_same_decision_again_gets_its_receipt_though_she_has_newer_facts_by_now(database: Database) -> None:
    ref = await database.person()
    decided = [visit(1, 2, True, ref)]
    (first,) = await database.door.append(decided, {ref: 0})
    await database.door.append([visit(2, 3, True, ref)])
    (again,) = await database.door.append(decided, {ref: 0})

    assert (again.seq, again.replayed) == (first.seq, True)
    with pytest.raises(Conflict):
        await database.door.append([visit(3, 4, True, ref)], {ref: 0})
    with pytest.raises(Conflict):  # decide again comes before the id that means something else
        await database.door.append([visit(1, 5, True, ref)], {ref: 0})


async def test_who_was_erased_is_told_so_before_anybody_is_told_to_decide_again(database: Database) -> None:
    ref = await database.person()
    await database.door.append([visit(1, 2, True, ref)])
    await persons.erase(database.operator, ref)

    with pytest.raises(Refused) as caught:
        await database.door.append([visit(3, 4, True, ref)], {ref: 0})
    assert caught.value.status == 410


async def test_the_reason_of_a_withdrawal_is_the_correction_though_newer_facts_put_it_off(database: Database) -> None:
    ref, reactor = await database.person(), await database.reactor()
    await database.door.append([visit(1, 2, False, ref), visit(2, 3, False, ref)])
    await database.at(NOON)
    await settle(reactor)
    await database.door.append([visit(3, 3, True, ref, corrects="v2")])
    await database.door.append([visit(4, 4, True, ref)])
    lane, head = next((lane, h) for lane, h in (await reactor.heads(range(33))).items() if h.head > h.seq)
    await reactor.catch_up(lane, head.head - 1, limit=1)
    assert await database.told(ref) == ["visits.missed"]

    await settle(reactor)
    assert await database.told(ref) == ["visits.missed", "finding.withdrawn"]
    assert await reason_of(database, ref) == "corrected"


async def test_what_is_concluded_bears_the_time_of_the_fact_that_led_to_it(database: Database) -> None:
    ref, reactor = await database.person(), await database.reactor()
    await database.at(NOON)
    recorded = NOON + timedelta(hours=2, minutes=10)
    late = replace(visit(2, 3, False, ref), recorded=recorded)
    await database.door.append([visit(1, 2, False, ref), late])
    await settle(reactor)

    (row,) = await database.rows("SELECT time, recorded FROM journal.fact WHERE type LIKE '%visits.missed%'")
    assert (row["time"], row["recorded"]) == (recorded, recorded)


async def test_policy_of_a_kind_that_nobody_here_hears_stops_no_lane(database: Database) -> None:
    ref, journal = await database.person(), await database.journal("referrals")
    decoder = Decoder(
        Catalogue({VisitRecorded.meta.type: VisitRecorded}, ["visits.missed"]), journal.keys, journal.instance.operator
    )
    await database.door.append(
        [stated(1, "fi.polku.policy.of_tomorrow.v7", None, {"anything": "new"}), visit(1, 2, True, ref)]
    )
    for _ in range(2):
        await settle(Reactor(journal, domain.units, decoder, ruleset=1, fans_out=True))

    assert await database.days(ref) == {2: True}
    assert len(await database.rows("SELECT 1 FROM journal.fact WHERE type LIKE '%reference.changed%'")) == 32
