"""What Polku asks of an event beyond CloudEvents, each rule at its limit and one step beyond."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from kernel.errors import Refused
from services.gateway.cloudevents import house_rules, structured

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
SUBJECT = "3f0c9b1e-8a54-4f0e-9d11-0a2b3c4d5e6f"
SCHEMA = "https://door.example/schemas/fi.polku.attendance.day_recorded.v1"
EVENT: dict[str, Any] = {
    "specversion": "1.0",
    "id": "a-1",
    "source": "urn:polku:1710128-9:works",
    "type": "fi.polku.attendance.day_recorded.v1",
    "time": "2026-03-10T12:05:00Z",
    "subject": SUBJECT,
    "data": {"note": "x"},
}
TRACE = "00-4bf92f3577b34da6a3ce929d0e131052-308a067aa0ba902b-01"


def judged(person: bool | None = True, **change: object) -> tuple[int, list[tuple[str, str]]]:
    """Status and problems of an event; 202 when there are none."""
    try:
        envelope = structured(orjson.dumps({**EVENT, **change}))
        house_rules(envelope, NOW, dataschema=SCHEMA, person=person)
    except Refused as error:
        return error.status, [(p.pointer, p.code) for p in error.problems]
    return 202, []


@pytest.mark.parametrize(
    "change",
    [
        *(
            {},
            {"partitionkey": SUBJECT},
            {"dataschema": SCHEMA},
            {"id": "x" * 255},
            {"id": "ä" * 255},
            {"id": "a/b..c"},
        ),
        *({"recordedtime": "2026-03-10T12:05:00Z"}, {"time": "1996-01-01T00:00:00Z"}, {"note": "x" * 1024}),
        *({"datacontenttype": "application/json"}, {"datacontenttype": "application/json; charset=UTF-8"}),
        *({"dataclassification": "benefit"}, {"traceparent": TRACE}, {"id": "😀 ä"}, {"correlationid": "é"}),
        *(
            {"data": {"text": "\u202eabc\u200b 😀 'x' OR 1=1-- ${jndi:ldap://x} =cmd|' /C calc'!A0"}},
            {"legalbasis": "CONSENT:1"},
        ),
    ],
    ids=str,
)
def test_what_keeps_the_rules_is_taken(change: Mapping[str, object]) -> None:
    assert judged(**change) == (202, [])


@pytest.mark.parametrize(
    ("change", "status", "found"),
    [
        ({"time": None}, 400, [("/time", "missing")]),
        ({"time": "2026-03-10T12:05:01Z"}, 422, [("/time", "in_the_future")]),
        ({"time": "9999-01-01T00:00:00Z"}, 422, [("/time", "in_the_future")]),
        ({"time": "0001-01-01T00:00:00Z"}, 422, [("/time", "too_old")]),
        ({"recordedtime": "2026-03-10T14:05:01+02:00"}, 422, [("/recordedtime", "in_the_future")]),
        ({"subject": None}, 400, [("/subject", "missing")]),
        ({"subject": SUBJECT.upper()}, 422, [("/subject", "subject_form")]),
        ({"subject": SUBJECT + "\u200b"}, 422, [("/subject", "subject_form"), ("/subject", "invisible")]),
        ({"partitionkey": "x"}, 422, [("/partitionkey", "not_subject")]),
        ({"id": "x" * 256}, 422, [("/id", "too_long")]),
        ({"id": "a/../b"}, 400, [("/id", "id_path")]),
        ({"id": ".."}, 400, [("/id", "id_path")]),
        ({"id": "a\\..\\b"}, 400, [("/id", "id_path")]),
        ({"id": " a"}, 422, [("/id", "white_space")]),
        ({"id": "a\u0308"}, 422, [("/id", "not_nfc")]),
        ({"id": "a\u202eb"}, 422, [("/id", "invisible")]),
        ({"id": "a\u200bb"}, 422, [("/id", "invisible")]),
        ({"id": "a\ufeffb"}, 422, [("/id", "invisible")]),
        ({"note": "x" * 1025}, 422, [("/note", "too_long")]),
        ({"note": "ä" * 513}, 422, [("/note", "too_long")]),
        ({"source": "urn:polku:1710128-8:works"}, 400, [("/source", "source_form")]),
        ({"source": "urn:polku:*:works"}, 400, [("/source", "source_form")]),
        ({"source": "/relative"}, 400, [("/source", "source_form")]),
        ({"source": "urn:polku:1710128-9:works:x"}, 400, [("/source", "source_form")]),
        ({"type": "fi.polku.Attendance.day_recorded.v1"}, 422, [("/type", "type_form")]),
        ({"type": "fi.polku.attendance.day_recorded.v0"}, 422, [("/type", "type_form")]),
        ({"type": "fı.polku.attendance.day_recorded.v1"}, 422, [("/type", "type_form")]),
        ({"dataschema": "https://evil.example/x"}, 400, [("/dataschema", "dataschema")]),
        ({"dataschema": "file:///etc/passwd"}, 400, [("/dataschema", "dataschema")]),
        ({"datacontenttype": "application/131052-931W+json"}, 422, [("/datacontenttype", "identity_code")]),
        ({"datacontenttype": "text/plain"}, 400, [("/datacontenttype", "datacontenttype")]),
        ({"datacontenttype": "application/json; charset=utf-16"}, 400, [("/datacontenttype", "datacontenttype")]),
        ({"data": None}, 422, [("/data", "data_object")]),
        ({"data": [1]}, 422, [("/data", "data_object")]),
        ({"data": "x"}, 422, [("/data", "data_object")]),
        ({"dataclassification": "secret"}, 422, [("/dataclassification", "not_understood")]),
        ({"datacategory": "x"}, 422, [("/datacategory", "not_understood")]),
    ],
    ids=str,
)
def test_what_breaks_a_rule_is_refused_at_its_place(
    change: Mapping[str, object], status: int, found: list[tuple[str, str]]
) -> None:
    assert judged(**change) == (status, found)


@pytest.mark.parametrize("name", ["id", "correlationid", "corrects", "tracestate", "note"])
@pytest.mark.parametrize("code", ["131052-308T", "010594Y9032", "x-131052-308t"])
def test_an_identity_code_in_any_attribute_is_refused(name: str, code: str) -> None:
    assert judged(**{name: code}) == (422, [(f"/{name}", "identity_code")])


def test_an_identity_code_in_source_or_subject_is_refused() -> None:
    assert ("/source", "identity_code") in judged(source="urn:polku:1710128-9:131052-308t")[1]
    assert ("/subject", "identity_code") in judged(subject="131052-308T")[1]


def test_an_identity_code_anywhere_in_the_data_is_refused_without_an_echo() -> None:
    data = {"a": [{"free text": "tavattu 131052-308T eilen ä"}], "131052-308T": 1}

    assert judged(data=data) == (422, [("/data/a/0/free text", "identity_code"), ("/data/*", "identity_code")])


def test_a_type_about_no_person_takes_no_subject() -> None:
    assert judged(person=False) == (422, [("/subject", "unexpected")])
    assert judged(person=False, subject=None) == (202, [])
    assert judged(person=None, subject=None) == (202, [])


def test_everything_wrong_is_told_at_once() -> None:
    status, found = judged(
        id="x" * 256, source="urn:x:y", type="t", time=None, subject="s", data=None, partitionkey="p"
    )

    assert status == 400
    assert [p for p, _ in found] == ["/source", "/type", "/id", "/subject", "/partitionkey", "/time", "/data"]


def test_what_cannot_be_read_and_what_breaks_the_house_rules_are_told_together() -> None:
    assert judged(specversion="2.0", source="urn:x:y", id="a/../b") == (
        400,
        [("/specversion", "specversion"), ("/source", "source_form"), ("/id", "id_path")],
    )
    assert judged(time="2025-03-04T16:00:00+25:00") == (422, [("/time", "instant")])


@pytest.mark.parametrize(
    "change", [{"id": "a" * 50_000 + "!"}, {"data": {"n": "131052-" * 8_000}}, {"x": "." * 60_000}]
)
def test_an_event_made_to_be_slow_is_judged_quickly(change: Mapping[str, object]) -> None:
    began = time.process_time()
    judged(**change)

    assert time.process_time() - began < 0.2


def test_an_event_thirty_years_old_is_taken() -> None:
    assert judged(time=(NOW - timedelta(days=30 * 366)).isoformat()) == (202, [])
