"""A journal and checkpoints in memory, and a reactor over them that only records: for the contract of the tails."""

from __future__ import annotations

import asyncio
import inspect
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any
from uuid import uuid4

from kernel.errors import Fenced, Unavailable
from kernel.pg_lane import Claim, Head
from kernel.stored import Stored

START = datetime(2026, 3, 2, 8, tzinfo=UTC)


def row(lane: int, seq: int, text: str = "") -> Stored:
    """Some stored fact at a place."""
    return Stored(
        lane=lane,
        seq=seq,
        source="urn:polku:1710128-9:s",
        id=f"{lane}-{seq}{text}",
        type="fi.polku.visit.recorded.v1",
        subject="11111111-1111-4111-8111-111111111111",
        stated=None,
        time=START,
        recorded=START + timedelta(seconds=seq),
        appended=START,
        corrects=None,
        org_type="workshop",
        attributes={"traceparent": "00-1-1-01"},
        key=7,
        data=b"\x00\xff" + text.encode(),
        digest=f"{lane}-{seq}".encode(),
    )


@dataclass(slots=True)
class Checkpoint:
    """As in the database."""

    era: str
    rev: int = 0
    seq: int = 0
    hint: int | None = None
    moved: float = field(default_factory=monotonic)


class Book:
    """What all workers of one processor share. `applied` holds what transactions really committed, in order."""

    def __init__(self, lanes: int = 4) -> None:
        self.era = str(uuid4())
        self.lanes = range(lanes)
        self.rows: dict[int, list[Stored]] = {lane: [] for lane in self.lanes}
        self.checkpoints: dict[int, Checkpoint] = {}
        self.applied: defaultdict[int, list[int]] = defaultdict(list)
        self.from_journal = 0
        self.down = False
        self.refused: set[int] = set()

    def append(self, lane: int, count: int = 1) -> list[Stored]:
        """More facts at the end of a lane."""
        head = len(self.rows[lane])
        new = [row(lane, head + n + 1) for n in range(count)]
        self.rows[lane] += new
        return new

    def claim(self, lane: int) -> Claim:
        """Raise the number."""
        self.serves()
        at = self.checkpoints.setdefault(lane, Checkpoint(self.era))
        at.rev += 1
        return Claim(at.era, at.rev, at.seq, at.hint)

    def restore(self) -> None:
        """A new era, as after a restore."""
        self.era = str(uuid4())
        for at in self.checkpoints.values():
            at.era = self.era

    def serves(self) -> None:
        """Raise when the database is away."""
        if self.down:
            raise Unavailable("the database does not serve")

    def done(self) -> bool:
        """Whether everything was applied."""
        return all(self.applied[lane] == [r.seq for r in self.rows[lane]] for lane in self.lanes)


class RecordingReactor:
    """The methods of `kernel.react.Reactor` that tails use, with the same promises."""

    def __init__(self, book: Book, processor: str = "recorded") -> None:
        self.book, self.processor = book, processor
        self._owned: dict[int, Claim] = {}
        self.batches: list[tuple[int, int]] = []
        self.hints: dict[int, int | None] = {}
        self.open = asyncio.Event()
        self.open.set()
        self.entered = asyncio.Event()
        self.due: defaultdict[int, int] = defaultdict(int)

    async def claim(self, lane: int) -> Claim:
        self._owned.pop(lane, None)
        await asyncio.sleep(0)
        self._owned[lane] = claim = self.book.claim(lane)
        return claim

    def drop(self, lane: int) -> None:
        self._owned.pop(lane, None)

    def owns(self, lane: int) -> bool:
        return lane in self._owned

    def position(self, lane: int) -> int:
        return self._owned[lane].seq

    def believes(self, lane: int) -> tuple[str, int]:
        return self._owned[lane].era, self._owned[lane].rev

    async def heads(self, lanes: Sequence[int]) -> dict[int, Head]:
        self.book.serves()
        found = {}
        for lane in lanes:
            at = self.book.checkpoints.get(lane)
            if at:
                found[lane] = Head(len(self.book.rows[lane]), at.era, at.rev, at.seq, monotonic() - at.moved)
        return found

    async def catch_up(self, lane: int, upto: int, limit: int = 2_000) -> int:
        after = self.position(lane)
        rows = self.book.rows[lane][after : min(upto, after + limit)]
        if rows:
            self.book.from_journal += len(rows)
            await self.apply(lane, rows)
        return self.position(lane)

    async def apply(self, lane: int, rows: Sequence[Stored], hint: int | None = None) -> None:
        owned = self._owned[lane]
        try:
            self.entered.set()
            await self.open.wait()
            await asyncio.sleep(0)
            self.book.serves()
            if lane in self.book.refused:
                raise Unavailable("unknown version")
            self._commit(lane, owned, rows, hint)
        except BaseException:
            self.drop(lane)
            raise

    def _commit(self, lane: int, owned: Claim, rows: Sequence[Stored], hint: int | None) -> None:
        at = self.book.checkpoints[lane]
        assert [r.seq for r in rows] == list(range(owned.seq + 1, owned.seq + 1 + len(rows)))
        assert all(r == self.book.rows[lane][r.seq - 1] for r in rows)
        if (at.era, at.rev) != (owned.era, owned.rev):
            raise Fenced(f"lane {lane}")
        at.rev, at.seq, at.hint, at.moved = at.rev + 1, rows[-1].seq, hint or at.hint, monotonic()
        self.book.applied[lane] += [r.seq for r in rows]
        self.batches.append((lane, len(rows)))
        self.hints[lane] = hint
        self._owned[lane] = Claim(at.era, at.rev, at.seq, at.hint)

    async def turn(self, lane: int) -> bool:
        self.book.serves()
        if self.due[lane]:
            self.due[lane] -= 1
        return self.due[lane] > 0


async def until(condition: Callable[[], Any], seconds: float = 60.0, what: str = "it did not happen") -> None:
    """Wait for a condition, which may be async; AssertionError after so many seconds."""
    try:
        async with asyncio.timeout(seconds):
            while not (await found if inspect.isawaitable(found := condition()) else found):  # noqa: ASYNC110 - any condition
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise AssertionError(what) from None
