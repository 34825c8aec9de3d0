"""Claims on a whole instance: 200 actors over HTTP while its door, a worker and PostgreSQL are killed."""

from __future__ import annotations

import asyncio
import signal
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.instance import Instance, wait_for

COUNTY, AREA = "9000003-8", "9000004-6"
ACTORS = 200
KILLED = ("referrals", "postgres", "gateway")


@pytest.fixture(scope="module")
def instance() -> Iterator[Instance]:
    with tempfile.TemporaryDirectory(prefix="polku-claims-", ignore_cleanup_errors=True) as home:
        made = Instance(Path(home))
        try:
            yield made.up()
        finally:
            made.down()


async def actor(client: httpx.AsyncClient, ref: str, n: int) -> httpx.Response:
    """A patient partner: the same request with the same key until somebody decides."""
    body = {"client_ref": ref, "work": "activation_plan", "holder": f"actor-{n}"}
    for _ in range(800):
        try:
            answer = await client.post("/v1/claims", json=body, headers={"Idempotency-Key": f'"{ref}-{n}"'})
        except httpx.TransportError:
            await asyncio.sleep(0.2)
            continue
        if answer.status_code < 500:
            return answer
        await asyncio.sleep(0.2)
    raise AssertionError("no answer came")


async def race(instance: Instance, ref: str, killed: str) -> list[httpx.Response]:
    """All at once; the process dies when the first few have their answer."""
    clients = [
        httpx.AsyncClient(
            base_url=instance.door, headers={"Authorization": f"Bearer {instance.token(org)}"}, timeout=30
        )
        for org in (COUNTY, AREA)
    ]
    actors = [asyncio.create_task(actor(clients[n % 2], ref, n)) for n in range(ACTORS)]
    await asyncio.sleep(0.05)
    await asyncio.to_thread(instance.signal, killed, signal.SIGKILL)
    answers = await asyncio.gather(*actors)
    again = await asyncio.gather(*(actor(clients[n % 2], ref, n) for n in range(0, ACTORS, 20)))
    assert [a.content for a in again] == [answers[n].content for n in range(0, ACTORS, 20)]
    for client in clients:
        await client.aclose()
    return answers


@pytest.mark.parametrize("killed", KILLED)
def test_one_gets_the_work_whatever_dies(instance: Instance, killed: str) -> None:
    code = {"referrals": "010594Y9032", "postgres": "020504A902E", "gateway": "010594Y9021"}[killed]
    ref = instance.resolve(COUNTY, code)
    before = _pid(instance, killed)
    answers = asyncio.run(race(instance, ref, killed))
    wait_for(lambda: _pid(instance, killed) not in (None, before), 60, "it was not started again")
    instance.settled()

    assert Counter(a.status_code for a in answers) == {201: 1, 409: ACTORS - 1}
    assert instance.verify()["differences"] == []


def _pid(instance: Instance, role: str) -> Any:
    found = [p["pid"] for p in instance.status()["processes"] if p["role"].startswith(role)]
    return found[0] if found else None
