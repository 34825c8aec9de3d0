"""Partners under load: they retry the same events until they count, and remember what was promised to them."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.chaos.story import WORKSHOP, Story
from tests.instance import Instance

COUNTY = "9000003-8"
SENDERS = 12
BATCH = 20
PATIENCE = 120.0
"""Seconds for which a partner tries one and the same batch."""


def code_of(n: int) -> str:
    """A made-up test identity code (individual numbers 900-999)."""
    checks = "0123456789ABCDEFHJKLMNPRSTUVWXY"
    day, month, year, number = 1 + n % 28, 1 + n // 28 % 12, 40 + n // 336 % 50, 900 + n % 100
    digits = f"{day:02}{month:02}{year:02}{number}"
    return f"{digits[:6]}-{number}{checks[int(digits) % 31]}"


@dataclass
class Load:
    """States a story at a rate (facts a second) as long as it is told to, in batches and one by one."""

    instance: Instance
    story: Story
    rate: float
    first_code: int = 0
    accepted: dict[str, tuple[int, int]] = field(default_factory=dict)
    retries: int = 0
    unlike: list[str] = field(default_factory=list)
    """Events that got another receipt when they were stated again."""
    seconds: float = 0.0
    longest: float = 0.0
    """The longest time between two answers of the door."""

    async def prepare(self) -> None:
        """Persons with placements; the door must be up."""
        self._tokens = {o: await asyncio.to_thread(self.instance.token, o) for o in (COUNTY, WORKSHOP)}
        self._door = await asyncio.to_thread(lambda: self.instance.door)
        self._answered = time.monotonic()
        async with self._client(COUNTY) as client:
            for n, person in enumerate(self.story.persons):
                answer = await self._answer(
                    client, "/v1/clients/resolve", {"identity_code": code_of(self.first_code + n)}, 200
                )
                person.ref = answer["client_ref"]
        await self.state_now(self.story.beginnings())

    async def state_now(self, events: list[dict[str, Any]]) -> None:
        """State some events, a hundred at a time."""
        async with self._client(WORKSHOP) as client:
            for start in range(0, len(events), 100):
                await self._state(client, events[start : start + 100])

    def start(self) -> None:
        """Begin."""
        self._stopping = False
        self._begun, self._told = time.monotonic(), 0
        self._tasks = [asyncio.create_task(self._sender(n)) for n in range(SENDERS)]

    async def stop(self) -> None:
        """End after what is under way has been accepted."""
        self._stopping = True
        await asyncio.gather(*self._tasks)
        self.seconds = time.monotonic() - self._begun

    def alive(self) -> None:
        """Raise what ended a sender, if one has ended."""
        for task in self._tasks:
            if task.done():
                task.result()

    async def _sender(self, number: int) -> None:
        async with self._client(WORKSHOP) as client:
            turn = number
            while not self._stopping:
                ahead = self._told / self.rate - (time.monotonic() - self._begun)
                if ahead > 0:
                    await asyncio.sleep(ahead)
                turn += 1
                events = self.story.next(1 if turn % 5 == 0 else BATCH)
                self._told += len(events)
                receipts = await self._state(client, events)
                if turn % 7 == 0 and await self._state(client, events) != receipts:
                    self.unlike += [e["id"] for e in events]

    async def _state(self, client: httpx.AsyncClient, events: list[dict[str, Any]]) -> list[tuple[int, int]]:
        """The same events until they count; where their receipts say that they lie."""
        body: Any = events if len(events) > 1 else events[0]
        answer = await self._answer(client, "/v1/events", body, 202)
        receipts = answer if isinstance(answer, list) else [answer]
        assert [r["id"] for r in receipts] == [e["id"] for e in events]
        places = [(r["lane"], r["seq"]) for r in receipts]
        self.accepted |= {e["id"]: place for e, place in zip(events, places, strict=True)}
        return places

    async def _answer(self, client: httpx.AsyncClient, path: str, body: Any, wanted: int) -> Any:
        kind = "application/json"
        if path == "/v1/events":
            kind = f"application/cloudevents{'-batch' if isinstance(body, list) else ''}+json"
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                answer = await client.post(path, json=body, headers={"Content-Type": kind})
                if answer.status_code == wanted:
                    now = time.monotonic()
                    self.longest, self._answered = max(self.longest, now - self._answered), now
                    return answer.json()
                assert answer.status_code in (429, 500, 502, 503), answer.text
            except httpx.TransportError:
                pass
            self.retries += 1
            await asyncio.sleep(0.1)
        raise AssertionError(f"an event was not taken within {PATIENCE:.0f} seconds")

    def _client(self, org: str) -> httpx.AsyncClient:
        headers = {"Authorization": f"Bearer {self._tokens[org]}"}
        return httpx.AsyncClient(base_url=self._door, headers=headers, timeout=10)
