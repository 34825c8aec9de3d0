"""Tells schedules from beginning to end, and makes the failing ones short."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tests.memory import loop
from tests.schedules.oracle import check, verify
from tests.schedules.steps import Step, random_schedule, take
from tests.schedules.world import World


async def told(schedule: Sequence[Step]) -> list[str]:
    """What is wrong after a schedule; nothing is."""
    world = World()
    for step in schedule:
        await take(world, step)
    await world.settle()
    return check(world) + await verify(world)


def verdict(schedule: Sequence[Step]) -> list[str]:
    """The same from outside of any loop."""
    return loop.run(lambda: told(schedule))


def failing(schedule: Sequence[Step]) -> list[str]:
    """What is wrong, an error that ended the schedule included."""
    try:
        return verdict(schedule)
    except Exception as error:
        return [f"{type(error).__name__}: {error}"]


def shrunk(schedule: Sequence[Step], fails: Callable[[Sequence[Step]], object] = failing) -> list[Step]:
    """Leave steps out, then lower numbers, while it still fails."""
    steps = list(schedule)
    size = max(1, len(steps) // 2)
    while size:
        at = 0
        while at < len(steps):
            shorter = steps[:at] + steps[at + size :]
            if fails(shorter):
                steps = shorter
            else:
                at += size
        size //= 2
    for at, (kind, a, b) in enumerate(steps):
        for lower in [(kind, x, b) for x in range(a)] + [(kind, a, y) for y in range(b)]:
            if fails([*steps[:at], lower, *steps[at + 1 :]]):
                steps[at] = lower
                break
    return steps


def hunt(seeds: Sequence[int]) -> tuple[int, list[Step], list[str]]:
    """(seed, shortened schedule, what is wrong) of the first that fails; nothing wrong: (-1, [], [])."""
    for seed in seeds:
        schedule = random_schedule(seed)
        if failing(schedule):
            short = shrunk(schedule)
            return seed, short, failing(short)
    return -1, [], []
