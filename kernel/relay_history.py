"""Before the first send: Kafka and the journal must tell the same history, as far as both know it."""

from __future__ import annotations

import asyncio
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import UnknownTopicOrPartitionError

from kernel.errors import Unavailable
from kernel.pg_errors import translated
from kernel.pg_journal import PgJournal
from kernel.wire import TOPIC, from_record


class WrongHistory(Exception):
    """Kafka or the mark disagrees with the journal in one era: somebody else wrote, or a restore kept its era."""


async def check_history(journal: PgJournal, producer: AIOKafkaProducer, kafka: str) -> None:
    """Refuse by WrongHistory a topic or a mark that does not belong to this journal.

    An empty topic is in order: Kafka only carries, and what it lost is read from the journal.
    """
    try:
        partitions = await producer.partitions_for(TOPIC)
    except UnknownTopicOrPartitionError:
        raise Unavailable(f"the topic {TOPIC} does not exist yet") from None
    if len(partitions) != journal.instance.lanes + 1:
        raise WrongHistory(
            f"the topic {TOPIC} has {len(partitions)} partitions for {journal.instance.lanes} lanes and lane 0"
        )
    await _check_marks(journal)
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka, enable_auto_commit=False, auto_offset_reset="none")
    await consumer.start()
    try:
        for record in await _last_records(consumer, [TopicPartition(TOPIC, p) for p in sorted(partitions)]):
            await _check_record(journal, record)
    finally:
        await consumer.stop()


async def _last_records(consumer: Any, parts: list[TopicPartition]) -> list[Any]:
    consumer.assign(parts)
    starts, ends = await consumer.beginning_offsets(parts), await consumer.end_offsets(parts)
    filled = [part for part in parts if ends[part] > starts[part]]
    consumer.pause(*(part for part in parts if part not in filled))
    for part in filled:
        consumer.seek(part, ends[part] - 1)
    return [await asyncio.wait_for(consumer.getone(part), 10) for part in filled]


async def _check_marks(journal: PgJournal) -> None:
    with translated():
        lane = await journal.pool.fetchval(
            """SELECT m.lane FROM journal.instance i JOIN relay.mark m ON m.era = i.era AND m.seq > 0
                 LEFT JOIN journal.fact f ON f.lane = m.lane AND f.seq = m.seq
                WHERE f.digest IS DISTINCT FROM m.digest LIMIT 1"""
        )
    if lane is not None:
        raise WrongHistory(f"lane {lane}: what was sent last is not what the journal has there, in one era")


async def _check_record(journal: PgJournal, record: Any) -> None:
    try:
        era, row = from_record(record.value or b"", record.headers)
    except (KeyError, ValueError):
        raise WrongHistory(f"partition {record.partition} ends with a record that is not ours") from None
    with translated():
        known = await journal.pool.fetchrow(
            """SELECT i.era::text AS era, f.digest FROM journal.instance i
                 LEFT JOIN journal.fact f ON f.lane = $1 AND f.seq = $2""",
            row.lane,
            row.seq,
        )
    if era == known["era"] and (row.lane, row.digest) != (record.partition, known["digest"]):
        raise WrongHistory(f"lane {row.lane} seq {row.seq} is not what the journal has there, in one era")
