"""Drives a rebuild of some views from its beginning to their switch; any number of processes may do so together."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, ParamSpec, TypeVar

import asyncpg
import structlog

from kernel.compare import Compared, Comparison
from kernel.errors import Again, Fenced, Unavailable
from kernel.generation import Filled, Generation
from kernel.pg_errors import translated
from kernel.rebuild import Rebuild
from kernel.switch import switch

P = ParamSpec("P")
T = TypeVar("T")

LEASE = 10.0
"""Seconds after which a lane that nobody moved may be taken from whoever had it; the fence decides, not the clock."""
LONGEST = 2.0
"""Seconds of the longest pause between two tries."""
FROZEN = 60.0
"""Seconds for which another process may compare before we do so as well."""
PATIENCE = 600.0
"""Seconds without any progress for which lanes that cannot be compared yet are waited for."""
FEW = 200
"""Facts of a lane in one step of following that are no longer worth another step before the switch."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How much at a time: facts of one step, steps side by side, and the rest after each as a multiple of its time."""

    facts: int = 5_000
    together: int = 2
    rest: float = 0.0


@dataclass(slots=True)
class Report:
    """What a rebuild of a view did. `differing` and `failed`: client refs, at most a hundred of each lane.

    `lanes` are compared with those that are read, as far as this process has done so: `compared` rows of them;
    `uncompared` lanes could not be when it looked last.
    """

    view: str
    generation: int
    version: int
    persons: int = 0
    facts: int = 0
    rows: int = 0
    seconds: float = 0.0
    lanes: int = 0
    uncompared: int = 0
    compared: int = 0
    differing: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    switched: bool = False
    dropped: bool = False

    @property
    def right(self) -> bool:
        """Nobody's rows differ from what was read before, all could be compared, and everybody could be folded."""
        return not (self.differing or self.failed or self.uncompared)


class Run:
    """One process's part in filling generations of views by one reading; `reports` tells meanwhile how far it is."""

    def __init__(self, rebuild: Rebuild, generations: Sequence[Generation], manner: Manner | None = None) -> None:
        self._rebuild, self._generations, self._moved = rebuild, rebuild.generations, 0.0
        self._manner, self._persons_a_step = manner or Manner(), 50
        self.left = {g.view: g for g in generations}
        """The generations that are neither switched to nor given up."""
        self.reports = [Report(g.view, g.number, g.version) for g in generations]
        self._compared: dict[str, dict[int, Compared]] = {g.view: {} for g in generations}

    async def to_the_switch(self, *, accept: bool = False) -> list[Report]:
        """Fill all and follow; then compare and switch one view after another, whatever becomes of the others.

        Without `accept` what differs is not switched to.
        """
        begun = self._moved = time.monotonic()
        pause = 0.05
        while self.left:
            before = len(self.left)
            await self._fill()
            await self._follow(self.left.values())
            for report in [r for r in self.reports if r.view in self.left]:
                if await self._ended(report, self.left[report.view], accept):
                    self._moved = time.monotonic()
                    report.seconds = self._moved - begun
                    del self.left[report.view]
            pause = min(2 * pause, LONGEST) if len(self.left) == before else 0.05
            await asyncio.sleep(pause if self.left else 0)
        return self.reports

    async def _ended(self, report: Report, generation: Generation, accept: bool) -> bool:
        """Bring one view to its end, unless another process is at it. False: it has to be tried once more."""
        report.uncompared = 0  # what could not be compared before may have been by another process
        try:
            async with self._alone(generation) as alone:
                if not await self._is_over(report, generation):
                    if not alone:
                        return False
                    await self._follow([generation])
                    compared = await self._compare(report, generation, accept)
                    await self._follow([generation])  # comparing takes long, and the switch waits for nobody far behind
                    await self._count(report, generation)
                    if not (accept or report.right):
                        return True
                    await switch(self._rebuild, generation, report.failed, compared)
        except (Again, Fenced, Unavailable, asyncpg.UndefinedTableError) as error:  # the last: dropped while compared
            structlog.get_logger("rebuild").info("switch_waits", view=report.view, reason=str(error))
            return False
        return await self._is_over(report, generation)

    async def _is_over(self, report: Report, generation: Generation) -> bool:
        """Whether it is read by now, or was and is kept, or was dropped."""
        every = await _patient(self._generations.every, generation.view)
        now = next((g for g in every if g.number == generation.number), None)
        report.dropped, report.switched = now is None, now is not None and (now.active or now.kept > generation.kept)
        if report.switched:
            await self._count(report, generation)
            for old in [g for g in every if g.kept][:-1]:  # of those that nobody reads only the last is kept
                with suppress(asyncpg.InvalidParameterValueError):  # another process has dropped it
                    await _patient(self._generations.drop, old)
        return report.dropped or report.switched

    @asynccontextmanager
    async def _alone(self, generation: Generation) -> AsyncIterator[bool]:
        """Whether nobody else compares it. That spares work, and nothing depends on it: who seems frozen is passed."""
        name = ("rebuild", f"{generation.view} {generation.number}")
        with translated():
            async with self._rebuild.journal.pool.acquire() as connection:
                mine = await connection.fetchval("SELECT pg_try_advisory_lock(hashtext($1), hashtext($2))", *name)
                try:
                    yield mine or time.monotonic() - self._moved > FROZEN
                finally:
                    if mine:
                        await connection.execute("SELECT pg_advisory_unlock(hashtext($1), hashtext($2))", *name)

    # --- filling

    async def _fill(self) -> None:
        """Fill lanes until all are filled, by us or by others."""
        await _together(self._manner.together, lambda: self._fill_lanes(list(self.left.values())))

    async def _fill_lanes(self, generations: Sequence[Generation]) -> None:
        while True:
            lanes = await _patient(self._generations.claim, generations, LEASE)
            if not lanes:
                if all(at.filled for at in await _patient(self._generations.lanes, generations)):
                    return
                self._moved = time.monotonic()
                await asyncio.sleep(0.2)
            try:
                while lanes:  # those that stand at one place go together; who is ahead is waited for
                    place = min(at.place for at in lanes)
                    moved = await self._step([at for at in lanes if at.place == place])
                    lanes = [at for at in (*moved, *(a for a in lanes if a.place != place)) if not at.filled]
            except Fenced:
                continue

    async def _step(self, lanes: Sequence[Filled]) -> list[Filled]:
        begun, most = time.monotonic(), self._persons_a_step
        after, facts = await _patient(self._rebuild.fill, lanes, most)
        self._persons_a_step = max(1, min(2_000, most * self._manner.facts // max(facts, self._manner.facts // 4, 1)))
        self._moved = time.monotonic()
        if self._manner.rest:
            await asyncio.sleep(self._manner.rest * (time.monotonic() - begun))
        return after

    # --- coming up to the live lanes

    async def _follow(self, generations: Iterable[Generation]) -> None:
        """Follow every lane until one whole look finds hardly anything left."""
        every = await _patient(self._generations.lanes, list(generations))
        for _, some in groupby(every, lambda at: at.lane):
            lanes = {at.of.view: at for at in some if at.filled}
            while lanes:
                try:
                    moved = await _patient(self._rebuild.follow, list(lanes.values()))
                except Fenced:
                    break
                lanes = {at.of.view: at for at in moved if at.filled and at.seq - lanes[at.of.view].seq >= FEW}

    async def _count(self, report: Report, generation: Generation) -> None:
        found = await _patient(self._generations.progress, [generation])
        report.persons, report.facts, report.rows = found["persons"], found["facts"], found["rows"]
        report.failed = sorted(found["failed"] or ())

    async def _compare(self, report: Report, generation: Generation, accept: bool) -> dict[int, int]:
        """Compare with what is read now, if it is of the same version: lanes that were not, or that policy moved since.

        Answers as far as which fact of each lane. Again while lanes cannot be compared that are worth waiting for.
        """
        old = next(g for g in await _patient(self._generations.every, generation.view) if g.active)
        done, moves = self._compared[generation.view], self._rebuild.refold.policy_moves
        comparison = Comparison(self._rebuild, old, generation)
        for at in await _patient(self._generations.lanes, [generation]):
            if at.lane in done and await moves(at.of.view, at.lane, done[at.lane].seq, at.seq):
                del done[at.lane]
        same = old.version == generation.version and old.number != generation.number
        lanes = iter([n for n in range(self._rebuild.journal.instance.lanes + 1) if same and n not in done])

        async def some() -> None:
            for lane in lanes:
                if compared := await _patient(comparison.lane, lane):
                    done[lane], self._moved = compared, time.monotonic()
                else:
                    report.uncompared += 1
                report.lanes, report.compared = len(done), sum(c.rows for c in done.values())
                report.differing = [ref for c in done.values() for ref in c.differing]

        await _together(self._manner.together, some)
        if report.uncompared and not (accept or report.differing) and time.monotonic() - self._moved < PATIENCE:
            raise Again(f"{report.uncompared} lanes cannot be compared yet")
        return {lane: compared.seq for lane, compared in done.items()}


async def _together(count: int, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Do this so many times side by side. The first error ends all of them, and is raised as it is."""
    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(count):
                group.create_task(work())
    except ExceptionGroup as errors:
        raise errors.exceptions[0] from errors


async def _patient(work: Callable[P, Awaitable[T]], *args: P.args, **named: P.kwargs) -> T:
    """Wait out a database that does not serve or that is busy; nothing is skipped."""
    pause = 0.05
    while True:
        try:
            return await work(*args, **named)
        except (Again, Unavailable) as error:
            structlog.get_logger("rebuild").info("rebuild_waits", reason=str(error))
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST)
