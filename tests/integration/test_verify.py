"""The verification sees what is wrong, whatever it is, and is never alarmed by what merely goes on."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg

from kernel import persons
from kernel.decode import Catalogue, Decoder
from kernel.discover import events
from kernel.facts import Event, lane_of
from kernel.person import Units
from kernel.verify import Report, Verifier
from services.referrals.views import relations
from tests.cluster import Database, settle, visit
from tests.integration.test_sweep import worker
from tests.sample import domain

NOON = datetime(2026, 3, 6, 12, tzinfo=UTC)


async def verified(
    database: Database, rule: Any = domain.rule, ruleset: int | None = None, fold: Any = domain.fold
) -> Report:
    journal = await database.journal("operator")
    known: dict[str, type[Event]] = {**events("schemas"), domain.VisitRecorded.meta.type: domain.VisitRecorded}
    decoder = Decoder(Catalogue(known, ["visits.missed"]), journal.keys, journal.instance.operator)
    verifier, report = Verifier(journal, decoder), Report()
    await verifier.lanes(report)
    units = Units.of("referrals", fold, [rule], [relations.view, domain.view])
    await verifier.processor(units, report, ruleset)
    return report


async def quiet(database: Database, count: int = 3) -> list[str]:
    refs = [await database.person(f"p{n}") for n in range(count)]
    await database.door.append([visit(100 * n + d, d, False, ref) for n, ref in enumerate(refs) for d in (2, 3)])
    await database.at(NOON)
    await settle(await database.reactor())
    return refs


async def tampered(database: Database, sql: str, *values: object) -> Report:
    """What is found after somebody has changed the database by hand."""
    connection = await asyncpg.connect(database._superuser)
    await connection.execute(sql, *values)
    await connection.close()
    return await verified(database)


async def test_what_is_right_is_right_and_everybody_was_looked_at(database: Database) -> None:
    await quiet(database)
    report = await verified(database)

    assert report.right and report.differences == [] and report.pending == 0
    assert report.compared >= 3
    assert report.facts == (await database.rows("SELECT count(*) AS n FROM journal.fact"))[0]["n"]


async def test_a_row_that_somebody_changed_is_named(database: Database) -> None:
    ref, *_ = await quiet(database)
    report = await tampered(
        database,
        "UPDATE view.visit_log_g1 SET came = true WHERE subject = $1 AND day = $2",
        ref,
        datetime(2026, 3, 2).date(),
    )

    assert report.differences == [
        {"processor": "referrals", "client_ref": ref, "view": "visit_log", "what": "2026-03-02"}
    ]


async def test_a_row_of_nobody_is_named(database: Database) -> None:
    await quiet(database)
    nobody = "22222222-2222-4222-8222-222222222222"
    report = await tampered(
        database, "INSERT INTO view.visit_log_g1 (subject, day, came, weight) VALUES ($1, now(), true, 0)", nobody
    )

    assert [(d["client_ref"], d["what"]) for d in report.differences] == [(nobody, "nobody")]


async def test_a_lost_fact_is_counted(database: Database) -> None:
    ref, *_ = await quiet(database)
    report = await tampered(database, "DELETE FROM journal.fact WHERE lane = $1 AND seq = 1", lane_of(ref, 32))

    assert (report.lost, report.right) == (1, False)


async def test_a_finding_that_was_told_and_is_not_found_is_named(database: Database) -> None:
    ref, *_ = await quiet(database, 1)
    report = await verified(database, replace(domain.rule, params=domain.Missed(count=3)))

    assert [d["what"] for d in report.differences] == ["finding V-1 row"]
    assert report.differences[0]["client_ref"] == ref


async def test_whoever_cannot_be_folded_is_named_and_the_others_are_looked_at(database: Database) -> None:
    refs = await quiet(database)

    def fails(state: domain.State, fact: Any) -> None:
        if fact.subject == refs[0]:
            raise ZeroDivisionError
        domain.evolve(state, fact)

    report = await verified(database, fold=replace(domain.fold, evolve=fails))

    assert [(d["client_ref"], d["what"]) for d in report.differences] == [
        (refs[0], "cannot be folded: unit_failed ZeroDivisionError")
    ]
    assert report.compared >= 3


async def test_who_waits_or_was_erased_is_listed_and_no_difference(database: Database) -> None:
    held, erased, _ = await quiet(database)
    await database.door.append([visit(900, 5, True, held, weight=666)])
    await persons.erase(database.operator, erased)
    reactor = await database.reactor()
    await settle(reactor)
    report = await verified(database)

    assert report.right
    assert [h["client_ref"] for h in report.held] == [held]
    assert report.erased == [erased]


async def test_whom_a_sweep_has_not_reached_is_pending_and_not_differing(database: Database) -> None:
    refs = await quiet(database)
    stricter = replace(domain.rule, params=domain.Missed(count=3))
    newer = await worker(database, 2, stricter)
    for lane in range(33):
        await newer.claim(lane)

    during = await verified(database, stricter, 2)
    with_old_rules = await verified(database, domain.rule, 1)
    await settle(newer)
    after = await verified(database, stricter, 2)

    assert during.right and during.pending >= len(refs)
    assert with_old_rules.right and with_old_rules.pending >= len(refs)
    assert after.right and after.pending == 0


async def test_beside_live_traffic_there_is_no_false_alarm(database: Database) -> None:
    refs = await quiet(database, 6)
    reactor = await database.reactor()
    over = asyncio.Event()

    async def traffic() -> None:
        n, alive = 1000, list(refs)
        for hour in range(12):
            for ref in alive:
                n += 1
                await database.door.append([visit(n, 2 + n % 9, n % 3 == 0, ref)])
            if hour == 6:
                await persons.erase(database.operator, alive.pop())
            await database.at(NOON + timedelta(hours=3 * (hour + 1)))
            await settle(reactor)
        over.set()

    async def looking() -> list[Report]:
        reports = []
        while not over.is_set():
            reports.append(await verified(database))
        return reports

    reports, _ = await asyncio.gather(looking(), traffic())

    assert len(reports) >= 3
    assert [r.differences for r in reports if not r.right] == []
    assert (await verified(database)).right
