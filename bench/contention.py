"""One to four workers of one service share the lanes of a full topic: what each fact costs when others work beside."""

from __future__ import annotations

import statistics
from collections.abc import Awaitable, Callable, Sequence

from bench.measure import Bar, Contender, Result, compare
from bench.place import Place
from bench.plain_view import NUMBERS, Stage, prepared

BARS = (Bar(NUMBERS[3], 1.5, NUMBERS[0], most=True),)


async def measure(place: Place, facts: int, rounds: int) -> Sequence[Result]:
    """Facts a second, and the processor time of all workers for one fact; each lane is fenced and has one owner."""
    async with prepared(place, facts) as stage:
        contenders = [Contender(name, _with(stage, number)) for number, name in enumerate(NUMBERS, 1)]
        rates = await compare("contention", "facts/s", contenders, rounds)
    costs = Result("contention_cost", "µs of processor time a fact", dict(stage.used), BARS)
    for name in NUMBERS:
        beside = statistics.median(rates.figures[name]) / statistics.median(rates.figures[NUMBERS[0]])
        rates.notes.append(f"{name}: {beside:.2f} × the rate of one")
    return [rates, costs]


def _with(stage: Stage, workers: int) -> Callable[[], Awaitable[float]]:
    return lambda: stage.ours(workers)
