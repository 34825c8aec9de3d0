"""The relay on real PostgreSQL and Kafka: everything, in order, by one at a time, and never a foreign history."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from functools import partial

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from kernel import relay
from kernel.errors import Unavailable
from kernel.relay import Relay
from kernel.relay_history import WrongHistory
from kernel.settings import Settings
from kernel.stored import Stored
from kernel.tail import work
from kernel.tail_faust import KafkaTail
from kernel.wire import TOPIC, from_record, to_record
from tests.cluster import Database, visit
from tests.contract.carriers import lose_topic, make_topic
from tests.sample.book import row, until
from tests.servers import Server

PARTITIONS = 33


class Wire:
    """Kafka as the tests see it: a producer, and what came in since the test began."""

    def __init__(self, address: str) -> None:
        self.address = address

    async def open(self) -> Wire:
        await make_topic(self.address, TOPIC, PARTITIONS)
        self.producer = AIOKafkaProducer(
            bootstrap_servers=self.address, enable_idempotence=True, max_batch_size=4_096, request_timeout_ms=10_000
        )
        await self.producer.start()
        self._parts = [TopicPartition(TOPIC, n) for n in range(PARTITIONS)]
        self._from = await self._ends()
        return self

    async def _ends(self) -> dict[TopicPartition, int]:
        async with self._consumer() as consumer:
            return dict(await consumer.end_offsets(self._parts))

    @contextlib.asynccontextmanager
    async def _consumer(self) -> AsyncIterator[AIOKafkaConsumer]:
        consumer = AIOKafkaConsumer(bootstrap_servers=self.address, enable_auto_commit=False)
        await consumer.start()
        try:
            consumer.assign(self._parts)
            yield consumer
        finally:
            await consumer.stop()

    async def seen(self) -> dict[int, list[tuple[str, Stored]]]:
        """Lane → (era, row) in the order of Kafka, since the test began."""
        ends, found = await self._ends(), {}
        async with self._consumer() as consumer:
            for part in self._parts:
                consumer.seek(part, self._from[part])
            for part in self._parts:
                records = [await consumer.getone(part) for _ in range(ends[part] - self._from[part])]
                if records:
                    found[part.partition] = [from_record(r.value, r.headers) for r in records]
        return found

    async def close(self) -> None:
        await self.producer.stop()


@pytest.fixture
async def wire(broker: Server) -> AsyncIterator[Wire]:
    opened = await Wire(broker.address).open()
    try:
        yield opened
    finally:
        await opened.close()


async def made(database: Database, wire: Wire) -> Relay:
    return Relay(await database.journal("relay"), wire.producer, wire.address)


def told(database: Database, wire: Wire) -> Settings:
    return database.settings.model_copy(update={"kafka": wire.address, "carrier": "kafka", "session_timeout": 2.0})


async def say(database: Database, days: range, ref: str | None = None) -> tuple[str, int]:
    """Visits on these days of March; the person and her lane."""
    ref = ref or await database.person()
    receipts = await database.door.append([visit(day, day, True, ref) for day in days])
    return ref, receipts[0].lane


async def test_everything_is_sent_in_order_and_exactly_as_it_lies(database: Database, wire: Wire) -> None:
    _, lane = await say(database, range(1, 32))

    sent = await (await made(database, wire)).once()

    assert sent == 31
    stored = await database.door.read(lane, 0, 100)
    assert await wire.seen() == {lane: [(database.door.instance.era, r) for r in stored]}


async def test_what_was_sent_is_not_sent_again(database: Database, wire: Wire) -> None:
    ref, lane = await say(database, range(1, 4))
    carrier = await made(database, wire)
    await carrier.once()
    await say(database, range(4, 6), ref)

    assert await carrier.once() == 2
    assert await carrier.once() == 0
    assert [r.seq for _, r in (await wire.seen())[lane]] == [1, 2, 3, 4, 5]


async def test_a_relay_that_died_before_the_mark_moved_sends_again(database: Database, wire: Wire) -> None:
    _, lane = await say(database, range(1, 4))
    await (await made(database, wire)).once()
    await database.rows("UPDATE relay.mark SET seq = 0, digest = NULL WHERE lane = $1", lane)

    assert await (await made(database, wire)).once() == 3
    assert [r.seq for _, r in (await wire.seen())[lane]] == [1, 2, 3, 1, 2, 3]


async def test_two_relays_take_turns_and_nothing_is_sent_twice(database: Database, wire: Wire) -> None:
    settings = told(database, wire)
    first = asyncio.create_task(relay.run(settings))
    ref, lane = await say(database, range(1, 4))
    await until(partial(_marked, database, lane, 3), 60, "nobody relayed")
    second = asyncio.create_task(relay.run(settings))
    try:
        await say(database, range(4, 7), ref)
        await until(partial(_marked, database, lane, 6), 60, "nobody relayed")
        first.cancel()
        await asyncio.wait({first})
        await say(database, range(7, 9), ref)
        await until(partial(_marked, database, lane, 8), 60, "the second did not take over")
    finally:
        for task in (first, second):
            task.cancel()
        await asyncio.gather(first, second, return_exceptions=True)

    assert [r.seq for _, r in (await wire.seen())[lane]] == list(range(1, 9))


async def test_a_mark_that_somebody_else_moved_stays_as_it_is(database: Database, wire: Wire) -> None:
    ref, lane = await say(database, range(1, 4))
    slow, quick = await made(database, wire), await made(database, wire)
    (behind,) = await slow._journal.pool.fetch(relay.BEHIND)
    await quick.once()
    await say(database, range(4, 6), ref)
    await quick.once()

    with pytest.raises(Unavailable, match="moved the mark"):
        await slow._lane(behind)

    assert (await database.rows("SELECT seq FROM relay.mark WHERE lane = $1", lane))[0]["seq"] == 5


async def test_after_a_restore_records_carry_the_new_era_and_nothing_old_is_sent_again(
    database: Database, wire: Wire
) -> None:
    ref, lane = await say(database, range(1, 4))
    await (await made(database, wire)).once()
    await database.rows("UPDATE journal.instance SET era = gen_random_uuid()")
    (era,) = await database.rows("SELECT era::text AS era FROM journal.instance")
    await say(database, range(4, 6), ref)

    await (await made(database, wire)).once()

    seen = (await wire.seen())[lane]
    assert [(r.seq, e) for e, r in seen[3:]] == [(4, era["era"]), (5, era["era"])]
    assert len(seen) == 5


async def test_a_foreign_record_of_our_era_stops_the_relay(database: Database, wire: Wire) -> None:
    _, lane = await say(database, range(1, 4))
    key, value, headers = to_record(row(lane, 2), database.door.instance.era)
    await wire.producer.send_and_wait(TOPIC, value, key=key, partition=lane, headers=headers)

    with pytest.raises(WrongHistory, match=f"lane {lane} seq 2"):
        await (await made(database, wire)).once()


async def test_a_mark_beyond_the_journal_in_one_era_stops_the_relay(database: Database, wire: Wire) -> None:
    _, lane = await say(database, range(1, 4))
    await database.rows("UPDATE relay.mark SET seq = 9, digest = 'x' WHERE lane = $1", (lane + 1) % PARTITIONS)

    with pytest.raises(WrongHistory, match="in one era"):
        await (await made(database, wire)).once()


async def test_a_topic_made_anew_is_gone_on_with(database: Database, wire: Wire) -> None:
    ref, lane = await say(database, range(1, 4))
    await (await made(database, wire)).once()
    await wire.close()
    await lose_topic(wire.address, TOPIC)
    again = await _made_anew(wire)
    await say(database, range(4, 6), ref)

    assert await (await made(database, again)).once() == 2
    assert [r.seq for _, r in (await again.seen())[lane]] == [4, 5]


async def _made_anew(wire: Wire) -> Wire:
    for _ in range(150):
        with contextlib.suppress(Exception):
            return await wire.open()
        await asyncio.sleep(0.2)
    raise AssertionError("the topic was not made")


async def test_from_the_journal_through_kafka_into_a_view(database: Database, wire: Wire) -> None:
    settings = told(database, wire)
    build = lambda _: database.reactor()  # noqa: E731 - one word for each part
    ref, _ = await say(database, range(1, 4))
    parts = [relay.run(settings), work("referrals", build, settings, partial(KafkaTail, settings=settings))]
    tasks = [asyncio.create_task(part) for part in parts]
    try:
        await until(partial(_days, database, ref, 3), 60, "nothing came")
        await say(database, range(4, 9), ref)
        await until(partial(_days, database, ref, 8), 60, "the rest did not come")
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _marked(database: Database, lane: int, seq: int) -> bool:
    return bool(await database.rows("SELECT 1 FROM relay.mark WHERE lane = $1 AND seq = $2", lane, seq))


async def _days(database: Database, ref: str, count: int) -> bool:
    return len(await database.days(ref)) == count
