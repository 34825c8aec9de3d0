"""Whatever a stranger sends: a clear no, never a fault of ours, never a promise, never an echo."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any
from uuid import UUID

import httpx
import orjson
import pytest

from services.gateway.app import build
from services.notifications.decisions import hand_over
from services.notifications.views import absence_alerts
from tests.unit.gateway.house import KNOWN, NOW, OTHER, WORKSHOP, House, event, raw

STRUCTURED = "application/cloudevents+json"
GOOD = raw()


def text(old: str, new: str) -> bytes:
    """The good event with a piece of its text replaced."""
    changed = GOOD.decode().replace(old, new)
    assert changed != GOOD.decode()
    return changed.encode("utf-8", "surrogatepass")


BODIES: dict[str, tuple[bytes, set[int]]] = {
    "empty": (b"", {400}),
    "only blanks": (b" \n\t ", {400}),
    "two documents": (GOOD + GOOD, {400}),
    "trailing text": (GOOD + b"x", {400}),
    "an array in single mode": (b"[" + GOOD + b"]", {400}),
    "a number": (b"7", {400}),
    "null": (b"null", {400}),
    "the same key twice": (text('"id":"e-1"', '"id":"e-1","id":"e-2"'), {400}),
    "the same key by escape": (text('"id":"e-1"', '"id":"e-1","\\u0069d":"e-2"'), {400}),
    "the same key deep inside": (text('"came":true', '"came":true,"c\\u0061me":false'), {400}),
    "NaN": (text('"came":true', '"came":NaN'), {400}),
    "minus Infinity": (text('"came":true', '"came":-Infinity'), {400}),
    "a number that overflows": (text('"came":true', '"came":true,"weight":1e400'), {400}),
    "a number that vanishes": (text('"came":true', '"came":true,"weight":1e-400'), {400}),
    "a whole number beyond 2^53": (text('"came":true', '"came":true,"weight":9007199254740993'), {400, 422}),
    "a leading zero": (text('"came":true', '"came":true,"weight":01'), {400}),
    "a plus sign": (text('"came":true', '"came":true,"weight":+1'), {400}),
    "a decimal where a whole number stands": (text('"came":true', '"came":true,"weight":1.0'), {422}),
    "a text where a whole number stands": (text('"came":true', '"came":true,"weight":"1"'), {422}),
    "true where a whole number stands": (text('"came":true', '"came":true,"weight":true'), {422}),
    "a number where true stands": (text('"came":true', '"came":1'), {422}),
    "a lone high surrogate": (text('"id":"e-1"', '"id":"e-\\ud800"'), {400}),
    "inverted surrogates": (text('"came":true', '"came":true,"note":"\\udc00\\ud800"'), {400}),
    "NUL in a value": (text('"came":true', '"came":true,"note":"a\\u0000b"'), {422}),
    "NUL in a key": (text('"came":true', '"came":true,"a\\u0000b":1'), {422}),
    "NUL in the id": (text('"id":"e-1"', '"id":"e\\u0000"'), {400, 422}),
    "a byte order mark": (b"\xef\xbb\xbf" + GOOD, {400}),
    "UTF-16": (GOOD.decode().encode("utf-16"), {400}),
    "UTF-32": (GOOD.decode().encode("utf-32"), {400}),
    "Latin-1": (text('"came":true', '"came":true,"note":"ä"').decode().encode("latin-1"), {400}),
    "overlong UTF-8": (GOOD.replace(b"e-1", b"e\xc0\xaf1"), {400}),
    "deep nesting": (b"[" * 100_000 + b"]" * 100_000, {400, 413, 422}),
    "nesting of 40": (text('"came":true', '"came":true,"x":' + "[" * 40 + "]" * 40), {400, 422}),
    "10 000 combining marks": (text('"came":true', '"came":true,"note":"a' + "\u0301" * 10_000 + '"'), {422}),
    "too large": (text('"came":true', '"came":true,"note":"' + "a" * 66_000 + '"'), {413}),
    "data twice": (text('"data":', '"data_base64":"e30=","data":'), {400}),
    "data that is no base64": (text('"data":{"day":"2026-03-02","came":true}', '"data_base64":"e3 0="'), {400}),
    "data that is no object": (text('"data":{"day":"2026-03-02","came":true}', '"data":[]'), {400, 422}),
}

ATTRIBUTES: dict[str, tuple[dict[str, Any], set[int]]] = {
    "no specversion": ({"specversion": None}, {400}),
    "another specversion": ({"specversion": "0.3"}, {400}),
    "no id": ({"id": None}, {400}),
    "no source": ({"source": None}, {400}),
    "no type": ({"type": None}, {400}),
    "no time": ({"time": None}, {400}),
    "no subject": ({"subject": None}, {400}),
    "an empty id": ({"id": ""}, {400}),
    "a long id": ({"id": "a" * 1024}, {400, 422}),
    "a newline in the id": ({"id": "a\nb"}, {400}),
    "a path in the id": ({"id": "a/../b"}, {400}),
    "an id that is not normal": ({"id": "a\u0308"}, {422}),
    "a direction override in the id": ({"id": "a\u202eb"}, {422}),
    "a zero width space in the id": ({"id": "a\u200bb"}, {422}),
    "an empty source": ({"source": ""}, {400}),
    "a relative source": ({"source": "/mine"}, {400, 403}),
    "a wildcard source": ({"source": f"urn:polku:{WORKSHOP}:*"}, {400, 403}),
    "a subject that is no ref": ({"subject": "nobody"}, {400, 422}),
    "a subject in capitals": ({"subject": KNOWN.replace("1", "A")}, {400, 422}),
    "another partition key": ({"partitionkey": "x"}, {400, 422}),
    "a foreign dataschema": ({"dataschema": "http://169.254.169.254/x"}, {400}),
    "a dataschema in a file": ({"dataschema": "file:///etc/passwd"}, {400}),
    "another content type": ({"datacontenttype": "text/xml"}, {400}),
    "capitals in a name": ({"Bad": "x"}, {400}),
    "a list as an extension": ({"ext": [1]}, {400}),
    "a long extension": ({"ext": "a" * 1025}, {400, 422}),
    "an identity code in the id": ({"id": "010594Y9032"}, {422}),
    "an identity code in an extension": ({"ext": "x 010594Y9032"}, {422}),
    "year 0001": ({"time": "0001-01-01T00:00:00Z"}, {422}),
    "year 9999": ({"time": "9999-12-31T23:59:59Z"}, {422}),
    "a negative year": ({"time": "-0001-01-01T00:00:00Z"}, {422}),
    "a leap second": ({"time": "2025-12-31T23:59:60Z"}, {422}),
    "24 o'clock": ({"time": "2026-03-01T24:00:00Z"}, {422}),
    "an offset of 25 hours": ({"time": "2026-03-01T10:00:00+25:00"}, {422}),
    "no offset": ({"time": "2026-03-01T10:00:00"}, {422}),
    "a small z": ({"time": "2026-03-01T10:00:00z"}, {422}),
    "ten digits of a second": ({"time": "2026-03-01T10:00:00.0123456789Z"}, {422}),
    "the 30th of February": ({"time": "2026-02-30T10:00:00Z"}, {422}),
    "tomorrow": ({"time": "2026-03-03T10:30:00Z"}, {422}),
    "recorded in the future": ({"recordedtime": "2026-03-02T10:06:00Z"}, {422}),
    "a correction of itself": ({"corrects": "e-1"}, {422}),
    "a number as the id": ({"id": 7}, {400}),
    "capital dotted I in the type": ({"type": "fi.polku.vİsit.recorded.v1"}, {400, 403}),
}


@pytest.fixture(scope="module")
def house() -> House:
    return House()


def clearly_refused(answer: httpx.Response, allowed: set[int]) -> None:
    """A problem document with the right status."""
    assert answer.status_code in allowed, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["errors"], answer.text


@pytest.mark.parametrize("name", BODIES)
async def test_a_body_that_is_not_one_strict_event_is_refused(house: House, name: str) -> None:
    body, allowed = BODIES[name]
    started = time.process_time()

    clearly_refused(await house.post(body), allowed)
    assert time.process_time() - started < 1
    assert not house.store.facts


@pytest.mark.parametrize("name", ATTRIBUTES)
async def test_an_attribute_against_the_rules_is_refused(house: House, name: str) -> None:
    changed, allowed = ATTRIBUTES[name]

    clearly_refused(await house.post(raw(**changed)), allowed)
    assert not house.store.facts


async def test_an_event_cut_off_anywhere_is_refused(house: House) -> None:
    for end in range(len(GOOD)):
        assert (await house.post(GOOD[:end])).status_code == 400
    assert not house.store.facts


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"content_type": ""}, 415),
        ({"content_type": "text/plain"}, 415),
        ({"content_type": "application/cloudevents+json; charset=utf-16"}, 415),
        ({"content_type": "multipart/form-data; boundary=x"}, 415),
        ({"content_type": "application/cloudevents+xml"}, 415),
        ({"content_type": STRUCTURED + ";x=" * 1000}, 415),
        ({"content_type": "application/json"}, 415),
        ({"content_encoding": "gzip"}, 415),
        ({"ce-id": "e-2"}, 400),
        ({"x_http_method_override": "DELETE"}, 405),
        ({"content_length": "99999999"}, 413),
    ],
)
async def test_headers_that_do_not_fit_are_refused(house: House, headers: dict[str, str], status: int) -> None:
    clearly_refused(await house.post(GOOD, **headers), {status})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ce-id", "%00"),
        ("ce-id", "a%0d%0ab"),
        ("ce-id", "%C0%A0"),
        ("ce-id", "%zz"),
        ("ce-id", '"open'),
        ("ce-datacontenttype", "application/json"),
        ("ce-time", "yesterday"),
    ],
)
async def test_binary_headers_are_decoded_once_and_strictly(house: House, name: str, value: str) -> None:
    sent = event()
    data = sent.pop("data")
    headers = {f"ce-{n}": str(v) for n, v in sent.items()} | {name: value, "content-type": "application/json"}
    async with house.client() as client:
        answer = await client.post("/v1/events", content=orjson.dumps(data), headers=headers)

    clearly_refused(answer, {400, 422})


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("TRACE", "/v1/events", 405),
        ("CONNECT", "/v1/events", 405),
        ("PUT", "/v1/events", 405),
        ("GET", "/v1/events", 405),
        ("GET", "/v1/nothing", 404),
        ("GET", "/v1/visit-log?org=A&org=B", 400),
        ("GET", "/v1/visit-log?day=2026-03-01'--", 400),
        ("GET", "/v1/visit-log?sort=id;select%20pg_sleep(5)", 400),
        ("GET", "/v1/visit-log?filter[org]=x", 400),
        ("GET", "/v1/visit-log?cursor=forged", 400),
        ("GET", "/v1/visit-log?limit=0", 400),
        ("GET", "/v1/visit-log?limit=1e9", 400),
        ("GET", "/v1/visit-log?client_ref=x", 400),
        ("GET", "/v1/visit-log?after=x", 400),
        ("GET", "/v1/receipts/one", 404),
        ("GET", "/v1/receipts/a/b%00", 400),
        ("GET", "/v1/clients/nobody/situation", 404),
    ],
)
async def test_requests_that_make_no_sense_are_refused(house: House, method: str, path: str, status: int) -> None:
    async with house.client() as client:
        answer = await client.request(method, path)

    clearly_refused(answer, {status})


async def test_what_somebody_claims_to_be_in_a_header_is_ignored(house: House) -> None:
    own = House()
    answer = await own.post(raw(), x_org=OTHER, x_user_id="root", x_forwarded_for="1.2.3.4")

    assert answer.status_code == 202


async def test_what_was_sent_is_not_repeated_in_the_refusal(house: House) -> None:
    secret = "Matti Meikäläinen ${jndi:ldap://x} '; DROP TABLE journal.fact;--"
    answer = await house.post(raw(data={"day": secret, "came": secret}))

    assert answer.status_code == 422
    assert "Matti" not in answer.text and "jndi" not in answer.text


async def test_harmless_odd_text_is_stored_as_it_is() -> None:
    own = House()
    odd = "😀 \u202e ' OR 1=1-- ${jndi:ldap://x} {{7*7}} %n =cmd|' /C calc'!A0"
    answer = await own.post(raw(data={"day": "2026-03-02", "came": True, "note": odd}))

    assert answer.status_code == 202, answer.text
    assert orjson.loads(own.store.facts[0].data)["note"] == odd


async def test_a_large_event_within_the_limits_is_quick() -> None:
    own = House()
    many = {f"k{i}": i for i in range(4_000)}
    started = time.process_time()
    answer = await own.post(raw(data={"day": "2026-03-02", "came": True, **many}))

    assert answer.status_code in {202, 413, 422}
    assert time.process_time() - started < 0.2


async def test_a_fact_of_last_year_is_taken() -> None:
    own = House()

    assert (await own.post(raw(time=NOW.replace(year=2025).isoformat()))).status_code == 202


async def test_an_alert_is_handed_to_nobody_by_her_identity_code(house: House) -> None:
    """`to` looks like any name inside an organisation, and what is handed over is stated and kept for ever."""
    house.parts = replace(house.parts, views=[("notifications", absence_alerts.view)], decisions=[hand_over.decision])
    house.rows.rows = [{"alert_id": str(UUID(int=3)), "client_ref": KNOWN, "version": 0, "raises": []}]
    house.app = build(house.parts)
    path = f"/v1/alerts/{UUID(int=3)}"
    async with house.client() as client:
        tag = (await client.get(path)).headers["etag"]
        headers, path = {"if-match": tag}, f"{path}/handover"
        bodies = {"/to": {"to": "010594Y9032"}, "/*": {"to": "b", "010594Y9032": "010594Y9032"}}
        answers = {at: await client.post(path, json=body, headers=headers) for at, body in bodies.items()}

    for at, answer in answers.items():
        assert (answer.status_code, [e["pointer"] for e in answer.json()["errors"]]) == (422, [at])
        assert "010594" not in answer.text
    assert answers["/to"].json()["errors"][0]["code"] == "identity_code"
    assert house.facts.known[KNOWN] == []
