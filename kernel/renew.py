"""A view whose version has grown is filled anew by the workers themselves, beside what partners and people do."""

from __future__ import annotations

import asyncio

import asyncpg
import structlog

from kernel.decode import Decoder
from kernel.errors import PolkuError
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
    """Fill what is older than this code, view by view, and end when nothing is; the old version is read meanwhile.

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
            while views and await _renewed(lanes, journal, views[0]):
                views.pop(0)
        finally:
            await journal.close()
        if views:
            await asyncio.sleep(PAUSE)


async def _renewed(lanes: Lanes, journal: PgJournal, view: View) -> bool:
    reactor = lanes.reactor
    decoder = Decoder(reactor.decoder.catalogue, journal.keys, journal.instance.operator)
    rebuild = Rebuild(journal, reactor.units, decoder, view.name)
    log = structlog.get_logger("rebuild").bind(view=view.name, version=view.version)
    try:
        active = [g for g in await rebuild.generations.every() if g.active]
        if not active or active[0].version >= view.version:
            return True
        log.info("rebuild_begins", from_version=active[0].version)
        report = await Run(rebuild, await rebuild.generations.open(), GENTLE).to_the_switch()
    except (PolkuError, asyncpg.PostgresError) as error:
        log.warning("rebuild_waits", reason=type(error).__name__)
        return False
    if report.switched:
        log.info("rebuild_done", generation=report.generation, facts=report.facts, seconds=round(report.seconds, 1))
    else:
        log.error("rebuild_stopped", generation=report.generation, failed=len(report.failed))
    return report.switched
