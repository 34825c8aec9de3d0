"""How much processor time and memory the processes of an instance have taken, looked at from outside."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import psutil

from operate import running
from operate.instance import Instance

EVERY = 2.0
"""Seconds between looks."""
MIB = 1 << 20


@dataclass(slots=True)
class Taken:
    """Of one role: the most memory that one of its processes had at a look, and the processor time of all of them."""

    peak_mib: float = 0.0
    cpu: dict[tuple[int, float], float] = field(default_factory=dict)

    def look(self, process: psutil.Process, memory: float) -> None:
        """Note one process as it is now."""
        times = process.cpu_times()
        self.cpu[process.pid, process.create_time()] = times.user + times.system
        self.peak_mib = max(self.peak_mib, memory / MIB)


class Footprint:
    """Looks at every process of an instance every other second, from a thread of its own.

    PostgreSQL is one role: its memory is that of all its processes together, with what they share counted once.
    """

    def __init__(self, instance: Instance) -> None:
        self._instance, self._ended = instance, threading.Event()
        self.taken: dict[str, Taken] = {}

    @contextlib.contextmanager
    def kept(self) -> Iterator[Footprint]:
        """Look until the end of the block, and once more then."""
        thread = threading.Thread(target=self._run, name="footprint", daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._ended.set()
            thread.join()
            self.look()

    def _run(self) -> None:
        while not self._ended.wait(EVERY):
            self.look()

    def look(self) -> None:
        """One look at all."""
        for entry in running.processes(self._instance):
            with contextlib.suppress(psutil.Error):
                if entry["pid"]:
                    self._look(entry["role"], psutil.Process(entry["pid"]))
        with contextlib.suppress(psutil.Error):
            self._look("simulate", psutil.Process())
            for worker in psutil.Process().children():
                self._look("rebuild", worker)

    def _look(self, role: str, process: psutil.Process) -> None:
        taken = self.taken.setdefault(role, Taken())
        if role != "postgres":
            taken.look(process, process.memory_info().rss)
            return
        every = [process, *process.children(recursive=True)]
        together = sum(_own(one) for one in every)
        for one in every:
            with contextlib.suppress(psutil.Error):
                taken.look(one, together)

    def document(self) -> Mapping[str, Any]:
        """Role → `peak_mib`, `cpu_seconds`."""
        return {
            role: {"peak_mib": round(taken.peak_mib), "cpu_seconds": round(sum(taken.cpu.values()), 1)}
            for role, taken in sorted(self.taken.items())
        }


def _own(process: psutil.Process) -> float:
    """Memory of a process, its part of what is shared with others."""
    with contextlib.suppress(psutil.Error):
        return float(process.memory_full_info().pss)
    return 0.0
