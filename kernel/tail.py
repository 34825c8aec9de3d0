"""Runs a worker: its reactor, and the carrier that the settings name."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable

import structlog

from kernel import observe
from kernel.errors import Unavailable
from kernel.lanes import Lanes
from kernel.react import Reactor
from kernel.settings import Settings
from kernel.tail_journal import JournalTail, follow

Build = Callable[[Settings], Awaitable[Reactor]]


def run_worker(processor: str, build: Build, settings: Settings) -> None:
    """Run until SIGTERM or SIGINT; exit code 0 then."""
    observe.start(settings)
    if settings.carrier == "kafka":
        from kernel.tail_faust import run_faust  # noqa: PLC0415 - Faust is loaded only where it carries

        run_faust(processor, build, settings)
        return
    asyncio.run(_until_told(_journal_worker(processor, build, settings)))


async def opened(processor: str, build: Build, settings: Settings) -> Reactor:
    """The reactor, as soon as the database serves."""
    while True:
        try:
            return await build(settings)
        except Unavailable as error:
            structlog.get_logger("worker").warning("worker_waits", processor=processor, reason=str(error))
            await asyncio.sleep(0.5)


async def _journal_worker(processor: str, build: Build, settings: Settings) -> None:
    reactor = await opened(processor, build, settings)
    lanes = Lanes(reactor, settings)
    tail = JournalTail(lanes, reactor.journal.pool, range(reactor.journal.instance.lanes + 1))
    try:
        await follow(tail, lanes)
    finally:
        await lanes.revoked(lanes.owned)
        await reactor.journal.close()


async def _until_told(work: Awaitable[None]) -> None:
    task = asyncio.ensure_future(work)
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    try:
        await task
    except asyncio.CancelledError:
        return
