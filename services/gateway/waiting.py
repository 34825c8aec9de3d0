"""How long the door waits for an answer of the journal, and what becomes of one that comes too late."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any, TypeVar

from kernel.errors import Unavailable

T = TypeVar("T")

PATIENCE = 8.0
"""Seconds that a partner waits for the journal before it is told to come again."""

PATIENCE_OF_A_PROBE = 3.0
"""Seconds that whoever asks for readiness waits: those who ask have little patience themselves."""


async def soon(work: Awaitable[T], patience: float | None = None) -> T:
    """Wait for an answer of the journal as long as a partner may wait; Unavailable after that.

    The work is left to end by itself: to cancel a question to a frozen server takes as long as the question.
    """
    task = asyncio.ensure_future(work)
    if not await _settled(task, PATIENCE if patience is None else patience):
        task.add_done_callback(_forgotten)
        raise Unavailable("the journal does not answer in time")
    return task.result()


async def _settled(task: asyncio.Future[Any], seconds: float) -> bool:
    """Whether it ends in time; neither the time nor who waits ever ends it. `asyncio.wait` costs three times that."""
    if task.done():
        return True
    loop = asyncio.get_running_loop()
    ended = loop.create_future()

    def end(_: object = None) -> None:
        if not ended.done():
            ended.set_result(None)

    timer = loop.call_later(seconds, end)
    task.add_done_callback(end)
    try:
        await ended
    finally:
        timer.cancel()
        task.remove_done_callback(end)
    return task.done()


def _forgotten(task: asyncio.Future[T]) -> None:
    """Nobody waits any more, so nobody hears what became of it."""
    if not task.cancelled():
        task.exception()
