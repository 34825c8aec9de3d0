"""Keeps one program running: starts it, sees that it serves, starts it again when it died, a little later each time."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import time
from collections.abc import Callable
from typing import Any

from operate import child
from operate.errors import OperateError
from operate.programs import Program

FIRST, LONGEST, SETTLED = 0.5, 5.0, 30.0
"""Seconds: the first pause, the longest, and how long a program must live for the next pause to be the first again."""

LARGE_LOG = 64 * 2**20


class BackOff:
    """How long to wait before the next start."""

    def __init__(self) -> None:
        self._next = FIRST

    def after(self, lived: float) -> float:
        """Seconds to wait after a program that lived for so long (seconds)."""
        pause = FIRST if lived >= SETTLED else self._next
        self._next = min(LONGEST, pause * 2)
        return pause


class Kept:
    """One program under care. `state`: waiting (for its next start), starting, running, stopped."""

    def __init__(self, program: Program, changed: Callable[[], None], tell: Callable[[str], None]) -> None:
        self.program, self.restarts, self.state, self.problem = program, 0, "waiting", ""
        self.served = asyncio.Event()
        """Set when it has served for the first time."""
        self.died = 0
        """How often it ended before it served at all."""
        self._changed, self._tell = changed, tell
        self._process: asyncio.subprocess.Process | None = None
        self._identity: child.Identity | None = None

    def told(self) -> dict[str, Any]:
        """What `processes.json` says about it."""
        found = self._identity
        return {
            "role": self.program.role,
            "instance": self.program.number,
            "pid": found.pid if found else None,
            "started": found.started if found else None,
            "state": self.state,
            "restarts": self.restarts,
            "problem": self.problem,
        }

    async def keep(self) -> None:
        """Run it for ever; cancelling leaves the program to `stop`."""
        back_off = BackOff()
        while True:
            begun = time.monotonic()
            try:
                await self._once()
                self.problem = f"ended with {self._process.returncode}" if self._process else ""
            except (OperateError, OSError) as error:
                self.problem = str(error)
            self.died += not self.served.is_set()
            self._gone("waiting")
            pause = back_off.after(time.monotonic() - begun)
            self._tell(f"{self.program.name}: {self.problem}; starting again in {pause:g} s")
            await asyncio.sleep(pause)
            self.restarts += 1

    async def _once(self) -> None:
        program = self.program
        if program.before:
            await asyncio.to_thread(program.before)
        _turn_over(program)
        self._process = process = await child.start(
            program.line(),
            program.environment,
            program.log,
            user=program.user,
            cwd=program.cwd,
            last_signal=program.last_signal,
        )
        self._identity, self.state = child.identity(process.pid), "starting"
        self._changed()
        looking = asyncio.create_task(self._look())
        try:
            await process.wait()
        finally:
            looking.cancel()
        child.kill_group(process.pid, signal.SIGKILL)  # what it started itself does not outlive it

    async def _look(self) -> None:
        """Note when it serves; one that never does is left running, with the reason told."""
        while self.program.serves:
            try:
                await self.program.serves()
                break
            except (OperateError, OSError) as error:
                self.problem = str(error) or "does not answer"
                self._changed()
                await asyncio.sleep(1)
        self.state, self.problem = "running", ""
        self.served.set()
        self._changed()

    async def stop(self) -> None:
        """Ask it to end, and end it after its grace; returns when it is gone."""
        process = self._process
        if process and process.returncode is None:
            self.state = "stopping"
            self._changed()
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(self.program.stop_signal)
                process.send_signal(signal.SIGCONT)
            try:
                await asyncio.wait_for(process.wait(), self.program.grace)
            except TimeoutError:
                child.kill_group(process.pid, signal.SIGKILL)
                await process.wait()
            child.kill_group(process.pid, signal.SIGKILL)
        self._gone("stopped")

    def _gone(self, state: str) -> None:
        self._process, self._identity, self.state = None, None, state
        self._changed()


def _turn_over(program: Program) -> None:
    """Put a large log aside, so that two of them are the most a role keeps."""
    if program.log.exists() and program.log.stat().st_size > LARGE_LOG:
        program.log.replace(program.log.with_suffix(".log.1"))
