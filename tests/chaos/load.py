"""Partners under load: they retry the same event until it counts, and remember what was promised to them."""

from __future__ import annotations

import random
import threading
import time
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx

from tests.instance import Instance, example

COUNTY, WORKSHOP = "9000003-8", "9000012-6"
SOURCE = f"urn:polku:{WORKSHOP}:attendance"


def code_of(n: int) -> str:
    """A made-up test identity code (individual numbers 900-999)."""
    checks = "0123456789ABCDEFHJKLMNPRSTUVWXY"
    day, month, year, number = 1 + n % 28, 1 + n // 28 % 12, 40 + n // 336 % 50, 900 + n % 100
    digits = f"{day:02}{month:02}{year:02}{number}"
    return f"{digits[:6]}-{number}{checks[int(digits) % 31]}"


@dataclass
class Load:
    """One thread that states attendance for many persons, one fact after another, as long as it is told to."""

    instance: Instance
    persons: int
    seed: int
    refs: list[tuple[str, str]] = field(default_factory=list)
    accepted: dict[str, dict[str, Any]] = field(default_factory=dict)
    retries: int = 0
    false: list[str] = field(default_factory=list)

    def prepare(self) -> None:
        """Persons with placements; the door must be up."""
        self.door = self.instance.door
        self.tokens = {org: self.instance.token(org) for org in (COUNTY, WORKSHOP)}
        with self._client() as client:
            self._template = example(client, "fi.polku.attendance.day_recorded.v1", None)
            started = example(client, "fi.polku.placement.started.v1", None)
            for n in range(self.persons):
                answer = client.post(
                    "/v1/clients/resolve", json={"identity_code": code_of(n)}, headers=self._as(COUNTY)
                ).raise_for_status()
                ref, placement = answer.json()["client_ref"], str(uuid4())
                self.refs.append((ref, placement))
                self._state(
                    client,
                    {
                        **started,
                        "subject": ref,
                        "source": SOURCE,
                        "id": str(uuid4()),
                        "data": {"placement_id": placement, "started_on": "2026-03-02"},
                    },
                )

    def start(self) -> None:
        """Begin."""
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def stop(self) -> None:
        """End after the fact under way has been accepted."""
        self._stop.set()
        self._thread.join(60)
        assert not self._thread.is_alive(), "the last fact was never accepted"

    def _run(self) -> None:
        chance = random.Random(self.seed)  # noqa: S311 - a load that can be repeated, not a secret
        with self._client() as client:
            for n in range(1_000_000):
                if self._stop.is_set():
                    return
                ref, placement = chance.choice(self.refs)
                day = date(2026, 3, 2) + timedelta(days=chance.randrange(60))
                data = {**self._template["data"], "placement_id": placement, "date": day.isoformat()}
                data |= {"status": chance.choice(["present", "absent"])}
                event = {
                    **self._template,
                    "subject": ref,
                    "source": SOURCE,
                    "data": data,
                    "time": "2026-03-02T06:00:00Z",
                }
                self._state(client, {**event, "id": str(UUID(int=chance.getrandbits(128)))}, n)

    def _state(self, client: httpx.Client, event: dict[str, Any], n: int = 0) -> None:
        """The same event until it counts; then now and then once more, which must give the very same receipt."""
        receipt = self._until_taken(client, event)
        self.accepted[event["id"]] = receipt
        if n % 7 == 0 and self._until_taken(client, event) != receipt:
            self.false.append(event["id"])

    def _until_taken(self, client: httpx.Client, event: dict[str, Any]) -> dict[str, Any]:
        for _ in range(600):
            try:
                answer = client.post(
                    "/v1/events",
                    json=event,
                    headers={**self._as(WORKSHOP), "Content-Type": "application/cloudevents+json"},
                )
                if answer.status_code == 202:
                    found: dict[str, Any] = answer.json()
                    return found
                assert answer.status_code in (429, 500, 502, 503), answer.text
            except httpx.TransportError:
                pass
            self.retries += 1
            time.sleep(0.1)
        raise AssertionError("a fact was not taken within a minute")

    def _client(self) -> httpx.Client:
        return httpx.Client(base_url=self.door, timeout=5)

    def _as(self, org: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.tokens[org]}"}
