"""The supervisor of an instance: starts everything in order, keeps it running, stops it in the opposite order."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import fcntl
import os
import signal
import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

from kernel.settings import SettingsError
from operate import child, credentials, exposition, programs, running
from operate.errors import OperateError
from operate.instance import Instance, read, write_json
from operate.keep import Kept
from operate.orders import Orders

SERVERS = ("postgres", "kafka")
KAFKA_FIRST = 30.0
"""Seconds that roles wait for a broker before they are started without: the door must not wait for Kafka."""

Tell = Callable[[str], None]


class Supervisor:
    """Runs one instance. `only` names the roles to run (for tests of a part); empty: all of them."""

    def __init__(self, instance: Instance, tell: Tell, only: Collection[str] = ()) -> None:
        self.instance, self._tell, self._only = instance, tell, frozenset(only)
        self.state, self.reason = "starting", ""
        self._kept: list[Kept] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._obeying: asyncio.Task[None] | None = None
        self._me = child.identity(os.getpid())

    async def run(self) -> None:
        """Bring everything up and keep it so until cancelled; then stop it. OperateError when it cannot come up."""
        await running.end_strays(self.instance)
        self.instance.run.mkdir(parents=True, exist_ok=True)
        credentials.ensure(self.instance)
        try:
            async with await exposition.serve(self.instance):
                await self._bring_up()
                self.state = "up"
                self._changed()
                self._tell(f"up: door {self.instance.door}, console {self.instance.console}")
                await asyncio.Event().wait()
        except (OperateError, SettingsError, OSError) as error:
            self.state, self.reason = "failed", str(error)
            raise OperateError(str(error)) from error
        finally:
            await self._stop()

    async def _bring_up(self) -> None:
        instance = self.instance
        if self._wanted("postgres"):
            database = self._start(programs.database(instance))
        kafka = None
        if instance.carrier == "kafka" and self._wanted("kafka"):
            kafka = self._start(await asyncio.to_thread(programs.broker, instance, self._tell))
        if self._wanted("postgres"):
            await self._served(database, "PostgreSQL")
        chosen = [(r, n) for r, n in programs.roles(instance) if self._wanted(r)]
        if chosen:
            await self._migrate()
        waiting = [(r, n) for r, n in chosen if kafka and r in programs.CARRIED]
        for role, number in chosen:
            if (role, number) not in waiting:
                self._start(programs.application(instance, role, number))
        if kafka:
            await self._kafka(kafka, must=not chosen)
        for role, number in waiting:
            self._start(programs.application(instance, role, number))

    def _wanted(self, role: str) -> bool:
        return not self._only or role in self._only

    def obey(self) -> None:
        """Carry out the order that was left for us, after those before it."""

        async def after(before: asyncio.Task[None] | None) -> None:
            if before:
                await asyncio.wait([before])
            await Orders(self.instance, self._kept, self._start, self._end, self._migrate).obey()

        self._obeying = asyncio.create_task(after(self._obeying))

    async def _end(self, kept: Kept) -> None:
        task = self._tasks.pop(self._kept.index(kept))
        self._kept.remove(kept)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await kept.stop()

    def _start(self, program: programs.Program) -> Kept:
        kept = Kept(program, self._changed, self._tell)
        self._kept.append(kept)
        self._tasks.append(asyncio.create_task(kept.keep()))
        self._tell(f"starting {program.name}")
        return kept

    async def _served(self, kept: Kept, name: str) -> None:
        """Wait until it serves for the first time; three deaths before that are a reason to give up."""
        waiting = asyncio.create_task(kept.served.wait())
        while not waiting.done():
            await asyncio.wait([waiting], timeout=0.2)
            if kept.died >= 3:
                waiting.cancel()
                raise OperateError(f"{name} does not start: {kept.problem}; see {kept.program.log}")
        self._tell(f"{name} serves")

    async def _kafka(self, kept: Kept, must: bool) -> None:
        try:
            await asyncio.wait_for(self._served(kept, "Kafka"), None if must else KAFKA_FIRST)
        except TimeoutError:
            self._tell("Kafka does not answer yet; the rest is started without it")

    async def _migrate(self) -> None:
        step = programs.migration(self.instance)
        begin = step.log.stat().st_size if step.log.exists() else 0
        process = await child.start(step.line(), step.environment, step.log, cwd=step.cwd)
        try:
            code = await asyncio.wait_for(process.wait(), 90)
        except TimeoutError:
            child.kill_group(process.pid, signal.SIGKILL)
            raise OperateError(f"the database could not be prepared within 90 s; see {step.log}") from None
        if code:
            with step.log.open() as log:
                log.seek(begin)
                last = log.read().strip().splitlines()[-1:]
            raise OperateError(f"the database could not be prepared: {''.join(last)}; see {step.log}")
        self._tell("the database is prepared")

    async def _stop(self) -> None:
        if self.state != "failed":
            self.state = "stopping"
        for task in (*self._tasks, *([self._obeying] if self._obeying else [])):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        servers = [k for k in self._kept if k.program.role in SERVERS]
        await asyncio.gather(*(k.stop() for k in self._kept if k not in servers))
        await asyncio.gather(*(k.stop() for k in reversed(servers)))
        if self.state != "failed":
            self.state = "stopped"
        self._changed()

    def _changed(self) -> None:
        write_json(self.instance.run / "processes.json", self.told())

    def told(self) -> dict[str, Any]:
        """What is running, for those who ask from outside."""
        me = self._me
        return {
            "supervisor": {"pid": me.pid, "started": me.started} if me else None,
            "state": self.state,
            "reason": self.reason,
            "processes": [k.told() for k in self._kept],
        }


@contextlib.contextmanager
def alone(instance: Instance) -> Iterator[None]:
    """Hold the instance: a second supervisor on the same state directory is an OperateError."""
    instance.run.mkdir(parents=True, exist_ok=True)
    with (instance.run / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise OperateError(f"--state {instance.state}: already up; `polku down` stops it") from None
        yield


def supervise(instance: Instance, tell: Tell, only: Sequence[str] = ()) -> None:
    """Run an instance until SIGTERM, SIGINT or SIGHUP; OperateError when it cannot be brought up."""

    async def until_told() -> None:
        supervisor = Supervisor(instance, tell, only)
        task = asyncio.create_task(supervisor.run())
        asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, supervisor.obey)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(number, task.cancel)
        with contextlib.suppress(asyncio.CancelledError):
            await task

    with alone(instance):
        asyncio.run(until_told())


def main(arguments: Sequence[str]) -> int:
    """The detached supervisor: what it tells goes to its log."""
    parser = argparse.ArgumentParser(prog="operate.supervisor")
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--only", default="")
    given = parser.parse_args(arguments)
    try:
        only = given.only.split(",") if given.only else []
        supervise(read(given.state), lambda line: print(line, file=sys.stderr, flush=True), only)
    except OperateError as error:
        print(f"polku: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
