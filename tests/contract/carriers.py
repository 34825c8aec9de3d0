"""The two carriers behind one face: workers of a processor, and a way to bring facts to them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import TopicAlreadyExistsError

from kernel.lanes import Lanes
from kernel.settings import Settings
from kernel.stored import Stored
from kernel.tail_faust import KafkaTail
from kernel.tail_journal import JournalTail
from kernel.wire import to_record
from tests.sample.book import Book, RecordingReactor, until

LANES = 4
TOPIC = "contract.journal"


class Worker:
    """One worker: reactor, lanes and tail. `freeze` holds its transactions open, `stop` ends it in order."""

    def __init__(self, reactor: RecordingReactor, lanes: Lanes, tail: Any) -> None:
        self.reactor, self.lanes, self.tail = reactor, lanes, tail
        self._tasks = [asyncio.create_task(part) for part in (lanes.watch(), lanes.turns(), tail.run())]

    def alive(self) -> bool:
        return not any(task.done() for task in self._tasks)

    async def stop(self) -> None:
        """As SIGTERM does."""
        await self.kill()
        await self.lanes.revoked(self.lanes.owned)

    async def kill(self) -> None:
        """End everything in the middle of what it does."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


class Crew:
    """Workers of one processor on one carrier, over one book."""

    kind = ""
    session = 2.0
    """Seconds after which Kafka gives the lanes of a worker that is silent to another."""

    def __init__(self) -> None:
        self.book = Book(LANES)
        self.processor = f"p{uuid4().hex[:8]}"
        self.workers: list[Worker] = []

    def settings(self, number: int, **more: Any) -> Settings:
        nowhere = Path("nowhere")
        given = {"database": "nowhere/polku", "secrets": nowhere, "kms": nowhere, "issuer": nowhere}
        return Settings(**given, instance=number, session_timeout=self.session, far_behind=5_000, **more)

    def worker(self) -> Worker:
        """One more worker."""
        reactor = RecordingReactor(self.book, self.processor)
        number = len(self.workers) + 1
        lanes = Lanes(reactor, self.settings(number))  # type: ignore[arg-type]
        self.workers.append(Worker(reactor, lanes, self.tail(lanes, number)))
        return self.workers[-1]

    def tail(self, lanes: Lanes, number: int) -> Any:
        raise NotImplementedError

    async def bring(self, rows: Sequence[Stored], era: str | None = None) -> None:
        """Let the carrier have these facts."""

    async def say(self, lane: int, count: int = 1) -> None:
        """Append facts and let the carrier have them."""
        await self.bring(self.book.append(lane, count))

    def owned(self) -> list[int]:
        """Lanes that workers have claimed."""
        return sorted(lane for w in self.workers for lane in w.lanes.owned if w.reactor.owns(lane))

    def settled(self) -> bool:
        """Whether each lane is claimed by exactly one worker, and what lay before it came has been read."""
        late = any(w.lanes._uncarried for w in self.workers)
        return not late and self.owned() == list(range(LANES))

    async def close(self) -> None:
        for worker in self.workers:
            worker.reactor.open.set()
            await worker.stop()


class JournalCrew(Crew):
    """Workers that follow the journal."""

    kind = "journal"

    def __init__(self, dsn: str) -> None:
        super().__init__()
        self._dsn = dsn

    async def open(self) -> JournalCrew:
        self.pool = await asyncpg.create_pool(self._dsn, min_size=1, max_size=6)
        return self

    def tail(self, lanes: Lanes, _number: int) -> Any:
        return JournalTail(lanes, self.pool, range(LANES))

    async def bring(self, _rows: Sequence[Stored], _era: str | None = None) -> None:
        await self.pool.execute("NOTIFY polku_journal")

    async def close(self) -> None:
        await super().close()
        await self.pool.close()


class KafkaCrew(Crew):
    """Workers that Kafka serves."""

    kind = "kafka"

    def __init__(self, address: str) -> None:
        super().__init__()
        self._address = address

    async def open(self) -> KafkaCrew:
        await make_topic(self._address, TOPIC, LANES)
        self.producer = AIOKafkaProducer(bootstrap_servers=self._address, enable_idempotence=True)
        await self.producer.start()
        return self

    def tail(self, lanes: Lanes, number: int) -> Any:
        return KafkaTail(lanes, self.settings(number, kafka=self._address), TOPIC)

    def settled(self) -> bool:
        """A lane is claimed before its consumer knows where to begin: what comes in between is the journal's."""
        begun = {part.partition for w in self.workers for part in w.tail._parts}
        return begun == set(range(LANES)) and super().settled()

    async def bring(self, rows: Sequence[Stored], era: str | None = None) -> None:
        for row in rows:
            key, value, headers = to_record(row, era or self.book.era)
            await self.producer.send(TOPIC, value, key=key, partition=row.lane, headers=headers)
        await self.producer.flush()

    async def close(self) -> None:
        await super().close()
        await self.producer.stop()


async def make_topic(address: str, name: str, partitions: int) -> None:
    """A topic, if it is not there yet."""
    admin = AIOKafkaAdminClient(bootstrap_servers=address)
    await admin.start()
    try:
        with contextlib.suppress(TopicAlreadyExistsError):
            await admin.create_topics([NewTopic(name, partitions, 1)])
    finally:
        await admin.close()


async def lose_topic(address: str, name: str) -> None:
    """Delete a topic with all that lies in it; it is gone when this returns."""
    admin = AIOKafkaAdminClient(bootstrap_servers=address)
    await admin.start()
    try:
        await admin.delete_topics([name])
        await until(partial(_gone, admin, name), 60, "the topic is still there")
    finally:
        await admin.close()


async def _gone(admin: AIOKafkaAdminClient, name: str) -> bool:
    return name not in await admin.list_topics()
