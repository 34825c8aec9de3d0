"""Every type of fact: its example is taken from an organisation that may state it, and refused from another."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import httpx
import orjson
import pytest

from kernel.discover import events
from kernel.organisations import load
from kernel.processor import every_rule
from schemas.catalogue import example_event
from services.gateway.app import build
from tests.unit.gateway.house import KNOWN, NOW, House

ORGANISATIONS = load(Path(__file__).parents[3] / "deploy" / "organisations.toml")
TYPES = {t: cls for t, cls in sorted(events("schemas").items()) if cls.meta.stated_by}


@pytest.fixture(scope="module")
def house() -> House:
    made = House()
    book = replace(
        made.parts.rulebook,
        events=events("schemas"),
        organisations=ORGANISATIONS,
        rules={r.id: r for r in every_rule()},
    )
    made.parts.access.organisations = ORGANISATIONS
    made.parts = replace(made.parts, rulebook=book)
    made.app = build(made.parts)
    return made


def example(type_: str) -> dict[str, object]:
    """The published example with a new id, about a person who is known."""
    sent = {**example_event(TYPES[type_]), "id": str(uuid4())}
    return {**sent, "subject": KNOWN} if "subject" in sent else sent


async def test_each_example_is_taken_from_its_organisation(house: House) -> None:
    for type_ in TYPES:
        sent = example(type_)
        answer = await house.post(orjson.dumps(sent), str(sent["source"]).split(":")[2])
        assert answer.status_code == 202, (type_, answer.text)


async def test_each_example_is_refused_from_another_organisation(house: House) -> None:
    for type_ in TYPES:
        sent = example(type_)
        mine = str(sent["source"]).split(":")[2]
        stranger = next(o.id for o in ORGANISATIONS.organisation if o.id != mine and o.types_at(NOW.date()))
        for event, org in [(sent, stranger), *under_their_own_source(type_, sent)]:
            answer = await house.post(orjson.dumps(event), org)
            assert answer.status_code == 403, (type_, answer.text)


def under_their_own_source(type_: str, sent: dict[str, object]) -> list[tuple[dict[str, object], str]]:
    """The same from an organisation that may not state it, under a source of its own; nothing if all may."""
    today = NOW.date()
    may_not = [
        o
        for o in ORGANISATIONS.organisation
        if o.types_at(today) and not o.types_at(today) & TYPES[type_].meta.stated_by
    ]
    return [({**sent, "source": f"urn:polku:{o.id}:{o.systems[0]}"}, o.id) for o in may_not[:1]]


async def test_every_listed_example_is_complete(house: House) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(house.app), base_url="http://door") as client:
        listed = (await client.get("/schemas/")).json()

    assert [e["type"] for e in listed] == list(TYPES)
    assert all(str(e["example"]["time"]).startswith("2025-") for e in listed)
