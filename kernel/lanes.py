"""Drives the lanes that a worker owns: drops repeats, heals gaps and lost tails, waits, and claims again."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Sequence

import structlog

from kernel import observe
from kernel.errors import Fenced, Unavailable
from kernel.react import Reactor
from kernel.settings import Settings
from kernel.stored import Stored

WATCH = 1.0
STILL = 2.0
"""Seconds that a checkpoint may stand still behind the head before the journal is read."""
LONGEST_WAIT = 5.0


class Lanes:
    """The lanes of one worker. One thing at a time happens in a lane; lanes do not wait for each other."""

    def __init__(self, reactor: Reactor, settings: Settings) -> None:
        self.reactor = reactor
        self._far = settings.far_behind
        self._locks: dict[int, asyncio.Lock] = {}
        self._eras: dict[int, str] = {}
        self._hints: dict[int, int | None] = {}
        self.moved = time.monotonic()
        self.lagging = False
        self._log = structlog.get_logger("lanes").bind(processor=reactor.processor)

    @property
    def owned(self) -> list[int]:
        """Lanes assigned to this worker, claimed or about to be."""
        return sorted(self._locks)

    async def assigned(self, lanes: Iterable[int]) -> dict[int, int | None]:
        """Take lanes over; answers where Kafka may go on in each (None: unknown)."""
        hints = {}
        for lane in lanes:
            self._locks.setdefault(lane, asyncio.Lock())
            async with self._locks[lane]:
                await self._patiently(lane)
            hints[lane] = self._hints.get(lane)
        return hints

    async def revoked(self, lanes: Iterable[int], patience: float = 3.0) -> None:
        """Give lanes up: wait a bounded time for what is under way, then forget, whatever happened to it."""
        for lane in list(lanes):
            lock = self._locks.pop(lane, None)
            if lock is None:
                continue
            try:
                await asyncio.wait_for(lock.acquire(), patience)
            except TimeoutError:
                self._log.warning("lane_given_up_in_flight", lane=lane)
            self.reactor.drop(lane)

    async def records(self, lane: int, batch: Sequence[tuple[str, Stored]], hint: int | None = None) -> None:
        """Apply records (era, row) of one lane as a carrier brought them: repeated, with gaps, of another era."""
        lock = self._locks.get(lane)
        if lock is None:
            return
        async with lock:
            await self._until_done(lane, batch, hint)

    async def _until_done(self, lane: int, batch: Sequence[tuple[str, Stored]], hint: int | None) -> None:
        wait = 0.05
        while lane in self._locks:
            try:
                if not self.reactor.owns(lane):
                    await self._claim(lane)
                await self._take(lane, batch, hint)
                return
            except Fenced as error:
                self._fenced(lane, error)
            except Unavailable as error:
                wait = await self._wait(lane, error, wait)

    async def _take(self, lane: int, batch: Sequence[tuple[str, Stored]], hint: int | None) -> None:
        position = self.reactor.position(lane)
        rows = [row for era, row in batch if era == self._eras[lane]]
        fresh = sorted({r.seq: r for r in rows if r.seq > position}.values(), key=lambda r: r.seq)
        if len(fresh) < len(batch):
            observe.dropped.labels(self.reactor.processor).inc(len(batch) - len(fresh))
        while fresh:
            position = self.reactor.position(lane)
            fresh = [r for r in fresh if r.seq > position]
            run = [r for i, r in enumerate(fresh) if r.seq == position + 1 + i]
            if run:
                await self.reactor.apply(lane, run, hint if len(run) == len(fresh) else None)
            elif fresh:
                observe.gaps.labels(self.reactor.processor).inc()
                await self.reactor.catch_up(lane, fresh[0].seq - 1)
            self.moved = time.monotonic()

    async def _claim(self, lane: int) -> None:
        claim = await self.reactor.claim(lane)
        self._eras[lane], self._hints[lane] = claim.era, claim.hint

    async def _patiently(self, lane: int) -> None:
        wait = 0.05
        while lane in self._locks:
            try:
                await self._claim(lane)
                return
            except (Fenced, Unavailable) as error:
                wait = await self._wait(lane, error, wait)

    def _fenced(self, lane: int, error: Exception) -> None:
        observe.fenced.labels(self.reactor.processor).inc()
        self._log.warning("lane_fenced", lane=lane, reason=str(error))
        self.reactor.drop(lane)

    async def _wait(self, lane: int, error: Exception, wait: float) -> float:
        """Back off; nothing is skipped while something does not serve."""
        if wait > 1:
            self._log.warning("lane_waits", lane=lane, reason=str(error))
        await asyncio.sleep(wait)
        return min(wait * 2, LONGEST_WAIT)

    async def watch(self) -> None:
        """Once a second: one query for all lanes; what was lost or taken shows there. Runs until cancelled."""
        while True:
            await asyncio.sleep(WATCH)
            try:
                await self.look()
            except Unavailable as error:
                self._log.warning("watch_waits", reason=str(error))

    async def look(self, still: float = STILL) -> None:
        """Compare every owned lane with what is stored, and read the journal where the carrier left something out."""
        heads = await self.reactor.heads(self.owned)
        self.lagging = any(h.head > h.seq for h in heads.values())
        for lane, head in heads.items():
            lock = self._locks.get(lane)
            if lock is None or lock.locked():
                continue
            async with lock:
                if not self.reactor.owns(lane):
                    await self._until_done(lane, (), None)
                elif self.reactor.believes(lane) != (head.era, head.rev):
                    await self._doubt(lane)
                elif head.head > head.seq and (head.age > still or head.head - head.seq > self._far):
                    await self._read_on(lane, head.head)

    async def _doubt(self, lane: int) -> None:
        """The number differs from what is believed; look again, since our own transaction may have ended meanwhile."""
        head = (await self.reactor.heads([lane])).get(lane)
        if head is None or not self.reactor.owns(lane) or self.reactor.believes(lane) != (head.era, head.rev):
            self._fenced(lane, Fenced("the checkpoint shows another owner"))
            await self._until_done(lane, (), None)

    async def _read_on(self, lane: int, head: int) -> None:
        observe.tails.labels(self.reactor.processor).inc()
        try:
            while lane in self._locks and self.reactor.position(lane) < head:
                await self.reactor.catch_up(lane, head)
                self.moved = time.monotonic()
        except Fenced as error:
            self._fenced(lane, error)  # claimed again by the next look

    async def read(self, lane: int, head: int) -> None:
        """Read one lane from the journal up to a head: the follower's own way."""
        lock = self._locks.get(lane)
        if lock is None:
            return
        async with lock:
            wait = 0.05
            while lane in self._locks:
                try:
                    if not self.reactor.owns(lane):
                        await self._claim(lane)
                    if self.reactor.position(lane) >= head:
                        return
                    await self.reactor.catch_up(lane, head)
                    self.moved = time.monotonic()
                except Fenced as error:
                    self._fenced(lane, error)
                except Unavailable as error:
                    wait = await self._wait(lane, error, wait)

    async def turns(self) -> None:
        """Take due wake-ups and releases, chunk by chunk. Runs until cancelled."""
        while True:
            busy = False
            for lane in self.owned:
                lock = self._locks.get(lane)
                if lock is None or lock.locked():
                    continue
                async with lock:
                    busy = await self._turn(lane) or busy
            await asyncio.sleep(0 if busy else 0.1)

    async def _turn(self, lane: int) -> bool:
        if not self.reactor.owns(lane):
            return False
        try:
            return await self.reactor.turn(lane)
        except Fenced as error:
            self._fenced(lane, error)
        except Unavailable as error:
            self._log.warning("turn_waits", lane=lane, reason=str(error))
        return False
