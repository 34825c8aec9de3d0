"""One writer per process: what waits goes into one append, and each request gets its own answer."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

import structlog

from kernel.errors import Refused, Unavailable
from kernel.journal import MAX_BATCH, Journal, NewFact, Receipt


@dataclass(slots=True)
class _Waiting:
    facts: Sequence[NewFact]
    answer: asyncio.Future[list[Receipt]]


class Writer:
    """Coalesces appends. A request's facts are stored together or not at all, and never split."""

    def __init__(self, journal: Journal, most_waiting: int = 10_000) -> None:
        self._journal, self._most = journal, most_waiting
        self._queue: list[_Waiting] = []
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._waiting = 0

    def start(self) -> None:
        """Begin to write; must be called inside the running loop."""
        self._task = asyncio.create_task(self._run())
        self._task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        """An error that nobody foresaw fails what it met, not the door: the writer goes on with the rest."""
        if not task.cancelled() and (error := task.exception()) is not None:
            structlog.get_logger("writer").error("append_failed", error=type(error).__name__)
            self.start()

    async def stop(self) -> None:
        """Answer what still waits with Unavailable and end."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        for waiting in self._queue:
            if not waiting.answer.done():
                waiting.answer.set_exception(Unavailable("the door is closing"))

    def state(self, facts: Sequence[NewFact]) -> asyncio.Future[list[Receipt]]:
        """Store facts (at most 500); in the end their receipts in order, or what `Journal.append` raises."""
        if len(facts) > MAX_BATCH:
            raise ValueError(f"a batch holds at most {MAX_BATCH} facts")
        answer: asyncio.Future[list[Receipt]] = asyncio.get_running_loop().create_future()
        if self._waiting + len(facts) > self._most:
            answer.set_exception(Unavailable("too many facts are waiting"))
            return answer
        self._waiting += len(facts)
        self._queue.append(_Waiting(facts, answer))
        self._wake.set()
        return answer

    async def _run(self) -> None:
        while True:
            await self._wake.wait()
            batch: list[_Waiting] = []
            size = 0
            while self._queue and (not batch or size + len(self._queue[0].facts) <= MAX_BATCH):
                batch.append(self._queue.pop(0))
                size += len(batch[-1].facts)
            if not self._queue:
                self._wake.clear()
            try:
                await self._write([w for w in batch if not w.answer.done()])
            finally:
                self._waiting -= size
                for waiting in batch:
                    _fail(waiting, Unavailable("the append was not finished"))

    async def _write(self, batch: Sequence[_Waiting]) -> None:
        """One append for all; a refused request fails alone and the rest goes again."""
        left = list(batch)
        while left:
            try:
                receipts = await self._journal.append([f for w in left for f in w.facts])
            except Refused as refused:
                culprit, start = _culprit(left, refused)
                _fail(culprit, _moved(refused, start))
                left.remove(culprit)
            except Unavailable as error:
                for waiting in left:
                    _fail(waiting, error)
                return
            else:
                _answer(left, receipts)
                return


def _culprit(left: Sequence[_Waiting], refused: Refused) -> tuple[_Waiting, int]:
    """The request that the first problem's pointer `/<index>/…` points into, and where it begins."""
    index, start = int(refused.problems[0].pointer.split("/", 2)[1]), 0
    for waiting in left:
        if index < start + len(waiting.facts):
            return waiting, start
        start += len(waiting.facts)
    return left[-1], start - len(left[-1].facts)


def _moved(refused: Refused, start: int) -> Refused:
    """The same refusal with pointers that count from the request's own first fact."""
    problems = []
    for problem in refused.problems:
        _, index, *rest = problem.pointer.split("/", 2)
        problems.append(replace(problem, pointer="/".join(("", str(int(index) - start), *rest))))
    return Refused(refused.status, problems, refused.title)


def _fail(waiting: _Waiting, error: Exception) -> None:
    if not waiting.answer.done():
        waiting.answer.set_exception(error)


def _answer(batch: Sequence[_Waiting], receipts: Sequence[Receipt]) -> None:
    at = 0
    for waiting in batch:
        if not waiting.answer.done():
            waiting.answer.set_result(list(receipts[at : at + len(waiting.facts)]))
        at += len(waiting.facts)
