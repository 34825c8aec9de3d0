"""What `polku rebuild` does with the generations of views: find, fill, go back, drop."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict
from typing import Any

from kernel.decode import Decoder
from kernel.errors import Again, Unavailable
from kernel.generation import Generation
from kernel.pg_journal import PgJournal, connect
from kernel.processor import PROCESSORS, every_view, full_catalogue
from kernel.rebuild import Rebuild
from kernel.rebuild_run import Manner, Report, Run
from kernel.settings import Settings
from operate.errors import OperateError
from operate.processors import units_of
from operate.rebuild_progress import Tell, progress

TRIES = 10


def processor_of(view: str) -> str:
    """Whose view it is. OperateError names those that there are."""
    found = {v.name: p for p, v in every_view()}
    if view not in found:
        raise OperateError(f"VIEW: there is no view {view}; there are {', '.join(sorted(found))}")
    return found[view]


Begun = Sequence[tuple[str, int]]
"""Views, and the number of the generation of each that is to be filled."""


async def begin(settings: Settings, views: Sequence[str]) -> Begun:
    """The generations to fill, made where none was begun. Once, before several share them: who comes late would else
    begin the next ones, when these are read already.
    """
    found: list[tuple[str, int]] = []
    for processor in PROCESSORS:
        if mine := [v for v in views if processor_of(v) == processor]:
            async with opened(settings, processor) as rebuild:
                found += [(v, (await rebuild.generations.open(rebuild.views[v])).number) for v in mine]
    return found


async def anew(settings: Settings, begun: Begun, tell: Tell, *, accept: bool = False) -> list[Report]:
    """Fill these generations: those of one processor by one reading of its facts, one processor after the other.

    No others: one that is read by now, or dropped, is told of as such.
    """
    reports: list[Report] = []
    for processor in PROCESSORS:
        if mine := [(v, number) for v, number in begun if processor_of(v) == processor]:
            async with opened(settings, processor) as rebuild:
                reports += await told(rebuild, Run(rebuild, await _numbered(rebuild, mine)), tell, accept=accept)
    return reports


async def _numbered(rebuild: Rebuild, begun: Begun) -> list[Generation]:
    """As they are while they are filled. OperateError when other code has begun one."""
    found: list[Generation] = []
    for view, number in begun:
        version = rebuild.views[view].version
        for other in await rebuild.generations.every(view):
            if other.number == number and other.version != version:
                raise OperateError(
                    f"{view}: generation {number} is of version {other.version}, this code fills {version}"
                )
        found.append(Generation(view, number, version, active=False, kept=False))
    return found


@asynccontextmanager
async def opened(settings: Settings, processor: str) -> AsyncIterator[Rebuild]:
    """Everything that fills views of one processor, in the database role of its service."""
    gc.set_threshold(100_000, 20, 100)  # what one step makes lives as long as the step, and holds no circles
    journal = await connect(settings, f"polku_{processor}", size=4)
    try:
        yield rebuild_of(journal, processor)
    finally:
        await journal.close()


def rebuild_of(journal: PgJournal, processor: str) -> Rebuild:
    """The same on a journal that is open already."""
    decoder = Decoder(full_catalogue(), journal.keys, journal.instance.operator)
    return Rebuild(journal, units_of(processor), decoder)


async def fill(
    rebuild: Rebuild, views: Sequence[str], tell: Tell, *, accept: bool, manner: Manner | None = None
) -> list[Report]:
    """Fill new generations of these views by one reading, or those begun before, and switch to them."""
    opened = [await rebuild.generations.open(rebuild.views[view]) for view in views]
    return await told(rebuild, Run(rebuild, opened, manner), tell, accept=accept)


async def back(rebuild: Rebuild, view: str, tell: Tell, *, accept: bool) -> list[Report]:
    """Bring the kept generation up to date and switch to it. OperateError: none is kept, or of another version."""
    return await told(rebuild, Run(rebuild, [await kept(rebuild, view)]), tell, accept=accept)


async def told(rebuild: Rebuild, run: Run, tell: Tell, *, accept: bool) -> list[Report]:
    """Run to the switch, and tell about once a second how far it is."""
    telling = asyncio.create_task(progress(rebuild, run, tell))
    try:
        return await run.to_the_switch(accept=accept)
    finally:
        telling.cancel()


async def kept(rebuild: Rebuild, view: str) -> Generation:
    """The generation that was read before. OperateError as `back`."""
    version = rebuild.views[view].version
    every = [g for g in await rebuild.generations.every(view) if g.kept]
    if not every:
        raise OperateError(f"{view}: no generation is kept")
    if every[-1].version != version:
        raise OperateError(
            f"{view}: generation {every[-1].number} is of version {every[-1].version}, this code fills version "
            f"{version}; run the code of that version and rebuild"
        )
    return every[-1]


async def droppable(rebuild: Rebuild, view: str, number: int | None) -> list[Generation]:
    """The generations that nobody reads: all, or the one named. OperateError when it is read or not there."""
    every = await rebuild.generations.every(view)
    if number is None:
        return [g for g in every if not g.active]
    found = [g for g in every if g.number == number]
    if not found or found[0].active:
        why = "it is the one that is read" if found else "there is no such generation"
        raise OperateError(f"{view} {number}: {why}")
    return found


async def drop(rebuild: Rebuild, generations: list[Generation]) -> None:
    """Throw generations away."""
    for generation in generations:
        for attempt in range(TRIES):
            try:
                await rebuild.generations.drop(generation)
                break
            except Again:
                if attempt == TRIES - 1:
                    raise Unavailable(f"{generation.table} is being read all the time") from None


async def plan(rebuild: Rebuild, view: str) -> dict[str, Any]:
    """What a rebuild would have to do; nothing is changed."""
    every, version = await rebuild.generations.every(view), rebuild.views[view].version
    begun = [g for g in every if not g.active and not g.kept and g.version == version]
    row = await rebuild.journal.pool.fetchrow(
        """SELECT (SELECT count(*) FROM journal.person WHERE erased IS NULL) AS persons,
                  (SELECT coalesce(sum(seq), 0)::bigint FROM react.checkpoint WHERE processor = $1) AS facts""",
        rebuild.processor,
    )
    return {
        "view": view,
        "version": version,
        "generations": [asdict(g) for g in every],
        "would_fill": begun[-1].number if begun else max(g.number for g in every) + 1,
        "goes_on": bool(begun),
        "persons": row["persons"],
        "facts_at_most": row["facts"],
    }


def document(report: Report) -> dict[str, Any]:
    """A report as JSON."""
    rate = round(report.facts / report.seconds) if report.seconds else 0
    return {**asdict(report), "seconds": round(report.seconds, 3), "facts_per_second": rate}
