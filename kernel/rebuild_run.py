"""Drives one rebuild from its beginning to the switch; any number of processes may do so together."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, ParamSpec, TypeVar

import structlog

from kernel.compare import Comparison
from kernel.errors import Again, Fenced, Unavailable
from kernel.generation import Filled, Generation
from kernel.rebuild import Rebuild
from kernel.switch import switch

P = ParamSpec("P")
T = TypeVar("T")

LEASE = 10.0
"""Seconds after which a lane that nobody moved may be taken from whoever had it; the fence decides, not the clock."""
LONGEST = 2.0
"""Seconds of the longest pause between two tries."""
WINDOW = 10.0
"""Seconds over which the rate is taken."""

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
    """What a rebuild did. `differing` and `failed`: client refs, at most a hundred of each lane."""

    view: str
    generation: int
    version: int
    persons: int = 0
    facts: int = 0
    rows: int = 0
    seconds: float = 0.0
    compared: int = 0
    differing: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    switched: bool = False

    @property
    def right(self) -> bool:
        """Nobody's rows differ from what was read before, and everybody could be folded."""
        return not (self.differing or self.failed)


class Run:
    """One process's part in filling a generation. `tell` is called about once a second with the progress."""

    def __init__(
        self,
        rebuild: Rebuild,
        generation: Generation,
        manner: Manner | None = None,
        tell: Callable[[dict[str, Any]], None] | None = None,
    ) -> None:
        self._rebuild, self._generation, self._generations = rebuild, generation, rebuild.generations
        self._manner, self._tell = manner or Manner(), tell
        self._persons_a_step = 50
        self.report = Report(generation.view, generation.number, generation.version)

    async def to_the_switch(self, *, accept: bool = False) -> Report:
        """Fill, follow, compare and switch; without `accept` what differs is not switched to.

        Unavailable when the generation was dropped meanwhile.
        """
        begun = time.monotonic()
        pause = 0.05
        while not await self._is_read():
            await self._fill()
            await self._follow()
            if not await self._settled(accept=accept):
                break
            try:
                await switch(self._rebuild, self._generation)
            except (Again, Fenced, Unavailable) as error:
                structlog.get_logger("rebuild").info("switch_waits", view=self.report.view, reason=str(error))
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST)
        self.report.seconds = time.monotonic() - begun
        if self.report.switched:
            await self._keep_one()
        return self.report

    async def _is_read(self) -> bool:
        found = [g for g in await _patient(self._generations.every) if g.number == self._generation.number]
        if not found:
            raise Unavailable(f"generation {self._generation.number} of {self._generation.view} was dropped")
        self.report.switched = found[0].active
        return found[0].active

    # --- filling

    async def _fill(self) -> None:
        """Fill lanes until all are filled, by us or by others."""
        async with asyncio.TaskGroup() as group:
            telling = group.create_task(self._say())
            await asyncio.gather(*(self._fill_lanes() for _ in range(self._manner.together)))
            telling.cancel()

    async def _fill_lanes(self) -> None:
        while not await self._all_filled():
            lane = await _patient(self._generations.claim, self._generation, LEASE)
            if lane is None:
                await asyncio.sleep(0.2)
                continue
            try:
                while not lane.filled:
                    lane = await self._step(lane)
            except Fenced:
                continue

    async def _step(self, lane: Filled) -> Filled:
        begun, most = time.monotonic(), self._persons_a_step
        after, facts = await _patient(self._rebuild.fill, self._generation, lane, most)
        self._persons_a_step = max(1, min(2_000, most * self._manner.facts // max(facts, self._manner.facts // 4, 1)))
        if self._manner.rest:
            await asyncio.sleep(self._manner.rest * (time.monotonic() - begun))
        return after

    async def _all_filled(self) -> bool:
        return all(lane.filled for lane in await _patient(self._generations.lanes, self._generation))

    async def _say(self) -> None:
        """Progress, with a rate over the last seconds, until cancelled."""
        seen: deque[tuple[float, int, int]] = deque()
        while self._tell is not None:
            found = await _patient(self._generations.progress, self._generation)
            now = (time.monotonic(), found["persons"], found["facts"])
            seen.append(now)
            while len(seen) > 2 and now[0] - seen[0][0] > WINDOW:
                seen.popleft()
            took = max(now[0] - seen[0][0], 1e-9)
            left, pace = found["total"] - now[1], (now[1] - seen[0][1]) / took
            self._tell(
                {
                    **{name: found[name] for name in ("filled", "lanes", "persons", "total", "facts", "rows")},
                    "rate": round((now[2] - seen[0][2]) / took),
                    "eta_seconds": round(left / pace) if pace > 0 else None,
                }
            )
            await asyncio.sleep(1)

    # --- coming up to the live lanes

    async def _follow(self) -> None:
        """Follow every lane until one whole look finds hardly anything left."""
        for lane in await _patient(self._generations.lanes, self._generation):
            now, before = lane, None
            while now.filled and now is not before:
                before = now
                try:
                    now = await _patient(self._rebuild.follow, self._generation, before)
                except Fenced:
                    break
                if now.seq - before.seq < FEW:
                    break

    async def _settled(self, *, accept: bool) -> bool:
        """Count, and compare with what is read now. False: it is not to be switched to."""
        found = await _patient(self._generations.progress, self._generation)
        report = self.report
        report.persons, report.facts, report.rows = found["persons"], found["facts"], found["rows"]
        report.failed = sorted(found["failed"] or ())
        await self._compare()
        return accept or report.right

    async def _compare(self) -> None:
        old = next(g for g in await _patient(self._generations.every) if g.active)
        self.report.differing, self.report.compared = [], 0
        if old.version != self._generation.version or old.number == self._generation.number:
            return
        comparison = Comparison(
            self._rebuild.journal.pool, self._rebuild.processor, self._rebuild.view, old, self._generation
        )
        for lane in range(self._rebuild.journal.instance.lanes + 1):
            compared = await _patient(comparison.lane, lane)
            if compared is not None:
                self.report.compared += compared.rows
                self.report.differing += compared.differing

    async def _keep_one(self) -> None:
        """Of the generations that nobody reads only the one just replaced is kept."""
        others = [g for g in await _patient(self._generations.every) if g.kept]
        for old in others[:-1]:
            await _patient(self._generations.drop, old.number)


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
