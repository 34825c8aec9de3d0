"""What the tests of a hostile partner share: an instance, and a partner at its door who knows one person."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import httpx

from tests.instance import Instance, example, post, wait_for

COUNTY, WORKSHOP, OPERATOR, OTHER = "9000003-8", "9000012-6", "9000001-1", "9000013-4"
TYPE = "fi.polku.attendance.day_recorded.v1"
BATCH = {"Content-Type": "application/cloudevents-batch+json"}


class Here(Instance):
    """An instance whose door is asked for once: it stays the same while the instance lives."""

    _door = ""

    @property
    def door(self) -> str:
        self._door = self._door or super().door
        return self._door


class Partner:
    """The workshop at the door, with a person it may speak of."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.http = instance.client(WORKSHOP)
        self.ref = instance.resolve(WORKSHOP, "010594Y9032")
        self._good = example(self.http, TYPE, self.ref)

    def event(self, **changed: Any) -> dict[str, Any]:
        return {**self._good, "source": f"urn:polku:{WORKSHOP}:app", "id": str(uuid4()), **changed}

    def state(self, **changed: Any) -> httpx.Response:
        return post(self.http, self.event(**changed))

    def batch(self, *events: Any, **headers: str) -> httpx.Response:
        return self.http.post("/v1/events", content=json.dumps(events), headers={**BATCH, **headers})

    def alert(self) -> str:
        """An alert of her: the days that should have been recorded since are missing."""
        query = {"client_ref": self.ref}
        found = wait_for(lambda: self.http.get("/v1/alerts", params=query).json()["items"], 60, "no alert came")
        return str(found[0]["alert_id"])

    def stored(self, event: dict[str, Any]) -> bool:
        path = f"/v1/receipts/{quote(event['source'], safe='')}/{quote(event['id'], safe='')}"
        return self.http.get(path).status_code == 200


def pointers(answer: httpx.Response) -> list[str]:
    return [problem["pointer"] for problem in answer.json()["errors"]]


def plain(answer: httpx.Response) -> tuple[int, dict[str, Any]]:
    """An answer without what differs from request to request."""
    return answer.status_code, {k: v for k, v in answer.json().items() if k not in ("instance", "trace_id")}
