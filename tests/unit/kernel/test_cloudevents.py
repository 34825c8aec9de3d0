"""The parser against the CloudEvents JSON vectors, 43 of 43, and the bindings against each other."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from kernel.cloudevents import Envelope, batch, binary, kafka, structured
from kernel.errors import Refused
from kernel.house_rules import canonical, house_rules

VECTORS = Path(__file__).resolve().parents[2] / "vectors" / "cloudevents"
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def vectors(name: str, key: str) -> list[Any]:
    tests = json.loads((VECTORS / f"{name}.json").read_text())["tests"]
    return [pytest.param(t[key], id=t["id"]) for t in tests]


@pytest.mark.parametrize("event", vectors("valid-events", "event"))
def test_every_valid_event_is_read(event: dict[str, Any]) -> None:
    assert structured(json.dumps(event).encode()).id == event["id"]


@pytest.mark.parametrize("event", vectors("invalid-events", "event"))
def test_every_invalid_event_is_refused_with_a_pointer(event: dict[str, Any]) -> None:
    with pytest.raises(Refused) as caught:
        structured(json.dumps(event).encode())

    assert caught.value.status in (400, 422)
    assert all(p.pointer.startswith("/") for p in caught.value.problems)


@pytest.mark.parametrize("events", vectors("valid-batches", "batch"))
def test_every_valid_batch_is_read(events: list[Any]) -> None:
    assert all(isinstance(e, Envelope) for e in batch(json.dumps(events).encode()))


@pytest.mark.parametrize("events", vectors("invalid-batches", "batch"))
def test_every_invalid_batch_holds_a_refusal(events: list[Any]) -> None:
    assert any(isinstance(e, Refused) for e in batch(json.dumps(events).encode()))


EVENT = {
    "specversion": "1.0",
    "id": "a-1",
    "source": "urn:polku:1710128-9:pajat",
    "type": "fi.polku.attendance.day_recorded.v1",
    "subject": "11111111-1111-4111-8111-111111111111",
    "time": "2026-03-02T10:00:00+02:00",
    "actorref": "ohjaaja 1",
    "data": {"date": "2026-03-02", "minutes": 240},
}


def changed(**more: Any) -> dict[str, Any]:
    return {k: v for k, v in {**EVENT, **more}.items() if v is not None}


def refused(**more: Any) -> tuple[int, set[str]]:
    with pytest.raises(Refused) as caught:
        house_rules(structured(json.dumps(changed(**more)).encode()), NOW)
    return caught.value.status, {p.pointer for p in caught.value.problems}


def test_structured_binary_and_kafka_have_one_canonical_form() -> None:
    attributes = {k: str(v) for k, v in EVENT.items() if k != "data"}
    data = json.dumps(EVENT["data"]).encode()
    encoded = attributes | {"actorref": "ohjaaja%201"}

    whole = structured(json.dumps(EVENT).encode())
    split = binary([("Content-Type", "application/json"), *((f"ce-{k}", v) for k, v in encoded.items())], data)
    record = kafka([(f"ce_{k}", v.encode()) for k, v in attributes.items()], None, data)

    assert canonical(whole) == canonical(split) == canonical(record)


def test_the_canonical_form_knows_instants_not_their_spelling() -> None:
    assert canonical(structured(json.dumps(EVENT).encode())) == canonical(
        structured(json.dumps(changed(time="2026-03-02T08:00:00Z")).encode())
    )


def test_a_good_event_breaks_no_rule_of_the_house() -> None:
    house_rules(structured(json.dumps(EVENT).encode()), NOW)


@pytest.mark.parametrize(
    ("more", "status", "pointer"),
    [
        ({"time": None}, 400, "/time"),
        ({"source": "urn:polku:1710128-8:pajat"}, 400, "/source"),
        ({"source": "*"}, 400, "/source"),
        ({"type": "org.other.thing"}, 400, "/type"),
        ({"subject": "131052-308T"}, 422, "/subject"),
        ({"id": "x" * 256}, 422, "/id"),
        ({"id": "131052-308T"}, 422, "/id"),
        ({"id": "a/../b"}, 400, "/id"),
        ({"id": "a\u202eb"}, 422, "/id"),
        ({"id": "a\u0308"}, 422, "/id"),
        ({"time": "2026-03-02T12:05:01Z"}, 422, "/time"),
        ({"time": "1926-03-02T12:05:01Z"}, 422, "/time"),
        ({"recordedtime": "2026-03-03T12:00:00Z"}, 422, "/recordedtime"),
        ({"partitionkey": "other"}, 422, "/partitionkey"),
        ({"dataschema": "file:///etc/passwd"}, 400, "/dataschema"),
        ({"data": [1]}, 400, "/data"),
        ({"actorref": "x" * 1025}, 422, "/actorref"),
        ({"dataclass": "secret"}, 422, "/dataclass"),
    ],
)
def test_what_breaks_a_rule_of_the_house_is_named(more: dict[str, Any], status: int, pointer: str) -> None:
    assert refused(**more) == (status, {pointer})


def test_everything_that_is_wrong_is_named_at_once() -> None:
    assert refused(time=None, source="*", data=[])[1] == {"/time", "/source", "/data"}


@pytest.mark.parametrize(
    "time",
    [
        "2026-03-02T12:05:00z",
        "2026-02-30T12:00:00Z",
        "2026-03-02T24:00:00Z",
        "0000-01-01T00:00:00Z",
        "2026-03-02T12:00:60Z",
        "2026-03-02T12:00:00",
        "2026-03-02T12:00:00.1234567890Z",
    ],
)
def test_times_that_are_none_are_refused(time: str) -> None:
    with pytest.raises(Refused) as caught:
        structured(json.dumps(changed(time=time)).encode())

    assert (caught.value.status, caught.value.problems[0].pointer) == (422, "/time")


@pytest.mark.parametrize("value", ["%C0%A0", "%zz", '"open', "ä", "%ff"])
def test_bad_header_encodings_are_refused(value: str) -> None:
    with pytest.raises(Refused):
        binary([("ce-id", value), ("ce-specversion", "1.0"), ("ce-source", "s"), ("ce-type", "t")], b"{}")
