"""A rebuild of a view of the tiny domain, as several tests drive it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from kernel.decode import Catalogue, Decoder
from kernel.discover import events
from kernel.facts import Event
from kernel.generation import Generation
from kernel.person import Units
from kernel.react import Reactor
from kernel.rebuild import Rebuild
from kernel.rebuild_run import Report, Run
from kernel.views import View
from services.referrals.views import relations
from tests.cluster import Database, visit
from tests.sample import domain

NOON = datetime(2026, 3, 6, 12, tzinfo=UTC)


def decoder_of(journal: Any) -> Decoder:
    known: dict[str, type[Event]] = {**events("schemas"), domain.VisitRecorded.meta.type: domain.VisitRecorded}
    return Decoder(Catalogue(known, ["visits.missed"]), journal.keys, journal.instance.operator)


async def rebuild(database: Database, log: View = domain.view) -> Rebuild:
    """A process that fills the visit log, or the relations beside it."""
    journal = await database.journal("referrals")
    units = Units.of("referrals", domain.fold, [domain.rule], [relations.view, log])
    return Rebuild(journal, units, decoder_of(journal))


async def begun(work: Rebuild, log: View = domain.view) -> Generation:
    """The generation of the visit log to fill."""
    return await work.generations.open(log)


async def begun_both(work: Rebuild) -> list[Generation]:
    """Those of the visit log and of the relations, to be filled by one reading."""
    return [await begun(work, view) for view in work.views.values()]


async def run(database: Database, *, accept: bool = False) -> Report:
    """A whole rebuild by one process."""
    work = await rebuild(database)
    (report,) = await Run(work, [await begun(work)]).to_the_switch(accept=accept)
    return report


async def visitors(database: Database, count: int, days: tuple[int, ...] = (2, 3, 4)) -> list[str]:
    """So many persons with a visit on each of these days; that of the n-th on day d is called v<100 n + d>."""
    refs = [await database.person(f"p{n}") for n in range(count)]
    await database.door.append([visit(100 * n + d, d, d != 3, ref) for n, ref in enumerate(refs) for d in days])
    await database.at(NOON)
    return refs


async def claimed(reactor: Reactor) -> Reactor:
    """The same worker after it was fenced: every lane claimed again."""
    for lane in range(33):
        await reactor.claim(lane)
    return reactor


async def table(database: Database, generation: int, view: str = "visit_log") -> list[dict[str, Any]]:
    """What a generation of the visit log holds, or of another view."""
    rows = await database.rows(f"SELECT * FROM view.{view}_g{generation} v ORDER BY v::text")
    return [dict(r) for r in rows]
