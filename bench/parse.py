"""Reading one event strictly: bytes to a checked envelope and a validated fact, in microseconds of processor time."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import orjson
from pydantic import BaseModel, ConfigDict, TypeAdapter

from bench.measure import Bar, Contender, Result, compare
from bench.place import Place
from schemas.catalogue import catalogue, example_event
from services.gateway.cloudevents import structured
from services.gateway.house import house_rules
from services.gateway.strict import parse

TYPE = "fi.polku.attendance.day_recorded.v1"
NOW = datetime(2026, 3, 2, tzinfo=UTC)
BARS = (Bar("strict parse", 4.0, most=True),)


class _Stock(BaseModel):
    model_config = ConfigDict(extra="allow", strict=True)

    specversion: str
    id: str
    source: str
    type: str
    subject: str
    time: datetime
    recordedtime: datetime
    data: dict[str, Any]


async def measure(place: Place, facts: int, rounds: int) -> Sequence[Result]:  # noqa: ARG001  (needs no server)
    """Processor time a fact, for the parts that every fact passes at the door."""
    cls = catalogue()[TYPE]
    body = orjson.dumps(example_event(cls))
    data = orjson.dumps(example_event(cls)["data"])
    stock: TypeAdapter[_Stock] = TypeAdapter(_Stock)

    def door() -> object:
        envelope = structured(body)
        house_rules(envelope, NOW, person=True)
        return cls.model_validate_json(data)

    def usual() -> object:
        json.loads(body, object_pairs_hook=_once)
        return stock.validate_json(body)

    figures: list[tuple[str, Callable[[], object]]] = [
        ("strict parse", lambda: parse(body, max_bytes=65_536)),
        ("parse, envelope, house rules, validated data", door),
        ("stock: json with a hook, then strict pydantic", usual),
        ("limit: orjson alone", lambda: orjson.loads(body)),
    ]
    count = max(2_000, facts // 4)
    contenders = [Contender(name, _timed(work, count)) for name, work in figures]
    return [await compare("parse", "µs/fact", contenders, rounds, BARS)]


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _timed(work: Callable[[], object], count: int) -> Callable[[], Any]:
    async def run() -> float:
        begun = time.process_time()
        for _ in range(count):
            work()
        return (time.process_time() - begun) / count * 1e6

    return run
