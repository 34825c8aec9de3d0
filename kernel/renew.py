"""A view whose version has grown is filled anew by the workers themselves, beside what partners and people do."""

from __future__ import annotations

import asyncio

import asyncpg
import structlog

from kernel.errors import PolkuError
from kernel.lanes import Lanes
from kernel.rebuild import Rebuild
from kernel.rebuild_run import Manner, Run
from kernel.views import View

GENTLE = Manner(facts=500, together=1, rest=1.0)
"""Little at a time, and as long a rest: the loop is the one that reacts."""
PAUSE = 30.0
"""Seconds before what did not work is tried again: the database may not know the version yet, or a person may fail."""


async def renew(lanes: Lanes) -> None:
    """Fill what is older than this code, view by view, and end when nothing is; the old version is read meanwhile."""
    for view in lanes.reactor.units.views:
        while not await _renewed(lanes, view):  # noqa: ASYNC110 - a pause between tries
            await asyncio.sleep(PAUSE)


async def _renewed(lanes: Lanes, view: View) -> bool:
    reactor = lanes.reactor
    rebuild = Rebuild(reactor.journal, reactor.units, reactor.decoder, view.name)
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
