"""The door over a real PostgreSQL: receipts, lists through the gate, and each reading logged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import orjson
import pytest

from kernel import persons
from kernel.decode import Catalogue
from kernel.disclosure import Gate, load_policy
from kernel.organisations import load
from kernel.writer import Writer
from schemas.catalogue import catalogue, example_data
from services.gateway.access import Access
from services.gateway.app import build
from services.gateway.parts import Clock
from services.gateway.pg_lapsed import PgLapsed
from services.gateway.pg_reading import PgReading
from services.gateway.pg_records import PgRecords
from services.gateway.pg_timeline import PgTimeline
from services.gateway.refusals import PgRefusals, Refusals
from tests.cluster import ORGANISATIONS, ORGANISER, SITE, START, Database, settle, stated, visit
from tests.sample.domain import VisitRecorded
from tests.unit.gateway.house import House, Tokens, event

POLICY = Path(__file__).parents[2] / "deploy" / "disclosure.toml"
CODE = "010594Y9032"
KNOWN = {VisitRecorded.meta.type: "operational"}


class Door:
    """The door with its parts over one database."""

    def __init__(self, database: Database, classes: Mapping[str, str] = KNOWN) -> None:
        journal, policy = database.door, load_policy(POLICY)
        organisations = load(database.settings.organisations)
        self.database, self.records = database, PgRecords(journal)
        self.writer = Writer(journal)
        self.writer.start()
        memory = House().parts
        timeline = PgTimeline(journal, policy, classes)
        self.parts = replace(
            memory,
            access=Access(Tokens(), organisations),
            rulebook=replace(memory.rulebook, organisations=organisations),
            records=self.records,
            stating=self.writer,
            lapsed=PgLapsed(journal, Catalogue({VisitRecorded.meta.type: VisitRecorded}, [])),
            reading=PgReading(journal, Gate(journal.pool, policy), policy, timeline),
            refusals=Refusals(PgRefusals(journal.pool), frozenset({"data", "day"})),
            clock=Clock(self.records, driven=True),
        )
        self.app = build(self.parts)

    def client(self, org: str = SITE) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app),
            base_url="http://door",
            headers={"Authorization": f"Bearer good-{org}", "Content-Type": "application/cloudevents+json"},
        )

    async def post(self, ref: str, n: int = 1, **changed: Any) -> httpx.Response:
        body = event(id=f"e-{n}", source=f"urn:polku:{SITE}:s", subject=ref, time="2026-03-01T10:00:00Z")
        async with self.client() as client:
            return await client.post("/v1/events", content=orjson.dumps({**body, **changed}))

    async def get(self, path: str, org: str = SITE) -> httpx.Response:
        async with self.client(org) as client:
            return await client.get(path)


@pytest.fixture
async def door(database: Database) -> Door:
    return Door(database)


async def test_a_receipt_is_the_same_again_and_tells_when_the_fact_is_applied(door: Door) -> None:
    ref = await door.database.person()
    first, again = await door.post(ref), await door.post(ref)
    path = f"/v1/receipts/urn%3Apolku%3A{SITE}%3As/e-1"
    reactor = await door.database.reactor()
    await reactor.claim(first.json()["lane"])

    before = await door.get(path)
    await settle(reactor)
    after = await door.get(path)

    assert (first.status_code, again.status_code) == (202, 202), first.text
    assert first.content == again.content
    assert before.json()["applied"]["referrals"] is False
    assert after.json()["applied"]["referrals"] is True
    assert {k: after.json()[k] for k in first.json()} == first.json()


async def test_a_row_that_says_again_what_no_longer_counts_is_told_so(door: Door) -> None:
    ref = await door.database.person()
    came, missed = (f"{ref};1.3.2026 12:00;1.3.2026;{word}" for word in ("kyllä", "ei"))
    headers = {"Content-Type": "text/csv", "Polku-Type": VisitRecorded.meta.type}
    async with door.client() as client:
        files = [
            await client.post("/v1/events", content="\n".join(["Asiakasviite;Aika;day;came", *rows]), headers=headers)
            for rows in ([came, missed, came], [missed])
        ]

    told = [[row["outcome"] for row in answer.json()] for answer in files]
    assert told == [["accepted", "accepted", "superseded"], ["duplicate"]]


async def test_other_content_and_erased_persons_are_refused_as_validate_foretold(door: Door) -> None:
    ref, gone = await door.database.person(), await door.database.person("020504A902E")
    await door.post(ref)
    await persons.erase(door.database.operator, gone)
    other: dict[str, Any] = {"data": {"day": "2026-02-02", "came": False}}

    reused, erased = await door.post(ref, **other), await door.post(gone, 2)
    async with door.client() as client:
        bodies = [
            event(id="e-1", source=f"urn:polku:{SITE}:s", subject=ref, time="2026-03-01T10:00:00Z", **other),
            event(id="e-2", source=f"urn:polku:{SITE}:s", subject=gone, time="2026-03-01T10:00:00Z"),
        ]
        foretold = [await client.post("/v1/validate", content=orjson.dumps(b)) for b in bodies]

    assert (reused.status_code, erased.status_code) == (422, 410)
    assert [f.status_code for f in foretold] == [422, 410]
    assert reused.json()["errors"][0]["pointer"] == "/id"


async def test_an_unknown_person_costs_others_nothing(door: Door) -> None:
    answer = await door.post("99999999-9999-4999-8999-999999999999")

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/subject")
    assert (await door.post(await door.database.person())).status_code == 202


async def test_a_list_shows_what_the_policy_allows_and_logs_each_person(door: Door) -> None:
    ref = await door.database.person()
    for n in (1, 2, 3):
        await door.post(ref, n, data={"day": f"2026-02-0{n}", "came": True})
    await settle(await door.database.reactor())

    stranger = await door.get("/v1/visit-log", ORGANISER)
    mine = await door.get(f"/v1/visit-log?client_ref={ref}", SITE)
    logged = await door.database.rows("SELECT org, record FROM disclosure.log WHERE record = 'visit_log'")

    assert stranger.json()["items"] == []
    assert mine.json()["items"] == []  # the policy names no such record for a workshop
    assert logged == []


async def test_pages_follow_each_other_without_gaps(door: Door) -> None:
    ref = await door.database.person()
    for n in range(1, 6):
        await door.post(ref, n, data={"day": f"2026-02-0{n}", "came": True})
    await settle(await door.database.reactor())
    related = door.database.settings.organisations.with_name("county.toml")
    related.write_text(ORGANISATIONS.replace('"workshop"', '"wellbeing_county"'))
    door.parts.access.organisations = load(related)  # the same organisation, but the policy shows a county everything

    days, path = [], "/v1/visit-log?limit=2"
    while path:
        answer = await door.get(path)
        assert answer.status_code == 200, answer.text
        days += [row["day"] for row in answer.json()["items"]]
        path = answer.links.get("next", {}).get("url", "")
    logged = await door.database.rows("SELECT org, subject, fields FROM disclosure.log WHERE record = 'visit_log'")

    assert days == [f"2026-02-0{n}" for n in range(1, 6)]
    assert {(r["org"], r["subject"]) for r in logged} == {(SITE, UUID(ref))}
    assert (await door.get("/v1/visit-log?day=2026-02-03")).status_code == 400  # not a filter of this view


async def test_a_timeline_is_for_those_related_and_is_logged(door: Door) -> None:
    ref = await door.database.person()
    await door.post(ref)
    await settle(await door.database.reactor())

    stranger, nobody = (
        await door.get(f"/v1/clients/{ref}/timeline", ORGANISER),
        await door.get("/v1/clients/x/timeline"),
    )

    assert (stranger.status_code, nobody.status_code) == (404, 404)


async def test_a_timeline_hides_what_others_state_in_a_type_that_only_a_newer_door_knows(door: Door) -> None:
    """It was taken for Polku's own word, whoever had stated it, and so shown to whoever may see operational data."""
    ref = await door.database.person()
    sick = example_data(catalogue()["fi.polku.plan.interrupted.v1"])
    for n in range(4):
        await door.database.door.append([visit(n, 20 + n, False, ref)])
    await door.database.door.append([stated(9, "fi.polku.plan.interrupted.v1", ref, sick, ORGANISER)])
    await door.database.at(START + timedelta(days=30))
    await settle(await door.database.reactor())

    shown = (await door.get(f"/v1/clients/{ref}/timeline", ORGANISER)).json()["items"]

    assert {row["type"] for row in shown} == {VisitRecorded.meta.type, "fi.polku.visits.missed.v1"}


async def test_resolving_is_logged_and_gives_one_ref_to_all(door: Door) -> None:
    async def resolve(org: str) -> httpx.Response:
        async with door.client(org) as client:
            headers = {"Content-Type": "application/json"}
            return await client.post(
                "/v1/clients/resolve", content=orjson.dumps({"identity_code": CODE}), headers=headers
            )

    first, again = await resolve(SITE), await resolve(SITE)
    logged = await door.database.rows("SELECT record, ground FROM disclosure.log")

    assert first.status_code == 200, first.text
    assert first.json() == again.json()
    assert [r["record"] for r in logged] == ["client.resolve", "client.resolve"]


async def test_refusals_are_added_up_in_the_database(door: Door) -> None:
    ref = await door.database.person()
    for _ in range(3):
        await door.post(ref, data={"day": "x", "came": True})
        await door.parts.refusals.flush()
    (row,) = await door.database.rows("SELECT org, type, pointer, count FROM door.refused")

    assert (row["org"], row["type"], row["pointer"], row["count"]) == (SITE, VisitRecorded.meta.type, "/data/day", 3)


async def test_ready_names_the_processors_that_have_no_places_yet(door: Door) -> None:
    answer = await door.get("/readyz")

    assert answer.status_code == 503
    assert "no checkpoints yet" in answer.json()["detail"]
