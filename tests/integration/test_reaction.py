"""The reaction on a real PostgreSQL: raised, withdrawn, raised again; fenced; one person waits and nobody else."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from kernel import persons
from kernel.decode import Decoder
from kernel.errors import Fenced, Unavailable
from kernel.facts import lane_of
from kernel.journal import MERGED
from kernel.person import Units
from kernel.pg_reaction import PgReaction
from kernel.plan import Plan
from kernel.processor import full_catalogue
from kernel.verify import Report, Verifier
from services.referrals.views import relations
from tests.cluster import ORGANISER, SITE, Database, settle, stated, visit
from tests.sample import domain

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
RETRACTED = "fi.polku.fact.retracted.v1"


async def verified(database: Database) -> None:
    journal = await database.journal("operator")
    catalogue = full_catalogue()
    catalogue.events[domain.VisitRecorded.meta.type] = domain.VisitRecorded
    catalogue.newest["visit.recorded"] = domain.VisitRecorded
    catalogue.concluded |= {"visits.missed"}
    verifier = Verifier(journal, Decoder(catalogue, journal.keys, journal.instance.operator))
    units = Units.of("referrals", domain.fold, [domain.rule], [relations.view, domain.view])
    report = Report()
    await verifier.lanes(report)
    await verifier.processor(units, report)
    assert report.right, report.differences


async def test_two_missed_days_are_raised_withdrawn_by_a_correction_and_raised_again(database: Database) -> None:
    ref, reactor = await database.person(), await database.reactor()
    await database.door.append([visit(1, 2, False, ref), visit(2, 3, False, ref)])
    await database.at(datetime(2026, 3, 3, 12, tzinfo=UTC))
    await settle(reactor)
    assert await database.told(ref) == []

    await database.at(NOON)
    await settle(reactor)
    assert await database.told(ref) == ["visits.missed"]

    await database.door.append([visit(3, 3, True, ref, corrects="v2")])
    await settle(reactor)
    assert await database.told(ref) == ["visits.missed", "finding.withdrawn"]
    assert await database.days(ref) == {2: False, 3: True}

    await database.door.append([stated(1, RETRACTED, ref, {"id": "v3", "reason": "other"})])
    await settle(reactor)
    assert await database.told(ref) == ["visits.missed", "finding.withdrawn", "visits.missed"]
    await verified(database)


async def test_the_same_batch_again_changes_nothing(database: Database) -> None:
    ref, reactor = await database.person(), await database.reactor()
    batch = [visit(1, 2, False, ref), visit(2, 3, False, ref)]
    await database.at(NOON)
    for _ in range(2):
        await database.door.append(batch)
        await settle(reactor)

    assert await database.told(ref) == ["visits.missed"]
    assert len(await database.rows("SELECT 1 FROM journal.fact WHERE type LIKE '%visit.recorded%'")) == 2


async def test_a_restart_at_any_time_tells_nothing_twice(database: Database) -> None:
    ref = await database.person()
    await database.door.append([visit(1, 2, False, ref), visit(2, 3, False, ref)])
    await database.at(NOON)
    for _ in range(3):
        await settle(await database.reactor())

    assert await database.told(ref) == ["visits.missed"]
    await verified(database)


async def test_a_person_whose_fact_cannot_be_applied_waits_and_the_others_do_not(database: Database) -> None:
    ref, reactor = await database.person("a"), await database.reactor()
    others = [await database.person(f"o{n}") for n in range(5)]
    await database.door.append(
        [
            visit(1, 2, False, ref, weight=666),
            visit(2, 3, False, ref),
            *(visit(10 + n, 2, True, o) for n, o in enumerate(others)),
        ]
    )
    await settle(reactor)

    (hold,) = await database.rows("SELECT * FROM react.hold")
    assert (str(hold["subject"]), hold["id"], hold["cause"], hold["pointer"]) == (
        ref,
        "v1",
        "unit_failed",
        "ValueError",
    )
    assert await database.days(ref) == {}
    assert [await database.days(o) for o in others] == [{2: True}] * 5

    await database.door.append([stated(1, RETRACTED, ref, {"id": "v1", "reason": "error"})])
    await settle(reactor)
    assert await database.rows("SELECT 1 FROM react.hold") == []
    assert await database.days(ref) == {3: False}


async def test_what_the_database_cannot_store_makes_only_that_person_wait(database: Database) -> None:
    ref, other, reactor = await database.person("a"), await database.person("b"), await database.reactor()
    await database.door.append([visit(1, 2, True, ref, weight=2**40), visit(2, 2, True, other)])
    await settle(reactor)

    (hold,) = await database.rows("SELECT subject::text, cause FROM react.hold")
    assert (hold["subject"], hold["cause"]) == (ref, "database")
    assert await database.days(other) == {2: True}


async def test_after_the_mend_everything_that_waited_is_applied_in_order(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref = await database.person()
    await database.door.append([visit(1, 2, False, ref, weight=666), visit(2, 3, False, ref)])
    await database.at(NOON)
    await settle(await database.reactor())
    assert len(await database.rows("SELECT 1 FROM react.hold")) == 1

    def mended(state: domain.State, fact: object) -> None:
        state.days[fact.data.day] = fact.data.came  # type: ignore[attr-defined]  # a visit

    fold = domain.fold.__class__(domain.State, mended, domain.fold.listens)  # the new code
    monkeypatch.setattr(domain, "fold", fold)
    await settle(await database.reactor())

    assert await database.rows("SELECT 1 FROM react.hold") == []
    assert await database.days(ref) == {2: False, 3: False}
    assert await database.told(ref) == ["visits.missed"]


async def test_a_worker_that_lost_its_lane_writes_nothing(database: Database) -> None:
    ref = await database.person()
    lane = lane_of(ref, 32)
    slow, quick = await database.reactor(), await database.reactor()
    await slow.claim(lane)
    await database.door.append([visit(1, 2, True, ref)])
    await settle(quick)

    with pytest.raises(Fenced):
        await slow.apply(lane, await database.door.read(lane, slow.position(lane), 10))

    assert not slow.owns(lane)
    assert len(await database.rows("SELECT 1 FROM view.visit_log_g1")) == 1


async def test_a_wake_up_prepared_by_a_worker_that_then_lost_its_lane_is_fenced(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref = await database.person()
    lane = lane_of(ref, 32)
    await database.door.append([visit(1, 2, False, ref), visit(2, 3, False, ref)])
    frozen, successor = await database.reactor(), await database.reactor()
    await settle(frozen)
    await database.at(NOON)
    await frozen.catch_up(lane, 10**9)
    commit = PgReaction.commit

    async def freezes_first(self: PgReaction, plan: Plan, era: str, rev: int) -> None:
        monkeypatch.setattr(PgReaction, "commit", commit)
        await database.door.append([visit(3, 3, True, ref, corrects="v2")])
        await settle(successor)
        await commit(self, plan, era, rev)

    monkeypatch.setattr(PgReaction, "commit", freezes_first)
    with pytest.raises(Fenced):
        await frozen.turn(lane)

    assert "visits.missed" not in await database.told(ref)
    await verified(database)


async def test_a_worker_with_older_rules_leaves_the_lane_to_the_newer_one(database: Database) -> None:
    newer, older = await database.reactor(ruleset=2), await database.reactor(ruleset=1)
    await newer.claim(5)

    with pytest.raises(Unavailable, match="newer rule set"):
        await older.claim(5)


async def test_newer_facts_of_a_person_leave_the_conclusion_to_a_wake_up(database: Database) -> None:
    ref = await database.person()
    lane = lane_of(ref, 32)
    await database.door.append([visit(1, 2, False, ref), visit(2, 3, False, ref)])
    await database.at(NOON)
    await database.door.append([visit(3, 3, True, ref, corrects="v2")])
    reactor = await database.reactor()
    await reactor.claim(lane)

    head = (await reactor.heads([lane]))[lane].head
    await reactor.catch_up(lane, head - 1)
    assert await database.told(ref) == []
    assert len(await database.rows("SELECT 1 FROM react.wakeup WHERE due < '2000-01-01'")) == 1

    await settle(reactor)
    assert await database.told(ref) == []
    await verified(database)


async def test_a_merge_moves_rows_and_keeps_what_was_raised(database: Database) -> None:
    old, new, reactor = await database.person("a"), await database.person("b"), await database.reactor()
    await database.door.append([visit(1, 2, False, old), visit(2, 3, False, old), visit(3, 5, True, new)])
    await database.at(NOON)
    await settle(reactor)
    assert await database.told(old) == ["visits.missed"]

    await database.door.append(
        [stated(1, MERGED, new, {"old_ref": old, "new_ref": new, "reason": "same_person", "approver": "lead"})]
    )
    await settle(reactor)

    assert await database.days(old) == {}
    assert await database.days(new) == {2: False, 3: False, 5: True}
    assert await database.told(new) == []
    await database.door.append([visit(4, 3, True, old, corrects="v2")])
    await settle(reactor)
    assert await database.told(new) == ["finding.withdrawn"]
    await verified(database)


async def test_an_erasure_takes_rows_wake_ups_and_holds_with_it(database: Database) -> None:
    ref, held, reactor = await database.person("a"), await database.person("b"), await database.reactor()
    await database.door.append([visit(1, 2, False, ref), visit(2, 3, False, ref), visit(3, 2, True, held, weight=666)])
    await settle(reactor)
    assert len(await database.rows("SELECT 1 FROM react.wakeup")) == 1

    for person in (ref, held):
        await persons.erase(database.operator, person)
    await settle(reactor)

    for table in ("view.visit_log_g1", "view.relations_g1", "react.wakeup", "react.hold"):
        assert await database.rows(f"SELECT 1 FROM {table}") == [], table
    await verified(database)


async def test_new_parameters_reach_every_lane_and_change_what_is_open(database: Database) -> None:
    refs, reactor = [await database.person(f"p{n}") for n in range(6)], await database.reactor()
    await database.door.append([visit(n * 10 + d, d, False, r) for n, r in enumerate(refs) for d in (2, 3)])
    await database.at(NOON)
    await settle(reactor)
    assert [await database.told(r) for r in refs] == [["visits.missed"]] * 6

    params = {"rule": "V-1", "params": {"count": 3}, "scope": {}, "valid_from": "2026-01-01", "basis": "local"}
    await database.door.append([stated(1, "fi.polku.rule_parameters.set.v1", None, params, org=ORGANISER)])
    await settle(reactor)

    assert [await database.told(r) for r in refs] == [["visits.missed", "finding.withdrawn"]] * 6
    assert len(await database.rows("SELECT 1 FROM journal.fact WHERE type LIKE '%reference.changed%'")) == 32
    await verified(database)


async def test_relations_come_and_go_with_the_facts_that_made_them(database: Database) -> None:
    ref, reactor = await database.person(), await database.reactor()
    await database.door.append([visit(1, 2, True, ref)])
    await settle(reactor)
    rows = await database.rows("SELECT org, relation FROM view.relations_g1")
    assert [(r["org"], r["relation"]) for r in rows] == [(SITE, "stated")]


async def test_whoever_was_forgotten_for_want_of_room_is_read_again_and_nothing_differs(database: Database) -> None:
    ref, reactor = await database.person(), await database.reactor()
    reactor.remembers = 0
    await database.at(NOON)
    for number, came in ((1, False), (2, False), (3, True)):
        await database.door.append([visit(number, number + 1, came, ref)])
        await settle(reactor)
        assert reactor._owned[lane_of(ref, 32)].persons == {}
    assert await database.told(ref) == ["visits.missed"]

    await database.door.append([stated(1, RETRACTED, ref, {"id": "v1", "reason": "other"})])
    await settle(reactor)
    assert await database.told(ref) == ["visits.missed", "finding.withdrawn"]
    assert await database.days(ref) == {3: False, 4: True}
    await verified(database)
