"""A started program: in a group of its own, told by a file what it says, gone when its supervisor is gone."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

PR_SET_PDEATHSIG = 1
SAME_START = 0.05
"""Seconds by which two readings of one process's start may differ."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A process that cannot be mistaken for another one that got its number later. `started`: seconds since 1970."""

    pid: int
    started: float

    def process(self) -> psutil.Process | None:
        """The very process, if it still lives."""
        with contextlib.suppress(psutil.NoSuchProcess):
            found = psutil.Process(self.pid)
            if abs(found.create_time() - self.started) < SAME_START and found.status() != psutil.STATUS_ZOMBIE:
                return found
        return None


def identity(pid: int) -> Identity | None:
    """Who has this number now."""
    try:
        return Identity(pid, psutil.Process(pid).create_time())
    except psutil.NoSuchProcess:
        return None


async def start(
    argv: Sequence[str],
    environment: Mapping[str, str],
    log: Path,
    *,
    user: str | None = None,
    cwd: Path | None = None,
    last_signal: signal.Signals = signal.SIGKILL,
) -> asyncio.subprocess.Process:
    """Start a program that gets `last_signal` from the kernel when this process dies, however it dies."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as out:
        return await asyncio.create_subprocess_exec(
            *argv,
            env=dict(environment),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            cwd=cwd,
            user=user,
            group=user,
            extra_groups=[] if user else None,
            start_new_session=True,
            preexec_fn=_die_with(os.getpid(), last_signal),
        )


def _die_with(parent: int, last_signal: signal.Signals) -> Callable[[], None]:
    if not sys.platform.startswith("linux"):
        return lambda: None
    libc = ctypes.CDLL(None, use_errno=True)  # loaded before the fork: nothing may be loaded between fork and exec

    def tie() -> None:
        libc.prctl(PR_SET_PDEATHSIG, int(last_signal), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return tie


def kill_group(pid: int, number: signal.Signals) -> None:
    """Signal a started program and what it started; gone already is fine."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)


async def finish(processes: Sequence[psutil.Process], grace: float) -> None:
    """SIGTERM, and after `grace` seconds SIGKILL, for processes that are not our children."""
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.terminate()
            process.send_signal(signal.SIGCONT)
    _, alive = await asyncio.to_thread(psutil.wait_procs, processes, grace)
    for process in alive:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    await asyncio.to_thread(psutil.wait_procs, alive, 5)
