"""Events in every mode: the same event is the same envelope, and what is encoded wrongly is refused at its place."""

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from kernel.errors import Refused
from services.gateway.cloudevents import Envelope, batch, binary, canonical, kafka, structured, to_json
from services.gateway.envelope import instant

SUBJECT = "3f0c9b1e-8a54-4f0e-9d11-0a2b3c4d5e6f"
EVENT: dict[str, Any] = {
    "specversion": "1.0",
    "id": "a-1",
    "source": "urn:polku:1710128-9:works",
    "type": "fi.polku.attendance.day_recorded.v1",
    "time": "2025-03-04T16:00:00+02:00",
    "subject": SUBJECT,
    "recordedtime": "2025-03-04T14:30:00.5Z",
    "corrects": "a-0",
    "actorrole": "coach",
    "rank": 7,
    "late": True,
    "data": {"day": "2025-03-04", "text": "ä ☃", "hours": [1, 2.5]},
}
DATA = json.dumps(EVENT["data"], indent=1).encode()


def in_headers(prefix: str, **more: str) -> list[tuple[str, str]]:
    texts = {k: json.dumps(v) if not isinstance(v, str) else v for k, v in EVENT.items() if k != "data"}
    return [("Content-Type", "application/json"), *((prefix + k, v) for k, v in (texts | more).items())]


def refused(function: Any, *given: Any) -> tuple[int, list[tuple[str, str]]]:
    with pytest.raises(Refused) as found:
        function(*given)
    return found.value.status, [(p.pointer, p.code) for p in found.value.problems]


def body(**more: object) -> bytes:
    return json.dumps({**EVENT, **more}).encode()


def test_the_same_event_in_every_mode_has_the_same_canonical_bytes() -> None:
    encoded = {k: v for k, v in EVENT.items() if k != "data"} | {"data_base64": base64.b64encode(DATA).decode()}
    raw = [(k.lower(), v.encode()) for k, v in in_headers("ce_")]
    same_instant = {"time": "2025-03-04T14:00:00.000Z", "datacontenttype": "Application/JSON; charset=UTF-8"}
    turned = dict(reversed(EVENT.items()))
    ways = [
        structured(orjson.dumps(EVENT)),
        structured(json.dumps(turned, indent=2).encode()),
        structured(body(**same_instant, tracestate=None)),
        structured(json.dumps(encoded).encode()),
        binary(in_headers("ce-"), DATA),
        binary(in_headers("CE-"), DATA),
        kafka(raw, SUBJECT.encode(), DATA),
        kafka([("content-type", b"application/cloudevents+json; charset=UTF-8")], None, body()),
        structured(orjson.dumps(to_json(structured(body())))),
    ]

    assert len({canonical(e) for e in ways}) == 1


@pytest.mark.parametrize(
    "change",
    [
        *({"id": "a-2"}, {"subject": None}, {"time": "2025-03-04T16:00:01+02:00"}, {"corrects": None}, {"rank": 8}),
        *({"recordedtime": None}, {"extra": "x"}, {"late": False}, {"partitionkey": SUBJECT}, {"traceparent": "00-a"}),
        *({"data": {**EVENT["data"], "hours": [1.0, 2.5]}}, {"data": {}}, {"dataschema": "https://x.fi/y"}),
    ],
    ids=str,
)
def test_any_other_attribute_or_data_changes_the_canonical_bytes(change: Mapping[str, object]) -> None:
    assert canonical(structured(body(**change))) != canonical(structured(body()))


def test_an_envelope_holds_what_was_sent() -> None:
    found = structured(body())

    assert found.time == datetime(2025, 3, 4, 14, tzinfo=UTC)
    assert found.recordedtime == datetime(2025, 3, 4, 14, 30, 0, 500_000, tzinfo=UTC)
    assert found.corrects == "a-0"
    assert found.extensions == {"actorrole": "coach", "rank": 7, "late": True}
    assert found.data == EVENT["data"]
    assert to_json(found) | {"time": EVENT["time"], "recordedtime": EVENT["recordedtime"]} == EVENT


@pytest.mark.parametrize(
    ("header", "text"),
    [
        ("Euro%20%E2%82%AC%20%F0%9F%98%80", "Euro € 😀"),
        ('"a \\"b\\" %C3%A4"', 'a "b" ä'),
        ("%2541", "%41"),
        ("  x ", "x"),
    ],
)
def test_header_values_are_unquoted_and_then_decoded_once(header: str, text: str) -> None:
    assert binary(in_headers("ce-", note=header), DATA).extensions["note"] == text


@pytest.mark.parametrize(
    ("header", "code"),
    [
        *(("%C0%A0", "header_value"), ("%ED%A0%80", "header_value"), ("%zz", "header_value"), ("%4", "header_value")),
        *(('a"b', "header_value"), ("ä", "header_value"), ("a\tb", "header_value"), ('"a', "header_value")),
        *(("%00", "attribute_characters"), ("%0d%0a", "attribute_characters"), ("%EF%BF%BF", "attribute_characters")),
    ],
)
def test_a_header_that_is_encoded_wrongly_is_refused(header: str, code: str) -> None:
    assert refused(binary, in_headers("ce-", note=header), DATA) == (400, [("/note", code)])


def test_a_header_may_not_stand_twice_nor_say_what_the_body_says() -> None:
    twice = [*in_headers("ce-"), ("Ce-Id", "b")]
    said = in_headers("ce-", datacontenttype="application/json")

    assert refused(binary, twice, DATA) == (400, [("/id", "duplicate")])
    assert refused(binary, [*in_headers("ce-"), ("content-type", "text/plain")], DATA)[1][0][1] == "duplicate"
    assert refused(binary, said, DATA) == (400, [("/datacontenttype", "not_in_this_mode")])


def test_data_in_binary_mode_is_read_strictly_and_placed_under_data() -> None:
    assert refused(binary, in_headers("ce-"), b'{"a":[1,1e400]}') == (400, [("/data/a/1", "number_range")])
    assert refused(binary, in_headers("ce-"), b'{"a":"\\u0000"}') == (422, [("/data/a", "nul")])
    assert refused(binary, in_headers("ce-"), b"{")[1] == [("/data", "syntax")]
    assert binary(in_headers("ce-"), b"").data is None


@pytest.mark.parametrize(
    ("change", "status", "found"),
    [
        ({"data_base64": "e30="}, 400, [("/data_base64", "data_twice")]),
        ({"data": None, "data_base64": "e3 0="}, 400, [("/data_base64", "base64")]),
        ({"data": None, "data_base64": "e30"}, 400, [("/data_base64", "base64")]),
        ({"data": None, "data_base64": "e30=\n"}, 400, [("/data_base64", "base64")]),
        ({"data": None, "data_base64": 5}, 400, [("/data_base64", "base64")]),
        ({"data": None, "data_base64": "eyJhIjoxLCJhIjoyfQ=="}, 400, [("/data_base64/a", "duplicate_key")]),
        ({"id": ""}, 400, [("/id", "empty_attribute")]),
        ({"id": None}, 400, [("/id", "missing")]),
        ({"id": "a\nb"}, 400, [("/id", "attribute_characters")]),
        ({"id": "a\x85"}, 400, [("/id", "attribute_characters")]),
        ({"id": "a\x00"}, 422, [("/id", "nul")]),
        ({"note": "x\uffff"}, 400, [("/note", "attribute_characters")]),
        ({"rank": 2**31}, 400, [("/rank", "attribute_type")]),
        ({"rank": 1.0}, 400, [("/rank", "attribute_type")]),
        ({"rank": ["x"]}, 400, [("/rank", "attribute_type")]),
        ({"a_b": "x"}, 400, [("/a_b", "attribute_name")]),
        ({"ä": "x"}, 400, [("/ä", "attribute_name")]),
        ({"source": "a b"}, 400, [("/source", "uri")]),
        ({"dataschema": "no-scheme"}, 400, [("/dataschema", "uri")]),
        ({"specversion": "1.1"}, 400, [("/specversion", "specversion")]),
        ({"time": "yesterday", "subject": ""}, 400, [("/subject", "empty_attribute"), ("/time", "instant")]),
    ],
    ids=str,
)
def test_a_wrong_attribute_is_refused_at_its_place(
    change: Mapping[str, object], status: int, found: list[tuple[str, str]]
) -> None:
    assert refused(structured, body(**change)) == (status, found)


@pytest.mark.parametrize(
    "text",
    [
        *("2025-03-04T16:00:00", "2025-03-04T16:00:00z", "2025-03-04t16:00:00Z", "2025-03-04 16:00:00Z", "-001-01-01"),
        *("2025-02-30T00:00:00Z", "2025-03-04T24:00:00Z", "2025-03-04T23:59:60Z", "2025-03-04T16:00:00+25:00", ""),
        *("2025-03-04T16:00:00.1234567890Z", "2025-03-04T16:00Z", "2025-03-04T16:00:00+02", "2025-03-04T16:00:00+0200"),
        *("2025-03-04T16:00:00.Z", "10000-01-01T00:00:00Z", "2025-3-4T16:00:00Z", "0000-01-01T00:00:00Z", "٢025-03-04"),
        *(
            "0001-01-01T00:00:00+02:00",
            "9999-12-31T23:59:59-02:00",
            "2025-03-04T16:00:00+02:60",
            " 2025-03-04T16:00:00Z",
        ),
    ],
)
def test_a_time_that_does_not_exist_or_has_another_form_breaks_a_rule(text: str) -> None:
    assert instant(text) is None
    if text:
        assert refused(structured, body(time=text)) == (422, [("/time", "instant")])


def test_nine_decimals_are_taken_and_cut_to_microseconds() -> None:
    assert instant("2025-03-04T16:00:00.123456789Z") == datetime(2025, 3, 4, 16, 0, 0, 123456, tzinfo=UTC)


def test_whatever_is_no_object_is_no_event() -> None:
    for text in (b"[]", b'"x"', b"1", b"null"):
        assert refused(structured, text) == (400, [("", "not_an_object")])


def test_an_event_above_64_kib_is_refused_also_inside_a_batch() -> None:
    large = {**EVENT, "data": {"text": "x" * 65_536}}

    assert refused(structured, json.dumps(large).encode())[0] == 413
    found = batch(json.dumps([EVENT, large]).encode())
    assert isinstance(found[0], Envelope)
    assert isinstance(found[1], Refused)
    assert found[1].status == 413


def test_a_batch_tells_the_problems_of_each_event_inside_that_event() -> None:
    bad = body(id=5).replace(b'"rank": 7', b'"rank": 7, "rank": 7')
    found = batch(b"[" + b",".join([body(), bad, body(note="\0"), b"1"]) + b"]")

    assert isinstance(found[0], Envelope)
    problems = [[(p.pointer, p.code) for p in e.problems] for e in found[1:] if isinstance(e, Refused)]
    assert problems == [
        [("/rank", "duplicate_key"), ("/id", "attribute_type")],
        [("/note", "nul"), ("/note", "attribute_characters")],
        [("", "not_an_object")],
    ]


def test_a_batch_as_such_has_limits() -> None:
    assert refused(batch, b"{}") == (400, [("", "not_a_list")])
    assert refused(batch, b"[") == (400, [("", "syntax")])
    assert refused(batch, b"[" + b",".join([b"{}"] * 501) + b"]")[0] == 413
    assert refused(batch, b"[" + b" " * 1024 * 1024 + b"]")[0] == 413


def test_an_event_hidden_behind_many_bad_ones_is_not_taken_for_good() -> None:
    bad = [b'{"a":1,"a":1}'] * 200
    assert (
        refused(batch, b"[" + b",".join([*bad, body().replace(b'"rank": 7', b'"rank": 7, "rank": 8')]) + b"]")[0] == 400
    )


def test_a_record_of_kafka_is_held_to_its_key_and_needs_a_value() -> None:
    raw = [(k.lower(), v.encode()) for k, v in in_headers("ce_")]

    assert refused(kafka, raw, b"other", DATA) == (422, [("/partitionkey", "not_subject")])
    assert refused(kafka, raw, SUBJECT.encode(), None) == (400, [("", "empty")])
    assert refused(kafka, [*raw, ("ce_note", b"\xc0\xa0")], None, DATA) == (400, [("/note", "header_value")])
    assert refused(kafka, [*raw, ("ce_note", b"x" * 65_536)], None, DATA)[0] == 413
    assert refused(kafka, [("content-type", b"application/cloudevents-batch+json")], None, b"[]")[0] == 400
    assert kafka([*raw, ("ce_note", "ä".encode())], None, DATA).extensions["note"] == "ä"


def test_an_event_cut_anywhere_is_refused() -> None:
    whole = orjson.dumps(EVENT)
    for end in range(len(whole)):
        assert refused(structured, whole[:end])[0] == 400
