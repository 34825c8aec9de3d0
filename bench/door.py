"""The door over HTTP beside a bare Starlette application that writes one row a request."""

from __future__ import annotations

import asyncio
import os
import statistics
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from uuid import uuid4

import asyncpg
import orjson

from bench.client import length
from bench.load import WORKSHOP, Load
from bench.measure import Bar, Contender, Result, compare
from bench.place import ROOT, Place
from kernel.journal import NewFact
from kernel.pg_journal import connect
from kernel.settings import Settings
from operate.ports import choose
from services.issuer import Issuer

CLIENTS, BATCH = 64, 100
SINGLE, BATCHES, BARE = "door: 64 clients, one fact each", "door: batches of 100", "Starlette, one row a request"
BARS = (Bar(SINGLE, 1.3, BARE), Bar(BATCHES, 20_000))
P99 = (Bar(SINGLE, 1.0, BARE, most=True),)


async def measure(place: Place, facts: int, rounds: int) -> Sequence[Result]:
    """Facts accepted a second over keep-alive connections, and the slowest answers in a hundred."""
    settings = await place.installation()
    Issuer.create(settings.issuer)
    token = Issuer.from_file(settings.issuer).mint(WORKSHOP, now=datetime.now(UTC))
    journal = await connect(settings, "polku_gateway", size=2)
    load = await Load(300).people(journal)
    await journal.close()
    ports = choose(set()), choose(set())
    slowest: dict[str, list[float]] = {SINGLE: [], BARE: []}
    async with _gateway(settings, ports[0]), _starlette(place, settings, ports[1]):
        count = max(CLIENTS, facts // 10)

        async def single(port: int, name: str) -> float:
            rate, late = await _drive(port, [_request(token, [f]) for f in _facts(load, count)])
            slowest[name].append(late)
            return rate

        async def batches() -> float:
            told = _facts(load, max(BATCH * 8, facts))
            parts = [told[n : n + BATCH] for n in range(0, len(told) - BATCH + 1, BATCH)]
            rate, _ = await _drive(ports[0], [_request(token, p) for p in parts], clients=8)
            return rate * BATCH

        figures = [
            Contender(SINGLE, lambda: single(ports[0], SINGLE)),
            Contender(BARE, lambda: single(ports[1], BARE)),
            Contender(BATCHES, batches),
        ]
        result = await compare("door", "facts/s", figures, rounds, BARS)
    last = {name: found[-rounds:] for name, found in slowest.items()}
    return [result, Result("door_p99", "ms within which 99 of 100 requests are answered", last, P99)]


def _facts(load: Load, count: int) -> list[NewFact]:
    refs = load.refs
    return [load.day(refs[n % len(refs)], datetime(2026, 2, 2, tzinfo=UTC).date(), n) for n in range(count)]


def _request(token: str, facts: Sequence[NewFact]) -> bytes:
    """A whole HTTP request: one structured event, or a batch."""
    events = [
        {
            "specversion": "1.0",
            "id": uuid4().hex,
            "source": f.source,
            "type": f.type,
            "subject": f.subject,
            "time": f.time.isoformat().replace("+00:00", "Z"),
            "recordedtime": f.recorded.isoformat().replace("+00:00", "Z"),
            "datacontenttype": "application/json",
            "data": orjson.loads(f.data),
        }
        for f in facts
    ]
    body = orjson.dumps(events[0] if len(events) == 1 else events)
    kind = "cloudevents" if len(events) == 1 else "cloudevents-batch"
    head = (
        f"POST /v1/events HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer {token}\r\n"
        f"content-type: application/{kind}+json\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def _drive(port: int, requests: Sequence[bytes], clients: int = CLIENTS) -> tuple[float, float]:
    """Requests a second, and the 99th percentile in milliseconds; any answer but 2xx ends the benchmark."""
    times: list[float] = []

    async def client(mine: Sequence[bytes]) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for request in mine:
            begun = time.perf_counter()
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            body = await reader.readexactly(length(head))
            times.append(time.perf_counter() - begun)
            if not head.startswith(b"HTTP/1.1 2"):
                raise RuntimeError(f"the door answered {head[:60]!r} {body[:300]!r}")
        writer.close()

    begun = time.perf_counter()
    await asyncio.gather(*(client(requests[n::clients]) for n in range(clients)))
    seconds = time.perf_counter() - begun
    return len(requests) / seconds, statistics.quantiles(times, n=100)[98] * 1000


@asynccontextmanager
async def _gateway(settings: Settings, port: int) -> AsyncIterator[None]:
    told = settings.model_copy(update={"port_door": port, "role": "gateway", "log_level": "error"})
    async with _process([sys.executable, "-m", "operate.role", "gateway"], told.to_environment(), port):
        yield


@asynccontextmanager
async def _starlette(place: Place, settings: Settings, port: int) -> AsyncIterator[None]:
    """The peer runs as a program of its own with the same loop and parser as the door."""
    name = settings.database.rpartition("/")[2]
    dsn = f"{place.superuser.rpartition('/')[0]}/{name}"
    connection = await asyncpg.connect(dsn)
    await connection.execute("CREATE TABLE public.peer (id text PRIMARY KEY, body jsonb NOT NULL, at timestamptz)")
    await connection.close()
    line = [sys.executable, "-m", "uvicorn", "bench.peers.starlette_row:app", "--port", str(port), "--no-access-log"]
    async with _process([*line, "--log-level", "error"], {"PEER_DSN": dsn}, port):
        yield


@asynccontextmanager
async def _process(line: list[str], environment: dict[str, str], port: int) -> AsyncIterator[None]:
    known = {**os.environ, **environment}
    process = await asyncio.to_thread(subprocess.Popen, line, cwd=ROOT, env=known)
    try:
        until = time.monotonic() + 60
        while not await _answers(port):
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"{' '.join(line[1:4])} did not start")
            await asyncio.sleep(0.05)
        yield
    finally:
        process.terminate()
        await asyncio.to_thread(process.wait, 30)


async def _answers(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True
