"""A view whose version has grown is filled anew by the workers themselves, beside what partners and people do."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import asyncpg
import structlog

from kernel.decode import Decoder
from kernel.errors import PolkuError
from kernel.generation import Generation
from kernel.lanes import Lanes
from kernel.pg_journal import PgJournal, connect
from kernel.rebuild import Rebuild
from kernel.rebuild_run import Manner, Run
from kernel.settings import Settings
from kernel.views import View

GENTLE = Manner(facts=500, together=1, rest=1.0)
"""Little at a time, and as long a rest: the loop is the one that reacts."""
PAUSE = 30.0
"""Seconds before what did not work is tried again: the database may not know the version yet, or a person may fail."""


async def renew(lanes: Lanes, settings: Settings) -> None:
    """Fill what is older than this code by one reading, and end when nothing is; the old version is read meanwhile.

    On connections of its own: at the switch all lanes wait for it, each with one of theirs.
    """
    views = list(lanes.reactor.units.views)
    while views:
        try:
            journal = await connect(settings, f"polku_{lanes.reactor.processor}", size=3)
        except PolkuError:
            await asyncio.sleep(PAUSE)
            continue
        try:
            left = await _renewed(lanes, journal, views)
        finally:
            await journal.close()
        views = [v for v in views if v.name in left]
        if views:
            await asyncio.sleep(PAUSE)


async def _renewed(lanes: Lanes, journal: PgJournal, views: Sequence[View]) -> set[str]:
    """Fill all that is older by one reading; answers what has to be tried once more."""
    reactor = lanes.reactor
    decoder = Decoder(reactor.decoder.catalogue, journal.keys, journal.instance.operator)
    rebuild = Rebuild(journal, reactor.units, decoder)
    log, opened = structlog.get_logger("rebuild"), list[Generation]()
    try:
        for view in views:
            active = [g for g in await rebuild.generations.every(view.name) if g.active]
            if active and active[0].version < view.version:
                log.info("rebuild_begins", view=view.name, version=view.version, from_version=active[0].version)
                opened.append(await rebuild.generations.open(view))
        reports = await Run(rebuild, opened, GENTLE).to_the_switch()
    except (PolkuError, asyncpg.PostgresError) as error:
        log.warning("rebuild_waits", reason=type(error).__name__)
        return {v.name for v in views}
    for report in reports:
        told = {"view": report.view, "version": report.version, "generation": report.generation}
        if report.switched:
            log.info("rebuild_done", **told, facts=report.facts, seconds=round(report.seconds, 1))
        else:
            log.error("rebuild_stopped", **told, failed=len(report.failed))
    return {r.view for r in reports if not r.switched}
