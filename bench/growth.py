"""Growth curves: what a new fact and a rebuild cost as histories grow, and as persons become many."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from bench.load import TODAY, WEEK, Load, append
from bench.measure import Bar, Contender, Result, compare
from bench.place import Place
from bench.reaction import LANES, settle
from kernel.clock import tell_time
from kernel.pg_journal import PgJournal, connect
from kernel.processor import reactor
from kernel.react import Reactor
from kernel.settings import Settings
from operate import rebuilding
from services.placements.app import RULE_SET
from services.placements.state import fold

VIEW = "attendance_calendar"
STEPS = (1, 10, 100)
PERSONS = 1_000
EACH = 10
"""Facts of each person where the number of persons grows."""
FLAT, ENOUGH = 1.5, 100_000


@dataclass(frozen=True, slots=True)
class Grown:
    """An installation with so much history, all of it worked in, and a worker that has its persons in memory."""

    settings: Settings
    door: PgJournal
    clock: PgJournal
    load: Load
    worker: Reactor


async def measure(place: Place, facts: int, rounds: int) -> Sequence[Result]:
    """Sizes up to fifty times `facts`: 10⁶ as it stands, 10⁷ with --facts 200000; and as many persons as a tenth.

    Persons begin a step lower, without being a bar's measure: what a batch costs hides there what a fact costs.
    """
    sizes = [facts * 50 // 100 * step for step in STEPS]
    histories = {f"{n:,} facts": (min(PERSONS, n // EACH), n) for n in sizes}
    persons = {f"{n // EACH:,} persons": (n // EACH, n) for n in (sizes[0] // 10, *sizes)}
    return [
        *await _curve(place, "growth_facts", histories, rounds, sizes[0]),
        *await _curve(place, "growth_persons", persons, rounds, sizes[0]),
    ]


async def _curve(
    place: Place, name: str, sizes: dict[str, tuple[int, int]], rounds: int, measure_from: int
) -> list[Result]:
    live, anew = dict[str, list[float]](), dict[str, list[float]]()
    for label, (persons, facts) in sizes.items():
        grown = await _grown(place, persons, facts)
        contenders = [Contender("live", partial(_live, grown)), Contender("anew", partial(_anew, grown))]
        found = await compare(label, "", contenders, rounds)
        live[label], anew[label] = found.figures["live"], found.figures["anew"]
        for journal in (grown.worker.journal, grown.door, grown.clock):
            await journal.close()
    first, last = next(label for label, (_, n) in sizes.items() if n >= measure_from), list(sizes)[-1]
    large = list(sizes.values())[-1][1] >= ENOUGH
    flat = (Bar(last, FLAT, first, most=True),) if large else ()
    notes = [] if large else [f"no bar: below {ENOUGH:,} facts what a batch costs hides what a fact costs"]
    return [
        Result(f"{name}_live", "µs of processor time a new fact", live, flat, notes),
        Result(f"{name}_rebuild", "µs of processor time a fact rebuilt", anew, flat, list(notes)),
    ]


async def _grown(place: Place, persons: int, facts: int) -> Grown:
    settings = await place.installation()
    door = await connect(settings, "polku_gateway", size=4)
    clock = await connect(settings, "polku_clock", size=2)
    days = max(1, (facts // persons - 3) * 7 // len(WEEK))
    load = await Load(persons, TODAY - timedelta(days=days)).people(door)
    await append(door, list(load.history()))
    await tell_time(clock)
    worker = await reactor(settings, "placements", fold, RULE_SET)
    await settle(worker)
    return Grown(settings, door, clock, load, worker)


async def _live(grown: Grown) -> float:
    """New days of a few hundred persons who are in memory, in facts of one day after another."""
    for lane in LANES:
        grown.worker.drop(lane)  # a rebuild before has raised the numbers of all lanes
    told = list(grown.load.some_days(5, 300))
    await append(grown.door, told[: len(told) // 5])
    await settle(grown.worker)  # whoever was not in memory is now
    await append(grown.door, told[len(told) // 5 :])
    begun = time.process_time()
    count = await settle(grown.worker)
    return (time.process_time() - begun) / count * 1e6


async def _anew(grown: Grown) -> float:
    async with rebuilding.opened(grown.settings, "placements") as rebuild:
        begun = time.process_time()
        (report,) = await rebuilding.fill(rebuild, [VIEW], lambda _: None, accept=False)
        if not report.switched:
            raise RuntimeError(f"{VIEW}: not switched, {report.differing} rows differ")
        return (time.process_time() - begun) / report.facts * 1e6
