"""Event stores of others, beside ours on the same server: each is run once a round, in a database of its own."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from uuid import uuid4

import asyncpg

from bench.measure import Contender
from bench.peers import install
from bench.place import Place
from bench.through import address_of
from operate.errors import OperateError

EMMETT, EVENTSOURCING = "emmett", "eventsourcing"
KNOWN: dict[str, Callable[[], Awaitable[list[str]]]] = {
    EMMETT: install.emmett,
    EVENTSOURCING: install.eventsourcing,
}


@dataclass(frozen=True, slots=True)
class Task:
    """What is measured of each: append or rebuild, of so many facts, by so many clients, so many at once."""

    label: str
    mode: str
    count: int
    clients: int
    batch: int


async def contenders(place: Place, tasks: Sequence[Task]) -> tuple[list[Contender], list[str]]:
    """A contender for each peer that is there and each task, and why the others are not."""
    found, notes = list[Contender](), list[str]()
    for name, get in KNOWN.items():
        try:
            line = await get()
        except OperateError as error:
            notes.append(f"{name}: not measured, {error}")
            continue
        found += [Contender(f"{name}, {task.label}", _runner(place, line, task)) for task in tasks]
    return found, notes


def _runner(place: Place, line: Sequence[str], task: Task) -> Callable[[], Awaitable[float]]:
    async def run() -> float:
        name = f"peer_{uuid4().hex[:10]}"
        connection = await asyncpg.connect(place.superuser)
        await connection.execute(f'CREATE DATABASE "{name}"')
        try:
            seconds = await asyncio.to_thread(_seconds, place, line, name, task)
        finally:
            await connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
            await connection.close()
        return task.count / seconds

    return run


def _seconds(place: Place, line: Sequence[str], name: str, task: Task) -> float:
    numbers = [str(n) for n in (task.count, task.clients, task.batch)]
    words = [task.mode, address_of(place, name), *numbers] if "node" in line[0] else [task.mode, *numbers]
    environment = {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": name,
        "POSTGRES_HOST": "127.0.0.1",
        "POSTGRES_PORT": str(place.port),
        "POSTGRES_USER": "postgres",
        "POSTGRES_PASSWORD": "bench",
        "POSTGRES_POOL_SIZE": str(task.clients),
    }
    done = subprocess.run(  # noqa: S603  (our own words)
        [*line, *words], capture_output=True, text=True, check=False, timeout=600, env={**os.environ, **environment}
    )
    if done.returncode:
        raise RuntimeError(f"{line[-1]} {task.mode}: {done.stderr.strip()[-600:]}")
    return float(json.loads(done.stdout.strip().splitlines()[-1])["seconds"])
