"""From the door's answer to an absence until the alert lies in the own worker's inbox, with all services running."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import httpx

from bench.latency import instance
from bench.load import COUNTY, WORKSHOP, identity
from bench.measure import Bar, Result
from bench.place import Place

P50, P99 = "p50 of absence to alert", "p99 of absence to alert"
BARS = (Bar(P99, 500, most=True),)
SAID = "2026-03-01T08:00:00Z"
BEGUN, FIRST, SECOND = "2026-02-02", "2026-02-16", "2026-02-17"


async def measure(place: Place, facts: int, rounds: int) -> Sequence[Result]:  # noqa: ARG001  (a whole instance runs)
    """Milliseconds, as the county's own system sees it; one absence at a time, each of another person."""
    result = Result("alert", "ms from 202 to the alert in the inbox", {P50: [], P99: []}, BARS)
    async with instance(COUNTY, WORKSHOP) as (door, tokens):
        people = [_client(door, tokens[org]) for org in (COUNTY, WORKSHOP)]
        county, workshop = people
        try:
            count = max(5, facts // 400)
            for number in range(rounds):
                cases = [await _begun(county, workshop, number * count + n) for n in range(count)]
                times = sorted([await _absence(county, workshop, case) for case in cases])
                result.figures[P50].append(statistics.median(times) * 1000)
                result.figures[P99].append(times[int(len(times) * 0.99)] * 1000)
        finally:
            for client in people:
                await client.aclose()
    result.notes.append(f"{count} absences a round; the inbox is asked every 10 ms")
    return [result]


def _client(door: str, token: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=door, headers={"authorization": f"Bearer {token}"}, timeout=60)


async def _begun(county: httpx.AsyncClient, workshop: httpx.AsyncClient, number: int) -> tuple[str, str]:
    """Somebody with an own worker at a workshop, who has missed one day: (client_ref, placement)."""
    found = await county.post("/v1/clients/resolve", json={"identity_code": identity(number)})
    ref, placement = str(found.json()["client_ref"]), str(uuid4())
    known = {"home_municipality": "743", "age_band": "25plus", "language": "fi", "birth_year": 1980}
    await _state(county, COUNTY, "client.registered", ref, known)
    worker = {"role_code": "own_worker", "person_ref": "so-aalto", "from": "2026-01-01"}
    await _state(county, COUNTY, "caseworker.assigned", ref, worker)
    agreed = {"site_id": str(uuid4()), "start_on": BEGUN, "end_on": "2026-12-31", "provider_org": WORKSHOP}
    await _state(county, COUNTY, "placement.agreed", ref, {"placement_id": placement, **agreed})
    week = {"days_per_week": 4, "weekdays": ["mon", "tue", "wed", "thu"], "minutes_per_day": 300, "from": BEGUN}
    await _state(workshop, WORKSHOP, "placement.terms_changed", ref, {"placement_id": placement, **week})
    await _state(workshop, WORKSHOP, "placement.started", ref, {"placement_id": placement, "started_on": BEGUN})
    receipt = await _state(workshop, WORKSHOP, "attendance.day_recorded", ref, _missed(placement, FIRST))
    for path in ("/v1/attendance-calendar", "/v1/worklist"):  # what comes next shall wait for nobody
        params = {"after": f"{receipt['lane']}:{receipt['seq']}", "limit": "1"}
        seen = await county.get(path, params=params, headers={"prefer": "wait=30"})
        if seen.status_code != 200 or not seen.json().get("reached"):
            raise RuntimeError(f"not worked in: {seen.status_code} {seen.text[:300]}")
    return ref, placement


def _missed(placement: str, day: str) -> dict[str, Any]:
    told = {"status": "absent", "reason": "unknown", "notified_by_client": False}
    return {"placement_id": placement, "date": day, **told}


async def _absence(county: httpx.AsyncClient, workshop: httpx.AsyncClient, case: tuple[str, str]) -> float:
    ref, placement = case
    await _state(workshop, WORKSHOP, "attendance.day_recorded", ref, _missed(placement, SECOND))
    begun = time.perf_counter()
    while time.perf_counter() - begun < 30:
        answer = await county.get("/v1/alerts", params={"client_ref": ref, "family": "absence"})
        if answer.status_code != 200:
            raise RuntimeError(f"the inbox answered {answer.status_code} {answer.text[:300]}")
        if answer.json()["items"]:
            return time.perf_counter() - begun
        await asyncio.sleep(0.01)
    raise RuntimeError("no alert within half a minute")


async def _state(client: httpx.AsyncClient, org: str, name: str, ref: str, data: dict[str, Any]) -> dict[str, Any]:
    event = {
        "specversion": "1.0",
        "id": uuid4().hex,
        "source": f"urn:polku:{org}:{'case-system' if org == COUNTY else 'attendance'}",
        "type": f"fi.polku.{name}.v1",
        "subject": ref,
        "time": SAID,
        "datacontenttype": "application/json",
        "data": data,
    }
    answer = await client.post("/v1/events", json=event, headers={"content-type": "application/cloudevents+json"})
    if answer.status_code != 202:
        raise RuntimeError(f"the door answered {answer.status_code} {answer.text[:500]}")
    found: dict[str, Any] = answer.json()
    return found
