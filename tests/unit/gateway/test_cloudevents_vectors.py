"""The CloudEvents project's own vectors of the JSON format: all 43, each as it is meant."""

import json
from pathlib import Path
from typing import Any

import pytest

from kernel.errors import Refused
from services.gateway.cloudevents import Envelope, batch, structured

VECTORS = Path(__file__).parents[2] / "vectors" / "cloudevents"


def vectors(name: str) -> list[Any]:
    return [pytest.param(t, id=t["id"]) for t in json.loads((VECTORS / f"{name}.json").read_text())["tests"]]


def test_there_are_43_of_them() -> None:
    names = ("valid-events", "invalid-events", "valid-batches", "invalid-batches")

    assert sum(len(vectors(name)) for name in names) == 43


@pytest.mark.parametrize("vector", vectors("valid-events"))
def test_a_valid_event_is_read(vector: dict[str, Any]) -> None:
    sent = vector["event"]

    envelope = structured(json.dumps(sent).encode())

    assert (envelope.id, envelope.source, envelope.type) == (sent["id"], sent["source"], sent["type"])
    assert (envelope.time is None) == (sent.get("time") is None)
    assert envelope.extensions == {k: v for k, v in sent.items() if k.startswith("ext")}
    assert envelope.data == sent.get("data")


@pytest.mark.parametrize("vector", vectors("invalid-events"))
def test_an_invalid_event_is_refused_with_400_at_the_attribute_concerned(vector: dict[str, Any]) -> None:
    with pytest.raises(Refused) as refused:
        structured(json.dumps(vector["event"]).encode())

    assert refused.value.status == 400
    assert all(p.pointer.startswith("/") for p in refused.value.problems)


@pytest.mark.parametrize("vector", vectors("valid-batches"))
def test_a_valid_batch_is_read(vector: dict[str, Any]) -> None:
    found = batch(json.dumps(vector["batch"]).encode())

    assert [e.id for e in found if isinstance(e, Envelope)] == [e["id"] for e in vector["batch"]]


@pytest.mark.parametrize("vector", vectors("invalid-batches"))
def test_an_invalid_batch_names_its_bad_event(vector: dict[str, Any]) -> None:
    found = batch(json.dumps(vector["batch"]).encode())

    assert [e.status for e in found if isinstance(e, Refused)] == [400]
