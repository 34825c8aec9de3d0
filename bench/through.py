"""What benchmarks through Kafka share: a broker, processes beside it, a topic of rows, and rates read from tables."""

from __future__ import annotations

import asyncio
import logging
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import orjson
import psutil
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import GroupCoordinatorNotAvailableError, NotCoordinatorForGroupError

from bench.place import ROOT, Place
from operate import jars, kafka
from operate.ports import choose
from operate.topics import apply, declared

LANES = 33
DAYS = 12
"""Facts of one person that lie one after another: the file of one workshop."""
ROWS = "bench.rows"
PATIENCE = 420
MEMBERS = 5
"""Where the members stand in what Kafka tells of a group."""


@asynccontextmanager
async def broker(home: Path, **properties: str) -> AsyncIterator[str]:
    """A Kafka of its own; `properties` (with _ for .) take the place of those of an instance."""
    classpath = await asyncio.to_thread(jars.ensure, lambda _: None)
    folder, port = home / "kafka", choose(set())
    await asyncio.to_thread(kafka.prepare, folder, port, choose({port}), classpath)
    with (folder / "server.properties").open("a") as file:
        file.writelines(f"{name.replace('_', '.')}={value}\n" for name, value in properties.items())
    with (home / "kafka.log").open("ab") as log:
        running = await asyncio.to_thread(
            subprocess.Popen, kafka.command(folder, classpath), stdout=log, stderr=log, cwd=home
        )
    address = f"127.0.0.1:{port}"
    try:
        await kafka.wait_ready(address, 90)
        await apply(address, declared(ROOT / "deploy/topics.toml", ROOT / "deploy/organisations.toml"))
        yield address
    finally:
        running.terminate()
        await asyncio.to_thread(running.wait, 30)


class Running(psutil.Process):  # type: ignore[misc]  # psutil ships no types
    """A process of our own, and where its words go."""

    def __init__(self, pid: int, log: Path) -> None:
        super().__init__(pid)
        self.log = log

    def must_run(self) -> None:
        """RuntimeError with its last words when it has ended."""
        if not self.is_running() or self.status() == psutil.STATUS_ZOMBIE:
            raise RuntimeError(f"{self.log.name}: ended too early: {self.log.read_text(errors='replace')[-1500:]}")


@asynccontextmanager
async def process(line: Sequence[str], environment: Mapping[str, str], log: Path) -> AsyncIterator[Running]:
    """A process of our own, whose words go to `log`; it is ended, and only it."""
    with log.open("ab") as out:
        started = await asyncio.to_thread(
            subprocess.Popen, line, cwd=ROOT, env={**os.environ, **environment}, stdout=out, stderr=out
        )
    try:
        yield Running(started.pid, log)
    finally:
        started.terminate()
        try:
            await asyncio.to_thread(started.wait, 20)
        except subprocess.TimeoutExpired:
            started.kill()
            await asyncio.to_thread(started.wait)


def python(*words: str) -> list[str]:
    """A line that runs a module with the Python of this program."""
    return [sys.executable, "-m", *words]


def processor_seconds(*running: psutil.Process) -> float:
    """Seconds of processor time that processes have used."""
    return sum(float(t.user + t.system) for t in (p.cpu_times() for p in running))


async def rate(raw: Any, text: str, count: int, running: Sequence[Running]) -> tuple[float, float]:
    """(facts a second, µs of processor time a fact) from when something is there to when everything is.

    Who counts the rows of a large table also takes time from whoever fills it: a look costs a tenth at most.
    """
    first: tuple[int, float, float] | None = None
    used = processor_seconds(*running)
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        begun = time.perf_counter()
        done, at = int(await raw.fetchval(text) or 0), time.perf_counter()
        before, used = used, processor_seconds(*running)
        if done >= count and first is None:  # so little that it was one transaction: told as well as can be
            return done / 0.02, max(used - before, 0.01) / done * 1e6  # a tick of the system's clock is 10 ms
        if done >= count and first is not None:
            new = done - first[0]
            return new / max(at - first[1], 0.02), (used - first[2]) / new * 1e6
        if done and first is None:
            first = (done, at, used)
        for one in running:
            one.must_run()
        await asyncio.sleep(max(0.02, 9 * (at - begun)))
    raise RuntimeError(f"not done after {PATIENCE} seconds: {text}")


async def connected(place: Place, database: str) -> Any:
    """A connection of the one who may do everything."""
    return await asyncpg.connect(place.superuser, database=database.rpartition("/")[2])


def address_of(place: Place, database: str) -> str:
    """The same as an address for other programs."""
    return f"{place.superuser.rpartition('/')[0]}/{database.rpartition('/')[2]}"


async def fill(address: str, count: int) -> None:
    """A topic of plain rows for the peers: person after person, without encryption, envelope or history."""
    logging.getLogger("aiokafka").setLevel(logging.ERROR)  # it tells of every partition that has no leader yet
    admin = AIOKafkaAdminClient(bootstrap_servers=address)
    await admin.start()
    await admin.create_topics([NewTopic(ROWS, LANES, 1)])
    while not await _led(admin):  # noqa: ASYNC110  (a partition has no leader in the first moments)
        await asyncio.sleep(0.1)
    await admin.close()
    producer = AIOKafkaProducer(bootstrap_servers=address, linger_ms=20, max_batch_size=262_144)
    await producer.start()
    for number in range(count):
        day = date(2026, 2, 2) + timedelta(days=number % DAYS)
        said = {"subject": f"person-{number // DAYS}", "day": day.isoformat(), "status": "present"}
        await producer.send(ROWS, orjson.dumps(said), partition=number // DAYS % LANES)
    await producer.stop()


async def _led(admin: AIOKafkaAdminClient) -> bool:
    (topic,) = await admin.describe_topics([ROWS])
    parts = topic["partitions"]
    return len(parts) == LANES and all(p["leader"] >= 0 and p["error_code"] == 0 for p in parts)


async def left_by_all(address: str, group: str) -> None:
    """Wait until no member of a group is remembered: one that ended keeps its lanes for the length of a session."""
    admin = AIOKafkaAdminClient(bootstrap_servers=address)
    await admin.start()
    try:
        async with asyncio.timeout(60):
            while await _has_members(admin, group):  # noqa: ASYNC110  (Kafka tells nobody that a group is left)
                await asyncio.sleep(0.2)
    finally:
        await admin.close()


async def _has_members(admin: AIOKafkaAdminClient, group: str) -> bool:
    try:
        (told,) = await admin.describe_consumer_groups([group])
    except (GroupCoordinatorNotAvailableError, NotCoordinatorForGroupError):
        return True  # a new broker, that does not keep groups yet
    return bool(told.groups[0][MEMBERS])


async def at_the_beginning(raw: Any) -> None:
    """Let placements go on from the first record of every partition: without a place it would read the journal."""
    await raw.execute(
        """INSERT INTO react.checkpoint (processor, lane, era, hint)
           SELECT 'placements', lane, era, 0 FROM journal.lane, journal.instance
               ON CONFLICT (processor, lane) DO UPDATE
              SET seq = 0, hint = 0, rev = react.checkpoint.rev + 1, moved = clock_timestamp()"""
    )


async def not_carried(raw: Any) -> int:
    """Lanes in which the last facts did not come through Kafka, so that nothing was measured."""
    return int(
        await raw.fetchval(
            """SELECT count(*) FROM react.checkpoint c JOIN relay.mark m USING (lane)
                WHERE c.processor = 'placements' AND c.hint < m.seq"""
        )
    )
