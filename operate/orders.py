"""Orders to a running supervisor: so many workers, or one process after another anew while the rest goes on."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any
from uuid import uuid4

import httpx
import psutil

from operate import programs, running
from operate.errors import NotRunning, OperateError
from operate.instance import WORKING, Instance, make_or_open, read, write_json
from operate.keep import Kept
from operate.ports import HOST, choose
from operate.status import streams

SPARE = 2
"""Number of the door that serves while the first is started anew."""

WITHIN, LEVEL, CALM = 60.0, 20.0, 2.0
"""Seconds in which a process must answer, for which the next one waits for its processor to catch up, and the lag that
is no cause to wait.
"""


class Orders:
    """The supervisor's side. `start` and `stop` are its own ways to begin and to end the keeping of a program.

    `prepare` brings the database up to the code that is there now, for processes that are started anew.
    """

    def __init__(
        self,
        instance: Instance,
        kept: Sequence[Kept],
        start: Callable[[programs.Program], Kept],
        stop: Callable[[Kept], Awaitable[None]],
        prepare: Callable[[], Awaitable[None]],
    ) -> None:
        self._instance, self._kept, self._start, self._stop = instance, kept, start, stop
        self._prepare = prepare

    async def obey(self) -> None:
        """Carry out what stands in `order.json`, and tell in `obeyed.json` that it is done or why not."""
        order = json.loads((self._instance.run / "order.json").read_text())
        try:
            self._instance = read(self._instance.state)
            if "workers" in order:
                await self._scale(order["workers"])
            if order.get("restart"):
                await self._prepare()
            for role in order.get("restart", ()):
                await self._renew(role)
            problem = ""
        except (OperateError, OSError) as error:
            problem = str(error)
        write_json(self._instance.run / "obeyed.json", {"id": order["id"], "problem": problem})

    def _of(self, role: str) -> list[Kept]:
        return sorted((k for k in self._kept if k.program.role == role), key=lambda k: k.program.number)

    async def _scale(self, workers: int) -> None:
        for role in WORKING:
            kept = self._of(role)
            if not kept:
                continue
            more = range(len(kept) + 1, workers + 1)
            started = [self._start(programs.application(self._instance, role, number)) for number in more]
            await asyncio.gather(*(self._stop(k) for k in kept[workers:]), *map(self._answering, started))

    async def _renew(self, role: str) -> None:
        """One process after another; a single door gets another one beside it for that time."""
        before = self._of(role)
        spare = self._start(programs.application(self._instance, role, SPARE)) if role == "gateway" else None
        try:
            if spare:
                await self._useful(spare)
            for kept in before:
                await self._stop(kept)
                await self._useful(self._start(programs.application(self._instance, role, kept.program.number)))
        finally:
            if spare:
                await self._stop(spare)

    async def _useful(self, kept: Kept) -> None:
        """It answers, and its processor is not behind, or was given some time to catch up."""
        await self._answering(kept)
        role, end = kept.program.role, time.monotonic() + LEVEL
        while role in WORKING and not await self._is_level(role) and time.monotonic() < end:  # noqa: ASYNC110 - elsewhere
            await asyncio.sleep(0.2)

    async def _answering(self, kept: Kept) -> None:
        end = time.monotonic() + WITHIN
        while not await self._answers(kept):
            if time.monotonic() > end:
                raise OperateError(f"{kept.program.name} is not of use within {WITHIN:.0f} s; see {kept.program.log}")
            await asyncio.sleep(0.2)

    async def _answers(self, kept: Kept) -> bool:
        """On its private port; of a door also whether it listens."""
        role, pid = kept.program.role, kept.told()["pid"]
        port = self._instance.ports.get(f"metrics_{role}_{kept.program.number}", 0)
        try:
            async with httpx.AsyncClient(timeout=2, trust_env=False) as client:
                if (await client.get(f"http://{HOST}:{port}/metrics")).status_code != 200:
                    return False
            return role != "gateway" or _listens(pid, self._instance.ports["door"])
        except (httpx.HTTPError, psutil.Error):
            return False

    async def _is_level(self, role: str) -> bool:
        found = await streams(self._instance) or []
        return any(s["stream"] == role and s["lag_seconds"] < CALM for s in found)


def _listens(pid: int | None, port: int) -> bool:
    if pid is None:
        return False
    found = psutil.Process(pid).net_connections("tcp")
    return any(c.status == psutil.CONN_LISTEN and c.laddr.port == port for c in found)


def give(instance: Instance, order: dict[str, Any], within: float) -> None:
    """Give an order to the running supervisor and wait until it is done. OperateError when it is not."""
    supervisor = running.supervisor(instance)
    if supervisor is None:
        raise NotRunning(f"--state {instance.state}: not up; `polku up` starts it")
    name = str(uuid4())
    write_json(instance.run / "order.json", {"id": name, **order})
    os.kill(supervisor.pid, signal.SIGUSR1)
    end = time.monotonic() + within
    while time.monotonic() < end:
        done = _obeyed(instance)
        if done.get("id") == name:
            if done["problem"]:
                raise OperateError(done["problem"])
            return
        time.sleep(0.1)
    raise OperateError(f"the supervisor has not done it within {within:.0f} s; see {instance.logs / 'supervisor.log'}")


def _obeyed(instance: Instance) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads((instance.run / "obeyed.json").read_text())
    except (OSError, ValueError):
        return {}
    return found


def with_workers(instance: Instance, workers: int) -> Instance:
    """The instance with another number of workers, and ports for them; kept in its file."""
    found = make_or_open(instance.state, None, None, workers, {})
    found.save()
    return found


def with_spare(instance: Instance) -> Instance:
    """The instance with a port for the door that stands in; kept in its file."""
    name = f"metrics_gateway_{SPARE}"
    if name not in instance.ports:
        instance = replace(instance, ports={**instance.ports, name: choose(set(instance.ports.values()))})
        instance.save()
    return instance
