"""The intake on a real broker: taken once, refused with the reason, and no plain text left behind."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import orjson
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from services.gateway.intake import Intake, consume
from tests.servers import Server, kafka_server
from tests.unit.gateway.house import WORKSHOP, House, raw

IN, REFUSED = f"polku.in.{WORKSHOP}", f"polku.refused.{WORKSHOP}"
HEADERS = [("content-type", b"application/cloudevents+json")]


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> object:
    with kafka_server(tmp_path_factory.mktemp("kafka")) as running:
        yield running


@pytest.fixture
async def house(broker: Server, tmp_path: Path) -> AsyncIterator[House]:
    admin = AIOKafkaAdminClient(bootstrap_servers=broker.address)
    await admin.start()
    await admin.create_topics([NewTopic(IN, 1, 1), NewTopic(REFUSED, 1, 1)])
    made = House()
    settings = made.parts.settings.model_copy(update={"kafka": broker.address})
    running = asyncio.create_task(consume(settings, Intake(made.parts), [IN]))
    yield made
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await admin.delete_topics([IN, REFUSED])
    await admin.close()


async def test_records_are_taken_once_and_deleted_and_refusals_told(broker: Server, house: House) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=broker.address)
    reader = AIOKafkaConsumer(REFUSED, bootstrap_servers=broker.address, auto_offset_reset="earliest")
    await producer.start()
    await reader.start()
    try:
        for n, value in enumerate((raw(id="k-1"), b"Matti", raw(id="k-2"), raw(id="k-1"))):
            sent = await producer.send_and_wait(IN, value, headers=HEADERS)
            assert sent.offset == n
        told = await asyncio.wait_for(reader.getone(), 30)
        place = TopicPartition(IN, 0)
        async with asyncio.timeout(30):
            while (await reader.beginning_offsets([place]))[place] < 4:  # noqa: ASYNC110 - a broker raises no event
                await asyncio.sleep(0.1)
    finally:
        await producer.stop()
        await reader.stop()

    refusal = orjson.loads(told.value)
    assert (refusal["offset"], refusal["status"]) == (1, 400)
    assert b"Matti" not in told.value
    assert [f.id for f in house.store.facts] == ["k-1", "k-2"]
