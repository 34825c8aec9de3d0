"""Facts from a partner's own topic get the same treatment as at the door."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

import orjson
import pytest

from kernel.errors import Unavailable
from services.gateway.intake import Intake
from tests.unit.gateway.house import ERASED, KNOWN, NOW, OTHER, WORKSHOP, House, event, raw

TOPIC = f"polku.in.{WORKSHOP}"


@dataclass
class Record:
    """As the Kafka client gives it."""

    value: bytes | None
    offset: int = 0
    key: bytes | None = None
    headers: list[tuple[str, bytes]] = field(
        default_factory=lambda: [("content-type", b"application/cloudevents+json; charset=UTF-8")]
    )


@pytest.fixture
def house() -> House:
    return House()


async def take(house: House, *records: Record, topic: str = TOPIC) -> list[dict[str, object]]:
    """What was refused."""
    return [orjson.loads(r) for r in await Intake(house.parts).take(topic, 0, records)]


async def test_good_records_are_stored_in_order_with_the_door_s_own_receipts(house: House) -> None:
    door = House()
    await door.post(raw(id="k-1"))

    assert await take(house, Record(raw(id="k-1")), Record(raw(id="k-2"), key=KNOWN.encode())) == []
    assert [f.id for f in house.store.facts] == ["k-1", "k-2"]
    assert house.store.facts[0].digested() == door.store.facts[0].digested()


async def test_binary_mode_is_the_same_event(house: House) -> None:
    sent = event()
    data = orjson.dumps(sent.pop("data"))
    headers = [("content-type", b"application/json"), *((f"ce_{k}", str(v).encode()) for k, v in sent.items())]

    assert await take(house, Record(raw()), Record(data, headers=headers)) == []
    assert len(house.store.facts) == 1


async def test_the_same_records_again_change_nothing(house: House) -> None:
    for _ in range(2):
        assert await take(house, Record(raw())) == []
    assert len(house.store.facts) == 1


async def test_what_is_refused_is_told_by_place_and_rule_and_never_by_content(house: House) -> None:
    bad = [
        Record(b"{", 10),
        Record(raw(source=f"urn:polku:{OTHER}:app"), 11),
        Record(raw(data={"day": "Matti", "came": True}), 12),
        Record(raw(subject="99999999-9999-4999-8999-999999999999"), 13),
        Record(raw(subject=ERASED), 14),
        Record(raw(time=(NOW + timedelta(days=9)).isoformat()), 15),
        Record(None, 16),
        Record(raw(), 17, key=b"somebody-else"),
        Record(raw(id="010594Y9032"), 18),
        Record(b"x" * 70_000, 19),
        Record(raw(), 20, headers=[("ce_id", b"\xff")]),
    ]
    refused = await take(house, *bad, Record(raw(id="good"), 21))

    assert [r["offset"] for r in refused] == list(range(10, 21))
    assert all(r["errors"] for r in refused)
    assert "Matti" not in str(refused) and "010594Y9032" not in str(refused)
    assert [f.id for f in house.store.facts] == ["good"]


async def test_the_topic_says_who_speaks_not_the_record(house: House) -> None:
    refused = await take(house, Record(raw()), topic=f"polku.in.{OTHER}")

    assert refused[0]["status"] == 403
    assert not house.store.facts


async def test_a_topic_of_nobody_gives_only_refusals(house: House) -> None:
    assert (await take(house, Record(raw()), topic="polku.in.9999999-9"))[0]["status"] == 403


async def test_nothing_counts_as_taken_while_the_journal_is_away(house: House) -> None:
    house.store.down = True
    with pytest.raises(Unavailable):
        await take(house, Record(raw()))

    house.store.down = False
    assert await take(house, Record(raw())) == []
    assert len(house.store.facts) == 1
