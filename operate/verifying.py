"""Verifies a whole instance: in this process, or a share of the lanes in each of several."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, fields
from multiprocessing import get_context

from kernel.decode import Decoder
from kernel.pg_journal import connect
from kernel.processor import PROCESSORS, full_catalogue
from kernel.settings import Settings
from kernel.verify import NAMED, Report, Verifier
from operate import options
from operate.processors import rule_set_of, units_of
from operate.verify_kept import verify_kept

MANY = 50_000
"""Facts from which on it pays to start another process."""

PERSONS = """
    SELECT count(*) FROM journal.person  -- lane 0 holds organisations; who was merged has another reference
     WHERE lane = ANY($1) AND lane > 0 AND merged_into IS NULL AND erased IS NULL"""


@dataclass(slots=True)
class Verified(Report):
    """What a verification of a whole instance found; `persons` are those that it knows, each once."""

    persons: int = 0


async def verify(settings: Settings, progress: bool, processes: int | None = None) -> Verified:
    """Verify every processor of a running instance; without a number one process, or two where there is much."""
    lanes, facts = await _size(settings)
    count = processes or (min(2, os.cpu_count() or 1) if facts > MANY else 1)
    shares = [range(first, lanes, count) for first in range(count)]
    if count == 1:
        return await _share(settings, shares[0], progress)
    with ProcessPoolExecutor(count, mp_context=get_context("spawn")) as workers:
        loop = asyncio.get_running_loop()
        work = [loop.run_in_executor(workers, _alone, settings, share, progress) for share in shares]
        return merged(await asyncio.gather(*work))


def merged(reports: Sequence[Verified]) -> Verified:
    """What several found, as if one had."""
    whole = Verified()
    for name in (f.name for f in fields(Verified)):
        found = [getattr(r, name) for r in reports]
        setattr(whole, name, [x for many in found for x in many] if isinstance(found[0], list) else sum(found))
    whole.differences = whole.differences[:NAMED]
    return whole


def _alone(settings: Settings, lanes: Sequence[int], progress: bool) -> Verified:
    return asyncio.run(_share(settings, lanes, progress))


async def _share(settings: Settings, lanes: Sequence[int], progress: bool) -> Verified:
    """Verify some lanes; what lies in no lane is looked for by whoever has lane 0."""
    journal = await connect(settings, "polku_operator", size=3)
    report = Verified()

    def told(processor: str, lane: int) -> None:
        if progress and lane and lanes.index(lane) % 8 == 0:  # now and then, so that nobody thinks that it hangs
            options.tell(f"  {processor}: {lanes.index(lane)} of {len(lanes)} lanes", quiet=True)

    try:
        decoder = Decoder(full_catalogue(), journal.keys, journal.instance.operator)
        verifier = Verifier(journal, decoder, told)
        for lane in lanes:
            await verifier.lane(lane, report)
        for processor in PROCESSORS:
            if progress:
                options.tell(f"{processor} …", quiet=True)
            await verifier.processor(units_of(processor), report, rule_set_of(processor), lanes)
        report.persons = await journal.pool.fetchval(PERSONS, list(lanes))
        if 0 in lanes:
            await verify_kept(journal.pool, report)
    finally:
        await journal.close()
    return report


async def _size(settings: Settings) -> tuple[int, int]:
    journal = await connect(settings, "polku_operator", size=1)
    try:
        facts = await journal.pool.fetchval("SELECT sum(seq)::bigint FROM journal.lane")
        return journal.instance.lanes + 1, facts or 0
    finally:
        await journal.close()
