"""Drives the lanes that a worker owns: drops repeats, heals gaps and lost tails, waits, and claims again."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import partial

import structlog

from kernel import observe, tally
from kernel.errors import Again, Fenced, Unavailable
from kernel.pace import Endings, Pace, Standstill, Turns
from kernel.pg_lane import Head
from kernel.react import Reactor
from kernel.settings import Settings
from kernel.stored import Stored, dense_after

WATCH = 1.0
SLICE = 1.0
"""Seconds that one look may spend on reading on in a lane, so that the other lanes are looked at as well."""
SWEEP = 5.0
"""Seconds between looks at wake-ups and releases in lanes where nothing happened: a release may come from outside."""
MOST = 2_000
TOGETHER = 4
"""Lanes in which something is under way at once: enough to wait for the database, few enough that none takes long."""

Record = tuple[str, Stored]
"""(era, row) as a carrier brought it."""


class Lanes:
    """The lanes of one worker. One thing at a time happens in a lane; lanes do not wait for each other.

    Nothing here has to be right about ownership: the number in the checkpoint decides, and a lane that lost it is
    claimed again. `beat` grows while no lane stands still behind its head for an unknown reason.
    """

    def __init__(self, reactor: Reactor, settings: Settings) -> None:
        self.reactor = reactor
        self.beat = 0
        self._far = settings.far_behind
        self._mine: set[int] = set()
        self._locks: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._eras: dict[int, str] = {}
        self._hints: dict[int, int | None] = {}
        self._loose: set[int] = set()
        self._uncarried: set[int] = set()
        self._restless: set[int] = set()
        self._pace, self._standstill, self._endings = Pace(), Standstill(), Endings()
        self._turns = Turns(TOGETHER, self._standstill)
        self._log = structlog.get_logger("lanes").bind(processor=reactor.processor)

    @property
    def owned(self) -> list[int]:
        """Lanes assigned to this worker, claimed or about to be."""
        return sorted(self._mine)

    # --- coming and going

    async def assigned(self, lanes: Iterable[int], patience: float = 5.0) -> dict[int, int | None]:
        """Take lanes over; answers where Kafka may go on in each (None: unknown).

        What cannot be claimed within `patience` seconds is claimed later: a rebalance must not wait.
        """
        taken = list(lanes)
        self._mine.update(taken)
        self._loose.difference_update(taken)
        await self._endings.wait([self._try(lane, _nothing, moves=False) for lane in taken], patience)
        return {lane: self._hints.get(lane) if self.reactor.owns(lane) else None for lane in taken}

    async def loosened(self, lanes: Iterable[int], patience: float = 3.0) -> None:
        """The carrier took lanes away, perhaps to give them back: go on until somebody else has claimed them.

        So a rebalance that takes long, or that gives a lane to nobody, does not stop the work.
        """
        self._loose |= self._mine.intersection(lanes)
        await self._endings.wait([self._quiet(lane) for lane in self._loose], patience)

    async def revoked(self, lanes: Iterable[int], patience: float = 3.0) -> None:
        """Give lanes up: wait a bounded time for what is under way; what takes longer is forgotten when it ends."""
        given = self._mine.intersection(lanes)
        self._mine -= given
        await self._endings.wait([self._quiet(lane) for lane in given], patience)

    async def _quiet(self, lane: int) -> None:
        async with self._locks[lane]:
            if lane not in self._mine:
                self._forget(lane)

    def _forget(self, lane: int) -> None:
        self.reactor.drop(lane)
        for known in (self._mine, self._loose, self._restless, self._uncarried):
            known.discard(lane)
        self._standstill.over(lane)
        self._pace.went_well(lane)

    # --- what carriers bring

    def starts_late(self, lane: int) -> None:
        """A carrier will not bring what lies between the position and now: the next look reads it."""
        self._uncarried.add(lane)

    async def records(self, lane: int, batch: Sequence[Record], hint: int | None = None) -> None:
        """Apply records of one lane as a carrier brought them: repeated, with gaps, of another era.

        `hint` is the carrier's offset after the batch. Returns when all is applied or the lane is gone.
        """
        step = partial(self._take, lane, batch, hint)
        while lane in self._mine and not await self._try(lane, step):  # noqa: ASYNC110 - a wait with back-off
            await asyncio.sleep(self._pace.pause(lane))

    async def read(self, lane: int, head: int) -> None:
        """Read one lane from the journal up to a head, the follower's own way; one try, within the lane's pace."""
        if self._pace.allows(lane):
            await self._try(lane, partial(self._read_to, lane, head, None))

    async def _try(self, lane: int, step: Callable[[], Awaitable[None]], *, moves: bool = True) -> bool:
        """One try at a claimed lane under its lock; True when it worked. What failed is paced, nothing is skipped.

        Only a step that moves the position shows that a lane is well again; claiming and turning do not.
        """
        async with self._locks[lane], self._turns.of(lane):
            if lane not in self._mine:
                return False
            try:
                if not self.reactor.owns(lane):
                    await self._claim(lane)
                await step()
            except Fenced as error:
                if lane in self._loose:
                    self._log.info("lane_went_over", lane=lane)
                    self._forget(lane)
                    return False
                observe.fenced.labels(self.reactor.processor).inc()
                self.reactor.drop(lane)
                self._pace.failed(lane, known=False)
                self._log.warning("lane_fenced", lane=lane, reason=str(error))
            except (Unavailable, Again) as error:
                if self._pace.failed(lane, known=True):
                    self._log.warning("lane_waits", lane=lane, reason=str(error))
            else:
                if moves:
                    self._pace.went_well(lane)
                return True
            return False

    async def _claim(self, lane: int) -> None:
        claim = await self.reactor.claim(lane)
        self._eras[lane], self._hints[lane] = claim.era, claim.hint
        self._restless.add(lane)

    async def _take(self, lane: int, batch: Sequence[Record], hint: int | None) -> None:
        rows = {row.seq: row for era, row in batch if era == self._eras[lane] and row.lane == lane}
        last, applied = max(rows, default=0), 0
        while lane in self._mine and (position := self.reactor.position(lane)) < last:
            run = dense_after(rows, position, MOST)
            if run:
                told = hint if run[-1].seq == last else None
                await self.reactor.apply(lane, run, told)
                self._hints[lane] = told or self._hints.get(lane)
                self._restless.add(lane)
                applied += len(run)
            else:
                observe.gaps.labels(self.reactor.processor).inc()
                await self._read_to(lane, min(seq for seq in rows if seq > position) - 1, None)
        if applied < len(batch):
            tally.repeated(self.reactor.processor, len(batch) - applied)

    async def _read_to(self, lane: int, head: int, seconds: float | None) -> None:
        """Apply from the journal as far as `head`, for at most so many seconds (None: as long as it takes)."""
        end = time.monotonic() + seconds if seconds is not None else float("inf")
        while lane in self._mine and (position := self.reactor.position(lane)) < head and time.monotonic() < end:
            if await self.reactor.catch_up(lane, head) == position:
                raise Unavailable(f"the journal has nothing after {position}, though {head} is known of")
            self._restless.add(lane)

    async def beside(self, lane: int, step: Callable[[int], Awaitable[None]]) -> None:
        """One step of background work in a lane in which nothing else is under way; else another time."""
        if lane in self._able({lane}):
            await self._try(lane, partial(step, lane), moves=False)

    # --- what nobody brings

    async def watch(self) -> None:
        """Look once a second until cancelled."""
        while True:
            await asyncio.sleep(WATCH)
            await self.look()

    async def look(self) -> None:
        """One query for all lanes: claim what is not claimed, give up what was taken, read what was not carried."""
        try:
            heads = await self.reactor.heads(self.owned)
        except (Unavailable, Again) as error:
            self.beat += 1  # the reason is known: nothing hangs
            self._log.warning("watch_waits", reason=str(error))
            return
        now = time.monotonic()
        if not any(
            self._standstill.hangs(lane, head, now) and not self._pace.knows_why(lane) for lane, head in heads.items()
        ):
            self.beat += 1
        await asyncio.gather(*(self._examine(lane, heads.get(lane), now) for lane in self._able(self._mine)))

    def _able(self, lanes: set[int]) -> list[int]:
        """Lanes in which nothing is under way and nothing is waited for."""
        return [lane for lane in lanes if not self._locks[lane].locked() and self._pace.allows(lane)]

    async def _examine(self, lane: int, head: Head | None, now: float) -> None:
        if not self.reactor.owns(lane):
            await self._try(lane, _nothing, moves=False)
        elif head is None or self.reactor.believes(lane) != (head.era, head.rev):
            await self._try(lane, partial(self._doubt, lane), moves=False)
        elif lane in self._uncarried or head.head - head.seq > self._far:
            await self._try(lane, partial(self._read_to, lane, head.head, SLICE))
            if self.reactor.owns(lane) and self.reactor.position(lane) >= head.head:
                self._uncarried.discard(lane)
        elif self._standstill.lasts(lane, head, now):
            observe.tails.labels(self.reactor.processor).inc()
            await self._try(lane, partial(self._read_to, lane, head.head, SLICE))

    async def _doubt(self, lane: int) -> None:
        """The number is not what is believed: look again under the lock, since we may have raised it ourselves."""
        head = (await self.reactor.heads([lane])).get(lane)
        if head is None or self.reactor.believes(lane) != (head.era, head.rev):
            raise Fenced("the checkpoint shows another owner")

    async def turns(self) -> None:
        """Take due wake-ups and releases, chunk by chunk, until cancelled."""
        swept = time.monotonic()
        while True:
            if time.monotonic() - swept > SWEEP:
                self._restless |= self._mine
                swept = time.monotonic()
            able = self._able(self._restless & self._mine)
            await asyncio.gather(*(self._try(lane, partial(self._turn, lane), moves=False) for lane in able))
            await asyncio.sleep(0 if self._restless.intersection(able) else 0.05)

    async def _turn(self, lane: int) -> None:
        if not await self.reactor.turn(lane):
            self._restless.discard(lane)


async def _nothing() -> None:
    """Claiming was all that was wanted."""
