"""A process that dies at a chosen await: nothing of it runs any more, and its connections are cut."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Generator
from contextlib import suppress
from typing import Any

import asyncpg

from kernel.errors import Again, Fenced, Unavailable


class Killed(BaseException):
    """Nobody may catch it: the process is gone."""


class Process:
    """Counts how often any of its tasks waits and dies at the n-th time: as it begins to wait, or as it is answered.

    What it waits for has been asked in both cases, and is carried out in the second (a COMMIT, above all).
    """

    def __init__(self, at: int, pool: asyncpg.Pool, *, answered: bool) -> None:
        self.waits, self.dead = 0, False
        self._at, self._pool, self._answered = at, pool, answered
        self._tasks: list[asyncio.Task[Any]] = []

    async def run(self, work: Coroutine[Any, Any, object]) -> None:
        """Do the work as far as it comes; all tasks that it makes belong to the process."""
        loop = asyncio.get_running_loop()
        before = loop.get_task_factory()
        loop.set_task_factory(self._task)
        try:
            with suppress(Killed, Unavailable, Again, Fenced):
                await loop.create_task(work)
        finally:
            loop.set_task_factory(before)
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def _task(self, loop: asyncio.AbstractEventLoop, work: Any, **named: Any) -> asyncio.Task[Any]:
        async def mortal() -> Any:
            return await _Mortal(self, work)

        task = asyncio.Task(mortal(), loop=loop, **named)
        self._tasks.append(task)
        return task

    def waited(self, *, answered: bool) -> bool:
        """Whether it is dead now that a task waits or is answered."""
        if not answered:
            self.waits += 1
        if not self.dead and self.waits == self._at and answered == self._answered:
            self.dead = True
            self._pool.terminate()
        return self.dead


class _Mortal:
    def __init__(self, process: Process, work: Any) -> None:
        self._process, self._work = process, work

    def __await__(self) -> Generator[Any, None, Any]:
        steps = self._work.__await__()
        error: BaseException | None = None
        while True:
            try:
                waited = steps.throw(error) if error else next(steps)
            except StopIteration as end:
                return end.value
            error = None
            if self._process.waited(answered=False):
                error = Killed()
                continue
            try:
                yield waited
            except BaseException as thrown:  # a failure or a cancellation is the work's own to deal with
                error = thrown
            if self._process.waited(answered=True):
                error = Killed()
