"""A view is filled anew beside the one that is read, compared with it, and takes its place."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from kernel.decode import Catalogue, Decoder
from kernel.discover import events
from kernel.errors import Fenced
from kernel.facts import Event
from kernel.person import Units
from kernel.rebuild import Rebuild
from kernel.rebuild_run import Report, Run
from services.referrals.views import relations
from tests.cluster import Database, settle, visit
from tests.sample import domain

NOON = datetime(2026, 3, 6, 12, tzinfo=UTC)


async def rebuild(database: Database, view: str = "visit_log") -> Rebuild:
    """A process that fills a view of the tiny domain."""
    journal = await database.journal("referrals")
    units = Units.of("referrals", domain.fold, [domain.rule], [relations.view, domain.view])
    known: dict[str, type[Event]] = {**events("schemas"), domain.VisitRecorded.meta.type: domain.VisitRecorded}
    decoder = Decoder(Catalogue(known, ["visits.missed"]), journal.keys, journal.instance.operator)
    return Rebuild(journal, units, decoder, view)


async def run(database: Database, view: str = "visit_log", *, accept: bool = False) -> Report:
    """A whole rebuild by one process."""
    work = await rebuild(database, view)
    return await Run(work, await work.generations.open()).to_the_switch(accept=accept)


async def visitors(database: Database, count: int, days: tuple[int, ...] = (2, 3, 4)) -> list[str]:
    """So many persons with a visit on each of these days."""
    refs = [await database.person(f"p{n}") for n in range(count)]
    await database.door.append([visit(100 * n + d, d, d != 3, ref) for n, ref in enumerate(refs) for d in days])
    await database.at(NOON)
    return refs


async def test_a_new_generation_says_the_same_and_takes_the_place_of_the_old_one(database: Database) -> None:
    await visitors(database, 40)
    await settle(reactor := await database.reactor())
    report = await run(database)
    await database.door.append([visit(1, 5, True, ref := await database.person("p1"))])
    with pytest.raises(Fenced):
        await settle(reactor)
    for lane in range(33):
        await reactor.claim(lane)
    await settle(reactor)

    assert (report.switched, report.differing, report.failed, report.rows, report.compared) == (True, [], [], 120, 120)
    assert len(await database.rows("SELECT FROM view.visit_log_g2")) == 121
    assert len(await database.rows("SELECT FROM view.visit_log WHERE subject = $1::uuid", ref)) == 4
