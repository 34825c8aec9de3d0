"""What the door shows: receipts, lists with their freshness, types, and its own description."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from services.gateway import cursor
from services.gateway.limits import Limiter, Quota
from services.gateway.problem import Rejected
from tests.unit.gateway.house import KNOWN, OTHER, SCHOOL, WORKSHOP, House, get, raw


@pytest.fixture
def house() -> House:
    return House()


async def test_a_receipt_tells_who_has_applied_the_fact_and_who_holds_it(house: House) -> None:
    stored = (await house.post(raw(id="a/b c%2F"))).json()
    path = f"/v1/receipts/{quote(stored['source'], safe='')}/{quote('a/b c%2F', safe='')}"

    answer = await get(house, path)

    assert answer.status_code == 200, answer.text
    shown = answer.json()
    assert {k: shown[k] for k in stored} == stored
    assert shown["applied"] == {"referrals": True, "placements": False}
    assert shown["held"] == ["placements"]


async def test_a_receipt_is_for_its_own_organisation_only(house: House) -> None:
    await house.post(raw())
    path = f"/v1/receipts/{quote(f'urn:polku:{WORKSHOP}:app', safe='')}/e-1"

    foreign, missing = await get(house, path, OTHER), await get(house, path + "x")

    assert foreign.status_code == missing.status_code == 404
    assert foreign.json()["errors"] == missing.json()["errors"]


async def test_a_list_says_how_fresh_it_is_and_where_it_goes_on(house: House) -> None:
    house.rows.rows, house.rows.more = [{"client_ref": KNOWN, "day": date(2026, 3, 2)}], [KNOWN, "2026-03-02"]
    answer = await get(house, "/v1/visit-log?limit=1")

    body = answer.json()
    assert body["items"] == [{"client_ref": KNOWN, "day": "2026-03-02"}]
    assert body["as_of"]["time"] and body["stale_sources"] == []
    assert 'rel="next"' in answer.headers["link"]
    following = await get(house, f"/v1/visit-log?limit=1&cursor={body['next']}")
    assert following.status_code == 200
    assert house.rows.asked[3].after == [KNOWN, "2026-03-02"]


async def test_a_cursor_holds_for_its_own_list_and_organisation_only(house: House) -> None:
    house.rows.more = [KNOWN, "2026-03-02"]
    given = (await get(house, "/v1/visit-log")).json()["next"]

    assert (await get(house, f"/v1/visit-log?cursor={given}", OTHER)).status_code == 400
    assert (await get(house, f"/v1/visit-log?client_ref={KNOWN}&cursor={given}")).status_code == 400
    assert (await get(house, f"/v1/visit-log?cursor={given[:-2]}xx")).status_code == 400


async def test_the_same_rows_need_not_be_sent_again(house: House) -> None:
    first = await get(house, "/v1/visit-log")
    again = await get(house, "/v1/visit-log", if_none_match=first.headers["etag"])

    assert again.status_code == 304
    assert again.headers["polku-as-of"]


async def test_a_reader_may_wait_for_its_own_receipt(house: House) -> None:
    there = await get(house, "/v1/visit-log?after=2:5", prefer="wait=1")
    not_yet = await get(house, "/v1/visit-log?after=2:6", prefer="wait=1")

    assert (there.json()["reached"], not_yet.json()["reached"]) == (True, False)


async def test_what_may_be_stated_is_listed_for_everybody(house: House) -> None:
    listed = (await get(house, "/schemas/", "")).json()
    schema = await get(house, httpx.URL(listed[0]["schema"]).path, "")
    concluded = (await get(house, "/schemas/concluded", "")).json()

    assert [sorted(e) for e in listed] == [["example", "schema", "stated_by", "type"]]
    assert listed[0]["stated_by"] == ["workshop"]
    assert schema.json()["properties"]["day"]
    assert "fi.polku.visits.missed.v1" in [e["type"] for e in concluded]
    assert "fi.polku.finding.withdrawn.v1" in [e["type"] for e in concluded]


async def test_every_reference_of_the_description_leads_somewhere(house: House) -> None:
    document = (await get(house, "/openapi.json", "")).json()

    def references(part: Any) -> list[str]:
        if isinstance(part, dict):
            return [part["$ref"]] if "$ref" in part else [r for v in part.values() for r in references(v)]
        return [r for v in part for r in references(v)] if isinstance(part, list) else []

    assert document["openapi"].startswith("3.1")
    assert {r.rsplit("/", 1)[1] for r in references(document)} <= document["components"]["schemas"].keys()
    assert set(document["paths"]) >= {"/v1/events", "/v1/validate", "/v1/receipts/{source}/{id}", "/v1/visit-log"}
    assert "202" in document["paths"]["/v1/events"]["post"]["responses"]


async def test_what_goes_through_kafka_is_described(house: House) -> None:
    document = (await get(house, "/asyncapi.json", "")).json()

    assert document["asyncapi"] == "3.0.0"
    assert "fi.polku.visit.recorded.v1" in document["channels"]["in"]["messages"]


async def test_alive_and_ready_are_told_apart(house: House) -> None:
    assert (await get(house, "/readyz", "")).status_code == 200
    house.store.down = True

    assert (await get(house, "/healthz", "")).status_code == 200
    assert (await get(house, "/readyz", "")).status_code == 503


async def resolve(house: House, body: object, org: str = WORKSHOP) -> httpx.Response:
    async with house.client(org) as client:
        return await client.post("/v1/clients/resolve", json=body)


async def test_a_code_gives_the_same_ref_whether_known_or_not(house: House) -> None:
    first = await resolve(house, {"identity_code": "010594Y9032"})
    again = await resolve(house, {"identity_code": "010594Y9032"}, OTHER)

    assert first.status_code == again.status_code == 200
    assert first.json() == again.json()
    assert list(first.json()) == ["client_ref"]
    assert "ratelimit" in first.headers


@pytest.mark.parametrize(
    "body", [{}, {"identity_code": 7}, {"identity_code": "010594Y9033"}, {"identity_code": "131052-308T"}, []]
)
async def test_a_code_that_is_none_or_real_is_refused_here(house: House, body: object) -> None:
    answer = await resolve(house, body)

    assert answer.status_code == 422
    assert "131052" not in answer.text


async def test_asking_in_numbers_is_stopped_for_one_and_not_for_another(house: House) -> None:
    answers = [await resolve(house, {"identity_code": "010594Y9032"}) for _ in range(7)]

    assert [a.status_code for a in answers].count(429) >= 1
    refused = answers[-1]
    assert int(refused.headers["retry-after"]) >= 1
    assert refused.json()["type"].endswith("quota-exceeded")
    assert (await resolve(house, {"identity_code": "010594Y9032"}, SCHOOL)).status_code == 403
    assert (await resolve(house, {"identity_code": "010594Y9032"}, OTHER)).status_code == 200


def test_the_day_s_quota_ends_and_begins_again() -> None:
    seconds = iter([0.0, 10.0, 20.0, 30.0, 86_400.0])
    limiter = Limiter(Quota(burst=2, rate=1, daily=3), clock=lambda: next(seconds))
    for _ in range(3):
        limiter.take("a")

    with pytest.raises(Rejected):
        limiter.take("a")
    limiter.take("a")


def test_a_cursor_is_read_as_it_was_signed() -> None:
    key = b"k" * 32

    assert cursor.read(key, "scope", cursor.sign(key, "scope", ["a", "b"])) == ["a", "b"]
