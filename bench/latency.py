"""From the answer of the door until a read model shows it, through Kafka and Faust, at fixed rates."""

from __future__ import annotations

import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from bench.client import Client
from bench.load import WORKSHOP, identity
from bench.measure import Bar, Result
from bench.place import CLOCK, ROOT, Place

BEFORE = "2026-03-01T08:00:00Z"
RATES = (20, 100, 300)
BARS = (Bar("p50 at 100 facts/s", 30, most=True), Bar("p99 at 100 facts/s", 150, most=True))
WARM = 30
"""Seconds of load at most before anything is measured: at first the broker compiles itself, for half a core."""

PERSONS = 200
"""Of whom the facts speak, one after the other: those of one person stand in one lane and wait for each other."""


async def measure(place: Place, facts: int, rounds: int) -> Sequence[Result]:  # noqa: ARG001  (a whole instance runs)
    """Milliseconds from 202 to visible, as the client sees it: half of the facts, and 99 of 100."""
    result = Result("latency", "ms from 202 to visible", {}, BARS)
    async with instance(WORKSHOP) as (door, tokens), aclosing(Client(door, tokens[WORKSHOP])) as client:
        refs = [await _resolved(client, number) for number in range(PERSONS)]
        await _paced(client, refs, 100, min(WARM, max(2, facts // 100)))
        seconds = max(1.0, facts / 4_000)
        for number in range(rounds):
            for rate in RATES:
                _note(result, f"{rate} facts/s", await _paced(client, refs, rate, seconds))
            one = [refs[number % len(refs)]]  # another one each time: what she has open grows with each fact
            _note(result, "100 facts/s, all of one person", await _paced(client, one, 100, seconds))
    return [result]


def _note(result: Result, what: str, times: Sequence[float]) -> None:
    parts = statistics.quantiles(times, n=100)
    for name, value in ((f"p50 at {what}", parts[49]), (f"p99 at {what}", parts[98])):
        result.figures.setdefault(name, []).append(value * 1000)


async def _resolved(client: Client, number: int) -> str:
    _, found = await client.post("/v1/clients/resolve", {"identity_code": identity(number)}, "application/json")
    return str(found["client_ref"])


async def _paced(client: Client, refs: Sequence[str], rate: int, seconds: float) -> list[float]:
    """State at a fixed rate; each fact is waited for by a reader of its own, one in five of them at high rates."""
    begun, count = time.perf_counter(), int(rate * seconds)
    every = max(1, rate // 25)
    waits: list[asyncio.Task[float | None]] = []
    for number in range(count):
        await asyncio.sleep(max(0.0, begun + number / rate - time.perf_counter()))
        waits.append(asyncio.create_task(_one(client, refs[number % len(refs)], watched=number % every == 0)))
    return [t for t in await asyncio.gather(*waits) if t is not None]


async def _one(client: Client, ref: str, *, watched: bool) -> float | None:
    event: dict[str, Any] = {
        "specversion": "1.0",
        "id": uuid4().hex,
        "source": f"urn:polku:{WORKSHOP}:attendance",
        "type": "fi.polku.supervisor.contact_requested.v1",
        "subject": ref,
        "time": BEFORE,
        "recordedtime": BEFORE,
        "datacontenttype": "application/json",
        "data": {"placement_id": str(uuid4()), "code": "worry"},
    }
    status, receipt = await client.post("/v1/events", event)
    begun = time.perf_counter()
    if status != 202:
        raise RuntimeError(f"the door answered {status} {receipt}")
    if not watched:
        return None
    status, seen = await client.get(f"/v1/worklist?after={receipt['lane']}:{receipt['seq']}&limit=1", "wait=10")
    if status != 200 or not seen.get("reached"):
        raise RuntimeError(f"not visible: {status} {seen}")
    return time.perf_counter() - begun


@asynccontextmanager
async def instance(*orgs: str) -> AsyncIterator[tuple[str, dict[str, str]]]:
    """A whole instance with Kafka in a temporary directory: address of its door and a token of each organisation."""
    with tempfile.TemporaryDirectory(prefix="polku-bench-") as folder:
        Path(folder).chmod(0o755)  # noqa: ASYNC240  (a directory that was made a moment ago)
        state = ["--state", f"{folder}/state"]
        try:
            await _polku("up", *state, "--clock", CLOCK, "--detach")
            status = json.loads(await _polku("status", *state, "--json"))
            tokens = {org: (await _polku("token", *state, "--org", org)).strip() for org in orgs}
            yield str(status["door"]).rstrip("/"), tokens
        finally:
            await _polku("down", *state)


async def _polku(*words: str) -> str:
    line = [sys.executable, "-m", "operate.cli", *words]
    done = await asyncio.to_thread(
        subprocess.run, line, cwd=ROOT, capture_output=True, text=True, timeout=300, check=True
    )
    return done.stdout
