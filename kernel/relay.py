"""The relay: carries the journal into Kafka, lane by lane in order. One is active; repeats do no harm."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import asyncpg
import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError

from kernel import observe
from kernel.errors import Unavailable
from kernel.pg_errors import translated
from kernel.pg_journal import PgJournal, connect
from kernel.settings import Settings
from kernel.stored import Stored
from kernel.wire import TOPIC, from_record, to_record

BATCH = 2_000
IDLE = 0.2
FROZEN_MS = 8_000
HEARTBEAT = 2.0
LOCK = 7265102


class WrongHistory(Exception):
    """Kafka holds another history than the journal in one era: somebody else wrote, or a restore went wrong."""


async def run(settings: Settings) -> None:
    """Relay until cancelled, waiting out whatever does not serve."""
    observe.start(settings)
    log = structlog.get_logger("relay")
    while True:
        try:
            journal = await connect(settings, "polku_relay", size=3)
            try:
                await _active(journal, settings)
            finally:
                await journal.close()
        except (Unavailable, KafkaError, OSError, TimeoutError) as error:
            log.warning("relay_waits", reason=f"{type(error).__name__}: {error}")
            await asyncio.sleep(0.5)


async def _active(journal: PgJournal, settings: Settings) -> None:
    """Wait for the lock on a connection that PostgreSQL ends when we freeze, then relay."""
    with translated():
        async with journal.pool.acquire() as lock:
            await lock.execute(f"SET idle_session_timeout = {FROZEN_MS}")
            while not await lock.fetchval("SELECT pg_try_advisory_lock($1)", LOCK):  # noqa: ASYNC110 - the lock is elsewhere
                await asyncio.sleep(0.5)
            news = asyncio.Event()
            await lock.add_listener("polku_journal", lambda *_: news.set())
            producer = AIOKafkaProducer(
                bootstrap_servers=settings.kafka,
                enable_idempotence=True,
                acks="all",
                linger_ms=0,
                request_timeout_ms=10_000,
            )
            await producer.start()
            try:
                await Relay(journal, producer, settings.kafka).follow(lock, news)
            finally:
                await producer.stop()


class Relay:
    """Reads lanes beyond their marks and sends them; a mark moves by compare-and-set after the broker has taken all."""

    def __init__(self, journal: PgJournal, producer: Any, kafka: str) -> None:
        self._journal, self._producer, self._kafka = journal, producer, kafka
        self._checked = False

    async def follow(self, lock: asyncpg.Connection, news: asyncio.Event) -> None:
        """Until the lock's connection is lost (Unavailable) or the broker fails."""
        loop, beat = asyncio.get_running_loop(), 0.0
        while True:
            if loop.time() >= beat:
                await lock.execute("SELECT 1")
                beat = loop.time() + HEARTBEAT
            news.clear()
            if await self.once() == 0:
                try:
                    await asyncio.wait_for(news.wait(), IDLE)
                except TimeoutError:
                    if lock.is_closed():
                        raise Unavailable("the relay lost its lock") from None

    async def once(self) -> int:
        """One round over all lanes; answers how many facts were sent."""
        lanes = await self._journal.pool.fetch(
            """SELECT l.lane, l.seq AS head, m.seq AS mark, i.era::text AS era, m.era = i.era AS same
                 FROM journal.instance i, journal.lane l JOIN relay.mark m USING (lane)
                WHERE l.seq > m.seq OR m.era <> i.era"""
        )
        if lanes and not self._checked:
            await self._check_history(lanes[0]["era"])
            self._checked = True
        return sum(await asyncio.gather(*(self._lane(r) for r in lanes)))

    async def _lane(self, lane: Any) -> int:
        mark = lane["mark"] if lane["same"] else 0
        rows = await self._journal.read(lane["lane"], mark, BATCH)
        if rows:
            await self._send(rows, lane["era"])
        await self._journal.pool.execute(
            """UPDATE relay.mark SET seq = $3, era = $4, digest = $5
                WHERE lane = $1 AND (seq = $2 OR era <> $4)""",
            lane["lane"],
            lane["mark"],
            rows[-1].seq if rows else mark,
            UUID(lane["era"]),
            rows[-1].digest if rows else None,
        )
        observe.relayed.inc(len(rows))
        return len(rows)

    async def _send(self, rows: list[Stored], era: str) -> None:
        """Send rows of one lane in order; all are acknowledged before this returns."""
        pending, builder = [], self._producer.create_batch()
        for row in rows:
            key, value, headers = to_record(row, era)
            if builder.append(key=key, value=value, timestamp=None, headers=headers) is None:
                pending.append(await self._producer.send_batch(builder, TOPIC, partition=row.lane))
                builder = self._producer.create_batch()
                builder.append(key=key, value=value, timestamp=None, headers=headers)
        pending.append(await self._producer.send_batch(builder, TOPIC, partition=rows[0].lane))
        await asyncio.gather(*pending)

    async def _check_history(self, era: str) -> None:
        """In one era the last record of a lane must be what the journal says at that seq."""
        consumer = AIOKafkaConsumer(bootstrap_servers=self._kafka, enable_auto_commit=False, auto_offset_reset="none")
        await consumer.start()
        try:
            parts = [TopicPartition(TOPIC, p) for p in await _partitions(consumer)]
            consumer.assign(parts)
            ends = await consumer.end_offsets(parts)
            starts = await consumer.beginning_offsets(parts)
            for part in (p for p in parts if ends[p] > starts[p]):
                consumer.seek(part, ends[part] - 1)
                await self._check_last(await asyncio.wait_for(consumer.getone(part), 5), era)
                consumer.pause(part)
        finally:
            await consumer.stop()

    async def _check_last(self, record: Any, era: str) -> None:
        try:
            sent, row = from_record(record.value, record.headers)
        except (KeyError, ValueError):
            raise WrongHistory(f"partition {record.partition} ends with a record that is not Polku's") from None
        if sent != era:
            return
        digest = await self._journal.pool.fetchval(
            "SELECT digest FROM journal.fact WHERE lane = $1 AND seq = $2", row.lane, row.seq
        )
        if digest != row.digest:
            raise WrongHistory(f"lane {row.lane} seq {row.seq} differs between Kafka and the journal in one era")


async def _partitions(consumer: Any) -> list[int]:
    for _ in range(50):
        found = consumer.partitions_for_topic(TOPIC)
        if found:
            return sorted(found)
        await consumer._client.force_metadata_update()  # the public call does not wait for a new topic
        await asyncio.sleep(0.1)
    raise Unavailable(f"the topic {TOPIC} does not exist yet")
