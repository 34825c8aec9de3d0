"""Runs a worker: its reactor, its lanes, and the carrier that the settings name."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import time
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from typing import Any, Protocol

import structlog
import uvloop

from kernel import observe
from kernel.beside import sweep, verify
from kernel.collect import collect_seldom
from kernel.errors import Unavailable
from kernel.lanes import Lanes
from kernel.react import Reactor
from kernel.renew import renew
from kernel.settings import Settings
from kernel.tail_journal import JournalTail

Build = Callable[[Settings], Awaitable[Reactor]]
Beside = Callable[[Settings], Coroutine[Any, Any, None]]

STUCK = 60
"""Seconds without a beat after which the process ends, for the supervisor to start it anew."""


class Tail(Protocol):
    """A carrier: brings what follows each position of the lanes that it assigns."""

    async def run(self) -> None:
        """Bring until cancelled, waiting out whatever does not serve."""
        ...


def run_worker(processor: str, build: Build, settings: Settings, *beside: Beside) -> None:
    """Run until SIGTERM or SIGINT; exit code 0 then. What runs `beside` the reactor ends with it."""
    observe.start(settings)
    if settings.carrier == "kafka":
        from kernel.tail_faust import KafkaTail, run_faust  # noqa: PLC0415 - Faust is loaded only where it carries

        tail = partial(KafkaTail, settings=settings)
        run_faust(processor, partial(work, processor, build, settings, tail, *beside), settings)
        return
    uvloop.run(_until_told(work(processor, build, settings, _journal_tail, *beside)))


async def work(
    processor: str, build: Build, settings: Settings, carrier: Callable[[Lanes], Tail], *beside: Beside
) -> None:
    """Everything that a worker does, until cancelled."""
    reactor = await _opened(processor, build, settings)
    collect_seldom()
    lanes = Lanes(reactor, settings)
    ended = threading.Event()
    threading.Thread(target=_watch_over, args=(lanes, ended), name="watchdog", daemon=True).start()
    try:
        async with asyncio.TaskGroup() as group:
            for part in (lanes.watch(), lanes.turns(), carrier(lanes).run(), sweep(lanes), verify(lanes)):
                group.create_task(part)
            group.create_task(renew(lanes, settings))
            for other in beside:
                group.create_task(other(settings))
    finally:
        ended.set()
        await lanes.revoked(lanes.owned)
        await reactor.journal.close()


async def _opened(processor: str, build: Build, settings: Settings) -> Reactor:
    """The reactor, as soon as the database serves."""
    while True:
        try:
            return await build(settings)
        except Unavailable as error:
            structlog.get_logger("worker").warning("worker_waits", processor=processor, reason=str(error))
            await asyncio.sleep(0.5)


def _journal_tail(lanes: Lanes) -> Tail:
    journal = lanes.reactor.journal
    return JournalTail(lanes, journal.pool, range(journal.instance.lanes + 1))


def _watch_over(lanes: Lanes, ended: threading.Event) -> None:
    """End the process when nothing has beaten for long: the loop hangs, or a lane stands still and nobody knows why.

    It counts its own ticks, so that a process that was stopped and goes on is not taken for one that hangs.
    """
    still, last = 0, lanes.beat
    while not ended.wait(1) and still < STUCK:
        still = still + 1 if lanes.beat == last else 0
        last = lanes.beat
    if still >= STUCK:
        structlog.get_logger("worker").error("worker_stuck", processor=lanes.reactor.processor, seconds=still)
        time.sleep(0.1)  # the line above shall be out
        os._exit(1)


async def _until_told(job: Coroutine[Any, Any, None]) -> None:
    task = asyncio.ensure_future(job)
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    try:
        await task
    except asyncio.CancelledError:
        return
