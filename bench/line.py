"""Through Kafka and Faust: the relay, and placements with everything on beside a stock Faust agent that stores rows."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import orjson
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from bench.load import Load, append
from bench.measure import Bar, Contender, Result, compare
from bench.peers.faust_rows import TOPIC
from bench.place import ROOT, Place
from kernel.pg_journal import connect
from operate import jars, kafka
from operate.ports import choose
from operate.topics import apply, declared

OURS, RELAY = "placements, everything on, dense", "relay"
BATCHES, EVENTS = "stock Faust, batches of 500", "stock Faust, event by event"
BARS = (Bar(OURS, 20_000), Bar(OURS, 2.0, BATCHES))
LANES = 33


async def measure(place: Place, facts: int, rounds: int) -> Sequence[Result]:
    """Facts a second, one process each, from its first committed row to its last."""
    relayed: list[float] = []
    figures = [
        Contender(OURS, lambda: _ours(place, facts, relayed)),
        Contender(BATCHES, lambda: _stock(place, "batch", facts)),
        Contender(EVENTS, lambda: _stock(place, "event", max(500, facts // 20))),
    ]
    result = await compare("line", "facts/s", figures, rounds, BARS)
    result.figures[RELAY] = relayed
    return [result]


async def _ours(place: Place, facts: int, relayed: list[float]) -> float:
    settings = await place.installation()
    async with _broker(settings.state) as broker:
        settings = settings.model_copy(update={"kafka": broker, "carrier": "kafka", "far_behind": 1_000_000_000})
        door = await connect(settings, "polku_gateway", size=4)
        load = await Load(max(40, facts // 11)).people(door)
        await append(door, [*load.beginnings(), *load.fortnights()])
        await door.close()
        raw = await _connected(place, settings.database)
        count = await raw.fetchval("SELECT sum(seq) FROM journal.lane")
        environment = settings.to_environment()
        async with _process(["-m", "operate.role", "relay"], environment):
            relayed.append(await _rate(raw, "SELECT sum(seq) FROM relay.mark", count))
        async with _process(["-m", "operate.role", "placements"], environment):
            rate = await _rate(raw, "SELECT sum(seq) FROM react.checkpoint WHERE processor = 'placements'", count)
        await raw.close()
        return rate


async def _stock(place: Place, mode: str, count: int) -> float:
    settings = await place.installation()
    async with _broker(settings.state) as broker:
        raw = await _connected(place, settings.database)
        await raw.execute("CREATE TABLE faust_rows (subject text, day text, status text, PRIMARY KEY (subject, day))")
        await _fill(broker, count)
        dsn = f"{place.superuser.rpartition('/')[0]}/{settings.database.rpartition('/')[2]}"
        environment = {"PEER_BROKER": broker, "PEER_DSN": dsn, "PEER_MODE": mode}
        async with _process(["-m", "bench.peers.faust_rows"], environment):
            rate = await _rate(raw, "SELECT count(*) FROM faust_rows", count)
        await raw.close()
        return rate


async def _rate(raw: Any, text: str, count: int) -> float:
    """Facts a second, from the moment at which something is there to the one at which everything is."""
    first: tuple[int, float] | None = None
    until = time.monotonic() + 240
    while time.monotonic() < until:
        done, at = int(await raw.fetchval(text) or 0), time.perf_counter()
        if done and first is None:
            first = (done, at)
        if done >= count and first is not None:
            return (done - first[0]) / max(at - first[1], 0.001)
        await asyncio.sleep(0.02)
    raise RuntimeError(f"not done after four minutes: {text}")


async def _connected(place: Place, database: str) -> Any:
    return await asyncpg.connect(place.superuser, database=database.rpartition("/")[2])


async def _fill(broker: str, count: int) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=broker)
    await admin.start()
    await admin.create_topics([NewTopic(TOPIC, LANES, 1)])
    await admin.close()
    producer = AIOKafkaProducer(bootstrap_servers=broker, linger_ms=20, max_batch_size=262_144)
    await producer.start()
    for number in range(count):
        day = date(2026, 2, 2) + timedelta(days=number % 11)
        said = {"subject": f"person-{number // 11}", "day": day.isoformat(), "status": "present"}
        await producer.send(TOPIC, orjson.dumps(said), partition=number // 11 % LANES)
    await producer.stop()


@asynccontextmanager
async def _broker(home: Path) -> AsyncIterator[str]:
    classpath = await asyncio.to_thread(jars.ensure, lambda _: None)
    folder, port = home / "kafka", choose(set())
    await asyncio.to_thread(kafka.prepare, folder, port, choose({port}), classpath)
    with (home / "kafka.log").open("ab") as log:
        broker = await asyncio.to_thread(
            subprocess.Popen, kafka.command(folder, classpath), stdout=log, stderr=log, cwd=home
        )
    address = f"127.0.0.1:{port}"
    try:
        await kafka.wait_ready(address, 90)
        await apply(address, declared(ROOT / "deploy/topics.toml", ROOT / "deploy/organisations.toml"))
        yield address
    finally:
        broker.terminate()
        await asyncio.to_thread(broker.wait, 30)


@asynccontextmanager
async def _process(words: list[str], environment: dict[str, str]) -> AsyncIterator[None]:
    known = {**os.environ, **environment}
    quiet = subprocess.DEVNULL
    process = await asyncio.to_thread(
        subprocess.Popen, [sys.executable, *words], cwd=ROOT, env=known, stdout=quiet, stderr=quiet
    )
    try:
        yield
    finally:
        process.terminate()
        try:
            await asyncio.to_thread(process.wait, 20)
        except subprocess.TimeoutExpired:
            process.kill()
            await asyncio.to_thread(process.wait)
