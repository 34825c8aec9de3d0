"""What is done to the processes of a run, each while a transaction of theirs is open."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import asyncpg
import psutil

from operate import credentials, running
from operate.instance import WORKING, read
from tests.chaos.proxy import Between
from tests.instance import Instance

FROZEN = 9.0
"""Seconds of SIGSTOP: longer than the session timeout of 6 s, so that somebody else takes over."""
AGAIN = 180.0
"""Seconds in which a killed role must be there again; Java alone may take a minute on cores that others keep busy."""
WITH_TRANSACTIONS = ("gateway", "relay", "placements", "referrals", "notifications")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to do; `kind` and `role` are what the report calls it."""

    kind: str
    role: str
    work: Callable[[], Awaitable[None]]


class Faults:
    """The faults of one instance."""

    def __init__(self, instance: Instance, proxy: Between, seed: int) -> None:
        self._instance, self._proxy = instance, proxy
        self._chance = random.Random(seed)  # noqa: S311 - repeatable, not a secret
        self._made = read(instance.state)
        self.open_at_fault: list[int] = []
        """How many transactions were open when each fault came."""

    def chosen(self, count: int) -> list[Fault]:
        """So many faults in an order of the seed's own: one of each sort first, then every one before any again."""
        kill, freeze = self._killing, self._freezing
        sorts = [
            [Fault("kill -9", role, kill(role)) for role in WORKING],
            [Fault("SIGSTOP", role, freeze(role)) for role in WORKING],
            [Fault("kill -9", role, kill(role)) for role in ("gateway", "relay")],
            [Fault("kill -9", "postgres", kill("postgres")), Fault("restart", "postgres", self._restart_postgres)],
            [Fault("kill -9", "kafka", kill("kafka")), Fault("data lost", "kafka", self._lose_kafka)],
            [Fault("COMMIT cut", "connections", self._cut) for _ in range(2)],
        ]
        others = [Fault("kill -9", role, kill(role)) for role in ("clock", "intake", "console")]
        others += [Fault("SIGSTOP", role, freeze(role)) for role in ("gateway", "relay", "clock", "intake", "console")]
        others += [Fault("SIGSTOP", role, freeze(role)) for role in ("postgres", "kafka")]
        for sort in (*sorts, others):
            self._chance.shuffle(sort)
        first, rest = [sort[0] for sort in sorts], [f for sort in sorts for f in sort[1:]] + others
        self._chance.shuffle(first)
        self._chance.shuffle(rest)
        return [(first + rest)[n % (len(first) + len(rest))] for n in range(count)]

    async def when_open(self, role: str) -> int:
        """Wait a moment until a transaction of the role is open; how many there are."""
        dsn = credentials.superuser_dsn(self._made, "polku")
        end, count = time.monotonic() + 3, 0
        with contextlib.suppress(OSError, asyncpg.PostgresError):
            connection = await asyncpg.connect(dsn, timeout=3)
            try:
                while count == 0 and time.monotonic() < end:
                    count = await connection.fetchval(
                        """SELECT count(*) FROM pg_stat_activity
                            WHERE xact_start IS NOT NULL AND application_name = ANY($1)""",
                        [f"polku-{r}" for r in (WITH_TRANSACTIONS if role not in WITH_TRANSACTIONS else (role,))],
                    )
            finally:
                connection.terminate()
        self.open_at_fault.append(count)
        return count

    def _killing(self, role: str) -> Callable[[], Awaitable[None]]:
        async def kill() -> None:
            pid = await self._pid(role)
            await self.when_open(role)
            os.kill(pid, signal.SIGKILL)
            await self._back(role, pid)

        return kill

    def _freezing(self, role: str) -> Callable[[], Awaitable[None]]:
        async def freeze() -> None:
            pid = await self._pid(role)
            await self.when_open(role)
            os.kill(pid, signal.SIGSTOP)  # before its children: it can start no more
            every = [pid, *(child.pid for child in psutil.Process(pid).children(recursive=True))]
            _signal(every, signal.SIGSTOP)
            await asyncio.sleep(FROZEN)  # the fault itself, not a wait for luck
            _signal(every, signal.SIGCONT)

        return freeze

    async def _restart_postgres(self) -> None:
        pid = await self._pid("postgres")
        await self.when_open("postgres")
        os.kill(pid, signal.SIGINT)
        await self._back("postgres", pid)

    async def _lose_kafka(self) -> None:
        """The broker dies and its data directory is gone, with records that a frozen worker had not read."""
        worker = await self._pid("placements")
        os.kill(worker, signal.SIGSTOP)
        await asyncio.sleep(1)  # facts are relayed that this worker has not read
        broker = await self._pid("kafka")
        await self.when_open("relay")
        os.kill(broker, signal.SIGSTOP)  # so that neither it nor the next one writes there meanwhile
        kafka = self._instance.state / "kafka"
        (kafka / "data").rename(kafka / f"lost-{broker}")
        os.kill(broker, signal.SIGKILL)
        with contextlib.suppress(ProcessLookupError):
            os.kill(worker, signal.SIGCONT)
        await self._back("kafka", broker)

    async def _cut(self) -> None:
        self.open_at_fault.append(await self._cut_some(6))

    async def _cut_some(self, count: int) -> int:
        await asyncio.to_thread(self._proxy.cut, count)
        return count

    async def _pid(self, role: str) -> int:
        """One that runs, once one does: what an earlier fault has ended may be on its way back."""
        end = time.monotonic() + AGAIN
        while not (found := [p["pid"] for p in self._processes() if p["role"] == role and p["pid"]]):
            assert time.monotonic() < end, f"{role} does not run"
            await asyncio.sleep(0.1)
        return int(self._chance.choice(found))

    def _processes(self) -> list[dict[str, Any]]:
        return running.processes(self._made)

    async def _back(self, role: str, pid: int) -> None:
        """Return when the supervisor has put another one in its place."""
        wanted = sum(p["role"] == role for p in self._processes())
        end = time.monotonic() + AGAIN
        while True:
            now = [p for p in self._processes() if p["role"] == role and p["pid"] not in (None, pid)]
            if len(now) >= wanted and all(p["state"] == "running" for p in now):
                return
            assert time.monotonic() < end, f"{role} was not started again"
            await asyncio.sleep(0.1)


def _signal(pids: list[int], number: signal.Signals) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
