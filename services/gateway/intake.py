"""Facts that partners put into their own Kafka topic: the same checks as at the door, and the same journal."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete
from aiokafka.errors import KafkaError

from kernel import observe, tally
from kernel.calendar import day_of
from kernel.errors import Problem, Refused, Unavailable
from kernel.journal import MAX_BATCH, NewFact, Receipt
from kernel.pg_journal import connect
from kernel.settings import Settings
from kernel.writer import Writer
from services.gateway import cloudevents
from services.gateway.access import Caller
from services.gateway.app import ROLE, parts_for
from services.gateway.body import MAX_EVENT
from services.gateway.inspection import Batch, Inspection, Item
from services.gateway.parts import Parts

IN, REFUSED = "polku.in.", "polku.refused."
GROUP = "polku-intake"
CONNECTIONS = 4
MOST_WAIT = 10.0

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Record:
    """One record of a topic and what it turned out to be."""

    offset: int
    item: Item


class Intake:
    """Takes records in order; the organisation is bound to the topic, never to what a record says."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._inspection = Inspection(parts)

    async def take(self, topic: str, partition: int, records: Sequence[Any]) -> list[bytes]:
        """Store what is good and answer a refusal (JSON, without what was sent) for each record that is not.

        Unavailable when something could not be stored: then nothing is lost by taking the same records again.
        """
        org = topic.removeprefix(IN)
        taken = [Record(r.offset, _parsed(r)) for r in records]
        caller = await self._caller(org, taken)
        batch = Batch(caller, [t.item for t in taken], single=False, lenient=True, trace="")
        facts = await self._inspection.each(batch)
        await self._store(org, taken, facts)
        self._inspection.count(batch)
        return [_refusal(partition, t) for t in taken if t.item.error is not None]

    async def _caller(self, org: str, taken: Sequence[Record]) -> Caller:
        day = day_of(await self._parts.clock.now())
        try:
            return self._parts.access.of(org, "kafka", frozenset(), day)
        except Refused as error:
            for record in taken:
                record.item.error = error
            return Caller(org, "kafka", frozenset(), frozenset())

    async def _store(self, org: str, taken: Sequence[Record], facts: Sequence[NewFact | None]) -> None:
        """Each fact by itself, so that one refused does not take others along; the writer joins them in order."""
        good = [(record, fact) for record, fact in zip(taken, facts, strict=True) if fact is not None]
        now = await self._parts.clock.now()
        answers = await asyncio.gather(*(self._parts.stating.state([fact]) for _, fact in good), return_exceptions=True)
        stored: list[tuple[NewFact, Receipt]] = []
        for (record, fact), answer in zip(good, answers, strict=True):
            if isinstance(answer, Refused):
                record.item.error = answer
            elif isinstance(answer, BaseException):
                raise answer
            else:
                stored.append((fact, answer[0]))
        tally.accepted(IN + org, stored, now)


def _parsed(record: Any) -> Item:
    if record.value is not None and len(record.value) > MAX_EVENT:
        return Item(error=Refused(413, [Problem("", "too_large", f"at most {MAX_EVENT} bytes are taken")]))
    try:
        return Item(cloudevents.kafka(record.headers, record.key, record.value))
    except Refused as error:
        return Item(error=error)


def _refusal(partition: int, record: Record) -> bytes:
    error = record.item.error
    problems = error.problems if error else ()
    return orjson.dumps(
        {
            "partition": partition,
            "offset": record.offset,
            "status": error.status if error else 422,
            "errors": [
                {"pointer": p.pointer.removeprefix("/0") or "/", "code": p.code, "detail": p.detail} for p in problems
            ],
        }
    )


async def run(settings: Settings) -> None:
    """Take records until cancelled. Kafka or PostgreSQL away: wait and try again, skipping nothing."""
    observe.start(settings)
    journal = await _patiently(lambda: connect(settings, ROLE, CONNECTIONS))
    writer = Writer(journal)
    parts = await parts_for(settings, journal, writer)
    topics = [IN + o.id for o in parts.rulebook.organisations.organisation if o.topic]
    writer.start()
    parts.refusals.start()
    try:
        while True:
            try:
                await consume(settings, Intake(parts), topics)
            except (KafkaError, OSError) as error:
                log.warning("intake_waits_for_kafka", error=type(error).__name__)
                await asyncio.sleep(1)
    finally:
        await writer.stop()
        await parts.refusals.stop()
        await journal.close()


async def consume(settings: Settings, intake: Intake, topics: Sequence[str]) -> None:
    consumer = AIOKafkaConsumer(
        *topics,
        bootstrap_servers=settings.kafka,
        group_id=GROUP,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        max_partition_fetch_bytes=1_048_576,
        fetch_max_wait_ms=20,
        session_timeout_ms=int(settings.session_timeout * 1000),
    )
    producer = AIOKafkaProducer(bootstrap_servers=settings.kafka, acks="all", enable_idempotence=True)
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.kafka)
    try:
        await consumer.start()
        await producer.start()
        await admin.start()
        while True:
            fetched = await consumer.getmany(timeout_ms=500, max_records=MAX_BATCH)
            for place, records in fetched.items():
                await _take(intake, place, records, consumer, producer, admin)
    finally:
        for part in (consumer, producer):
            await part.stop()
        await admin.close()


async def _take(
    intake: Intake, place: TopicPartition, records: Sequence[Any], consumer: Any, producer: Any, admin: Any
) -> None:
    """Store, tell what was refused, and only then let go of the records: they hold plain text."""
    refusals = await _patiently(lambda: intake.take(place.topic, place.partition, records))
    org = place.topic.removeprefix(IN)
    for refusal in refusals:
        await producer.send_and_wait(REFUSED + org, refusal)
    done = records[-1].offset + 1
    await consumer.commit({place: done})
    await admin.delete_records({place: RecordsToDelete(before_offset=done)})
    log.info("intake_took", topic=place.topic, partition=place.partition, offset=done, refused=len(refusals))


async def _patiently(work: Any) -> Any:
    """Do it again, ever less often, as long as the journal does not serve."""
    pause = 0.2
    while True:
        try:
            return await work()
        except Unavailable as error:
            log.warning("intake_waits_for_journal", error=type(error).__name__)
            await asyncio.sleep(pause)
            pause = min(pause * 2, MOST_WAIT)
