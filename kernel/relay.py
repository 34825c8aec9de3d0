"""The relay: carries the journal into Kafka, lane by lane in order. One is active; repeats do no harm."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any
from uuid import UUID

import asyncpg
import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from kernel import observe
from kernel.errors import Again, Unavailable
from kernel.pace import Endings
from kernel.pg_errors import translated
from kernel.pg_journal import PgJournal, connect
from kernel.relay_history import WrongHistory, check_history
from kernel.settings import Settings
from kernel.stored import Stored
from kernel.wire import TOPIC, to_record

BATCH = 2_000
BATCH_BYTES = 512 * 1024
IDLE = 0.2
FROZEN_MS = 8_000
HEARTBEAT = 2.0
PARTING = 3.0
LOCK = 7265102

BEHIND = """SELECT l.lane, l.seq AS head, m.seq AS stored, least(m.seq, l.seq) AS mark, m.era AS stored_era, i.era
              FROM journal.instance i, journal.lane l JOIN relay.mark m USING (lane)
             WHERE l.seq > m.seq OR m.era <> i.era ORDER BY l.lane"""


async def run(settings: Settings) -> None:
    """Relay until cancelled, waiting out whatever does not serve. WrongHistory ends it: somebody must look."""
    observe.start(settings)
    log = structlog.get_logger("relay")
    while True:
        try:
            journal = await connect(settings, "polku_relay", size=4)
            try:
                await _active(journal, settings)
            finally:
                await journal.close()
        except (Unavailable, Again, KafkaError, OSError, TimeoutError) as error:
            log.warning("relay_waits", reason=f"{type(error).__name__}: {error}")
            await asyncio.sleep(0.5)
        except WrongHistory as error:
            log.error("relay_refuses", reason=str(error))
            raise


async def _active(journal: PgJournal, settings: Settings) -> None:
    """Wait for the lock on a connection that PostgreSQL ends when we freeze, then relay."""
    news = asyncio.Event()

    def wake(*_: object) -> None:
        news.set()

    with translated():
        async with journal.pool.acquire() as lock:
            await lock.execute(f"SET idle_session_timeout = {FROZEN_MS}")
            while not await lock.fetchval("SELECT pg_try_advisory_lock($1)", LOCK):  # noqa: ASYNC110 - the lock is elsewhere
                await asyncio.sleep(0.5)
            await lock.add_listener("polku_journal", wake)
            try:
                await _with_producer(journal, lock, news, settings)
            finally:
                if not lock.is_closed():
                    await lock.remove_listener("polku_journal", wake)


async def _with_producer(journal: PgJournal, lock: asyncpg.Connection, news: asyncio.Event, settings: Settings) -> None:
    """Relay while the lock is ours: whichever ends first, the sending or the heartbeat, ends both."""
    producer = AIOKafkaProducer(
        bootstrap_servers=settings.kafka,
        enable_idempotence=True,
        acks="all",
        linger_ms=0,
        max_batch_size=BATCH_BYTES,
        max_request_size=2 * BATCH_BYTES,
        request_timeout_ms=10_000,
    )
    beating = asyncio.create_task(_beat(lock))
    try:
        await producer.start()
        sending = asyncio.create_task(Relay(journal, producer, settings.kafka).follow(news))
        try:
            await asyncio.wait({beating, sending}, return_when=asyncio.FIRST_COMPLETED)
            await (beating if beating.done() else sending)  # neither ends but by its error
        finally:
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)
    finally:
        beating.cancel()
        await asyncio.gather(beating, return_exceptions=True)
        with contextlib.suppress(KafkaError):
            await Endings().wait([producer.stop()], PARTING)  # it would wait for a broker that does not answer


async def _beat(lock: asyncpg.Connection) -> None:
    while True:
        with translated():
            await lock.execute("SELECT 1")
        await asyncio.sleep(HEARTBEAT)


class Relay:
    """Reads lanes beyond their marks and sends them; a mark moves by compare-and-set after the broker has taken all."""

    def __init__(self, journal: PgJournal, producer: AIOKafkaProducer, kafka: str) -> None:
        self._journal, self._producer, self._kafka = journal, producer, kafka
        self._checked: UUID | None = None

    async def follow(self, news: asyncio.Event) -> None:
        """Send whenever there is news and every fraction of a second, until something does not serve."""
        while True:
            news.clear()
            if not await self.once():
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(news.wait(), IDLE)

    async def once(self) -> int:
        """One round over all lanes that are behind; answers how many facts were sent."""
        with translated():
            lanes = await self._journal.pool.fetch(BEHIND)
        observe.lag_records.labels("polku-relay", TOPIC, "").set(sum(r["head"] - r["mark"] for r in lanes))
        if not lanes:
            return 0
        if self._checked != lanes[0]["era"]:
            await check_history(self._journal, self._producer, self._kafka)
            self._checked = lanes[0]["era"]
        rounds = [asyncio.create_task(self._lane(lane)) for lane in lanes]
        try:
            return sum(await asyncio.gather(*rounds))
        finally:
            for task in rounds:
                task.cancel()  # after one failed the others may not go on beside a later round
            await asyncio.gather(*rounds, return_exceptions=True)

    async def _lane(self, lane: Any) -> int:
        rows = await self._journal.read(lane["lane"], lane["mark"], BATCH)
        if rows:
            await self._send(rows, str(lane["era"]))
        with translated():
            moved = await self._journal.pool.execute(
                """UPDATE relay.mark m SET seq = $4, era = $5, digest = coalesce($6,
                          (SELECT f.digest FROM journal.fact f WHERE f.lane = m.lane AND f.seq = $4))
                    WHERE m.lane = $1 AND m.seq = $2 AND m.era = $3""",
                *(lane["lane"], lane["stored"], lane["stored_era"]),
                *(rows[-1].seq if rows else lane["mark"], lane["era"], rows[-1].digest if rows else None),
            )
        if moved != "UPDATE 1":
            raise Unavailable(f"another relay has moved the mark of lane {lane['lane']}")
        observe.relayed.inc(len(rows))
        return len(rows)

    async def _send(self, rows: list[Stored], era: str) -> None:
        """Send rows of one lane in order; all are acknowledged before this returns. The era is that of sending."""
        sent, batch = [], self._producer.create_batch()
        for row in rows:
            key, value, headers = to_record(row, era)
            if batch.append(key=key, value=value, timestamp=None, headers=headers) is None:
                sent.append(await self._producer.send_batch(batch, TOPIC, partition=row.lane))
                batch = self._producer.create_batch()
                batch.append(key=key, value=value, timestamp=None, headers=headers)
        sent.append(await self._producer.send_batch(batch, TOPIC, partition=rows[0].lane))
        await asyncio.gather(*sent)
