"""What operations see of a running instance: metrics, traces and logs, and that none of them tells of a person.

The tests of this file share one instance, and their order counts: the logs are searched last.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from kernel.observe import FIELDS
from operate import credentials
from operate.instance import read
from operate.ports import HOST
from tests.instance import Instance, example, post, wait_for

COUNTY, WORKSHOP = "9000003-8", "9000012-6"
SOURCE = f"urn:polku:{WORKSHOP}:attendance"
CODE = "010594Y9032"
TRACE = "0af7651916cd43dd8448eb211c80319c"
HEADER = f"00-{TRACE}-b7ad6b7169203331-01"
SECONDS = count()
"""Two concerns of one instant are one matter."""
CANARIES = ("Aurora-Canaria", "Kanarialinnunkatu", "canary-note-7f3a", CODE, "131052-308T")
PROCESSED = "polku_events_processed_total"
THEIRS = ("postgres.log", "kafka.log", "supervisor.log")
"""Logs of programs that are not ours, or of the command line: their form is not ours to choose."""


@dataclass
class House:
    """The instance with every kind of process, two partners, and a person in a placement."""

    instance: Instance
    county: httpx.Client
    workshop: httpx.Client
    person: str
    placement: str

    def event(self, name: str, **data: Any) -> dict[str, Any]:
        """An event that the workshop may state about the person."""
        event = example(self.workshop, f"fi.polku.{name}.v1", self.person, **data)
        return event | {"source": SOURCE, "time": f"2026-03-01T20:00:{next(SECONDS):02}Z"}

    def concern(self, **headers: str) -> dict[str, Any]:
        """The workshop is worried, which rings at once."""
        event = self.event("absence.concern_raised", placement_id=self.placement, code="worry")
        body = json.dumps(event)
        content = {"Content-Type": "application/cloudevents+json", **headers}
        answer = self.workshop.post("/v1/events", content=body, headers=content)
        assert answer.status_code == 202, answer.text
        return event

    def page(self) -> str:
        """The metrics of every process: a page goes without those of one that has not answered within a second."""
        ports = read(self.instance.state).ports
        every = [n.removeprefix("metrics_").replace("_", "-") for n in ports if n.startswith("metrics_")]

        def whole() -> str:
            text = httpx.get(f"http://{HOST}:{ports['metrics']}/metrics", timeout=30).text
            return text if all(f'process="{name}"' in text for name in every) else ""

        return str(wait_for(whole, 60, "a process does not tell its metrics"))

    def metrics(self) -> dict[str, float]:
        """Samples as `name{labels}`, without the process that they come from; those of several processes summed."""
        found: dict[str, float] = {}
        for family in text_string_to_metric_families(self.page()):
            for s in family.samples:
                labels = ",".join(f"{k}={v}" for k, v in sorted(s.labels.items()) if k != "process")
                found[f"{s.name}{{{labels}}}"] = found.get(f"{s.name}{{{labels}}}", 0) + s.value
        return found

    async def facts(self) -> list[dict[str, Any]]:
        """Her facts as they lie in the journal."""
        dsn = credentials.superuser_dsn(read(self.instance.state)).rpartition("/")[0] + "/polku"
        connection = await asyncpg.connect(dsn)
        try:
            rows = await connection.fetch(
                "SELECT id, type, source, attributes FROM journal.fact WHERE subject = $1::text::uuid ORDER BY seq",
                self.person,
            )
        finally:
            await connection.close()
        return [{**row, "attributes": json.loads(row["attributes"])} for row in rows]

    async def raised(self, trace: str) -> list[str]:
        """What Polku has concluded under a trace, by name."""
        own = [f for f in await self.facts() if ":polku-" in f["source"]]
        return [f["type"] for f in own if f["attributes"].get("traceparent") == trace]


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """Not under pytest's own directory: another pytest that starts closes that to the database's user."""
    with tempfile.TemporaryDirectory(prefix="polku-", ignore_cleanup_errors=True) as home:
        yield Path(home)


@pytest.fixture(scope="module")
def house(place: Path) -> Iterator[House]:
    instance = Instance(place, carrier="kafka")
    try:
        instance.up()
        county, workshop = instance.client(COUNTY), instance.client(WORKSHOP)
        made = House(instance, county, workshop, instance.resolve(COUNTY, CODE), str(uuid4()))
        started = made.event("placement.started", placement_id=made.placement, started_on="2026-02-02")
        assert post(workshop, started).status_code == 202
        client = example(county, "fi.polku.client.registered.v1", made.person, home_municipality="743")
        client |= {"source": f"urn:polku:{COUNTY}:client-register", "time": "2026-03-01T19:00:00Z"}
        assert post(county, client).status_code == 202
        instance.settled()
        yield made
    finally:
        instance.down()


async def test_the_trace_of_a_partners_request_reaches_the_alert_that_it_raised(house: House) -> None:
    stated = house.concern(traceparent=HEADER)
    house.instance.settled()

    (fact,) = [f for f in await house.facts() if f["id"] == stated["id"]]
    assert fact["attributes"]["traceparent"] == HEADER
    assert {"fi.polku.absence.concern_open.v1", "fi.polku.alert.raised.v1"} <= set(await house.raised(HEADER))


async def test_the_trace_that_an_event_carries_itself_goes_before_that_of_the_request(house: House) -> None:
    inner = HEADER.replace(TRACE, TRACE[::-1])
    event = house.event("absence.concern_raised", placement_id=house.placement, code="worry") | {"traceparent": inner}
    content = {"Content-Type": "application/cloudevents+json", "traceparent": HEADER}
    assert house.workshop.post("/v1/events", content=json.dumps(event), headers=content).status_code == 202
    house.instance.settled()

    (fact,) = [f for f in await house.facts() if f["id"] == event["id"]]
    assert fact["attributes"]["traceparent"] == inner
    assert "fi.polku.absence.concern_open.v1" in await house.raised(inner)


async def test_a_traceparent_that_is_none_is_not_kept(house: House) -> None:
    stated = house.concern(traceparent=CANARIES[0])

    (fact,) = [f for f in await house.facts() if f["id"] == stated["id"]]
    assert "traceparent" not in fact["attributes"]


async def test_one_page_shows_the_metrics_of_all_processes(house: House) -> None:
    applied = {"processor": "placements", "partner": WORKSHOP, "outcome": "applied"}
    earlier = sum(fact["source"] == SOURCE for fact in await house.facts())
    wait_for(lambda: summed(house.metrics(), PROCESSED, **applied) == earlier, 60, "what was stated before is not done")
    before = house.metrics()
    for _ in range(3):
        house.concern()
    again = house.concern()
    assert post(house.workshop, again).headers["idempotent-replayed"] == "true"
    wrong = house.event("absence.concern_raised", placement_id=house.placement, code="bogus")
    ahead = {**house.event("absence.concern_raised", placement_id=house.placement), "time": "2027-01-01T00:00:00Z"}
    assert [post(house.workshop, e).status_code for e in (wrong, ahead)] == [422, 422]
    house.county.get("/v1/alerts", params={"client_ref": house.person})
    house.instance.settled()

    def grown(name: str, **labels: str) -> float:
        return summed(house.metrics(), name, **labels) - summed(before, name, **labels)

    def has_grown(name: str, **labels: str) -> None:
        """What is counted after the transaction may be counted a moment after it is seen."""
        wait_for(lambda: grown(name, **labels) >= 1, 20, f"{name} was not counted")

    type_ = "fi.polku.absence.concern_raised.v1"
    assert grown("polku_events_received_total", topic="http", partner=WORKSHOP, event_type=type_) == 4
    assert grown("polku_event_publish_delay_seconds_count", partner=WORKSHOP, event_type=type_) == 4
    assert grown("polku_event_validation_failures_total", partner=WORKSHOP, field="/data/code") == 1
    assert grown("polku_events_future_dated_total", partner=WORKSHOP) == 1
    wait_for(lambda: grown(PROCESSED, **applied) == 4, 60, "facts applied were not counted")
    wait_for(
        lambda: grown("polku_event_pipeline_latency_seconds_count", projection="attendance_calendar") >= 4,
        20,
        "the way of the facts into the calendar was not measured",
    )
    has_grown("polku_alert_latency_seconds_count", kind="absence.concern_open")
    has_grown("polku_alerts_raised_total", kind="absence.concern_open")
    has_grown("polku_disclosure_decisions_total", decision="shown")
    request = {"http_route": "/v1/events", "http_response_status_code": "202", "partner": WORKSHOP}
    assert grown("http_server_request_duration_seconds_count", **request) == 5


def summed(samples: dict[str, float], name: str, **labels: str) -> float:
    """Samples of a name that have these labels, added up."""
    wanted = [f"{k}={v}" for k, v in labels.items()]
    return sum(v for k, v in samples.items() if k.split("{")[0] == name and all(w in k for w in wanted))


def test_the_gauges_tell_lag_holds_deliveries_and_the_clock(house: House) -> None:
    expected = (
        "polku_consumer_lag_records{group=polku-placements,",
        "polku_consumer_lag_seconds{group=polku-notifications,",
        "polku_projection_lag_seconds{projection=attendance_calendar,slot=active}",
        "polku_scheduler_last_success_timestamp_seconds{job_name=due_sweep}",
        "polku_notification_deliveries_total{channel=inbox,outcome=delivered}",
        "polku_business_hours{}",
    )

    def found() -> dict[str, float] | None:
        samples = house.metrics()
        lags = [v for k, v in samples.items() if k.startswith("polku_consumer_lag_records")]
        return samples if all(any(k.startswith(e) for k in samples) for e in expected) and not any(lags) else None

    samples = wait_for(found, 60, "a gauge is missing, or tells of a lag where nothing waits")

    assert not any(k.startswith("polku_quarantine_held_clients{") for k in samples), "nobody is on hold"


def test_no_metric_names_a_person(house: House) -> None:
    page = house.page()

    assert house.person not in page
    assert house.placement not in page


def test_no_log_holds_what_was_sent_whatever_went_wrong_with_it(house: House) -> None:
    name, street, note, code, other = CANARIES
    concern = house.event("absence.concern_raised", placement_id=house.placement, code="worry")
    data = concern["data"]
    bad = (
        {**concern, "data": {**data, "code": name}},
        {**concern, "data": {**data, "placement_id": street}},
        {**concern, "data": {**data, "free_text": other}},
        {**concern, "subject": name},
        {**concern, "type": f"fi.polku.{note}.v1"},
        {**concern, "source": f"urn:polku:{WORKSHOP}:{name}"},
        {**concern, "data": f"{street} {code}"},
    )
    for event in bad:
        assert 400 <= post(house.workshop, event).status_code < 500
    good = {**concern, "id": note, "data": {**data, "remark": f"{name} {street}"}}
    assert post(house.workshop, good).status_code == 202
    content = {"Content-Type": "application/cloudevents+json"}
    house.workshop.post("/v1/events", content=f'{{"id": "{name}", "data": {street}'.encode(), headers=content)
    house.workshop.post("/v1/clients/resolve", json={"identity_code": code + name})
    house.county.post("/v1/clients/resolve", json={"identity_code": other})
    house.workshop.get(f"/v1/receipts/{name}/{street}", params={"q": note})
    house.workshop.get(f"/v1/clients/{name}/situation", headers={"Authorization": f"Bearer {note}"})
    house.instance.settled()

    logs = {p.name: p.read_text(errors="replace") for p in (house.instance.state / "logs").iterdir()}
    assert {
        f"{role}.log" for role in ("gateway", "placements", "notifications", "clock", "relay", "intake")
    } <= logs.keys()
    found = [(log, canary) for log, text in logs.items() for canary in CANARIES if canary in text]
    assert found == []
    for log, text in logs.items():
        for line in text.splitlines() if log not in THEIRS else ():
            entry = json.loads(line)
            assert set(entry) <= FIELDS, (log, set(entry) - FIELDS)
