"""The one file that touches Faust: its worker runs a processor, and a consumer inside brings whole batches a lane.

Measured, a consumer of our own beside Faust's app is as fast as one put under Faust's transport (both carry more
than 100 000 records a second, Faust's own agents 5 000 to 10 000), and it needs no private parts of Faust.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterable, Sequence
from importlib.metadata import version
from typing import Any

import faust
import structlog
import uvloop
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import IllegalStateError, KafkaError
from faust.app.base import BootStrategy
from mode import Service

from kernel.lanes import Lanes
from kernel.observe import logging_config
from kernel.pace import Endings
from kernel.settings import Settings
from kernel.wire import TOPIC, rows_of

FAUST = "0.15.3"
OFFSETS_EVERY = 5.0
LOOK_AGAIN = 1.0
PARTING = 3.0
FETCH_BYTES = 4 * 1024 * 1024


class OnlyServices(BootStrategy):
    """Starts nothing of Faust's own towards Kafka: no consumer, producer, agents' topics, tables or web server."""

    enable_kafka = False
    enable_web = False


class Worker(faust.App):
    """A Faust app that has services only."""

    BootStrategy = OnlyServices

    async def on_start(self) -> None:
        """As Faust's own, but without making a consumer, whose loop nobody would run and nobody close."""
        self.finalize()


def build(processor: str, work: Callable[[], Awaitable[None]], settings: Settings) -> faust.App:
    """A Faust app whose one service does a processor's work; RuntimeError with any other version of Faust."""
    found = version("faust-streaming")
    if found != FAUST:
        raise RuntimeError(f"faust-streaming {found} is installed; the seam is tested with {FAUST} only")
    folder = settings.state / "faust" / f"{processor}-{settings.instance}"
    folder.mkdir(parents=True, exist_ok=True)  # Faust makes only the last part itself
    app = Worker(
        f"polku-{processor}",
        broker=f"kafka://{settings.kafka}",
        store="memory://",
        topic_allow_declare=False,
        topic_disable_leader=True,
        web_enabled=False,
        producer_threaded=False,
        worker_redirect_stdouts=False,
        logging_config=logging_config(settings),
        datadir=folder,
    )

    @app.service
    class Processor(Service):
        """The work begins and ends with the app; an error in it ends the app."""

        async def on_start(self) -> None:
            self.add_future(work())

    return app


def run_faust(processor: str, work: Callable[[], Awaitable[None]], settings: Settings) -> None:
    """Run the Faust worker until a signal stops it (exit code 0) or the work fails (its error is raised)."""
    app = build(processor, work, settings)
    loop = uvloop.new_event_loop()
    asyncio.set_event_loop(loop)
    worker = faust.Worker(app, loglevel=settings.log_level, quiet=True, redirect_stdouts=False, loop=loop)
    worker.execute_from_commandline()


class KafkaTail(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka ships no types
    """One consumer of a processor's group: partition = lane, and the offsets in Kafka are for lag tools only."""

    def __init__(self, lanes: Lanes, settings: Settings, topic: str = TOPIC) -> None:
        self._lanes, self._settings, self._topic = lanes, settings, topic
        self._group = f"polku-{lanes.reactor.processor}"
        self._log = structlog.get_logger("kafka").bind(processor=lanes.reactor.processor)
        self._consumer: Any = None
        self._parts: frozenset[TopicPartition] = frozenset()
        self._changed = asyncio.Event()

    async def run(self) -> None:
        """Consume until cancelled; while the broker is away, the watch reads the journal for the lanes we have."""
        while True:
            try:
                await self._session()
            except (KafkaError, OSError, TimeoutError) as error:
                self._log.warning("kafka_waits", reason=f"{type(error).__name__}: {error}")
                await asyncio.sleep(LOOK_AGAIN)

    async def _session(self) -> None:
        self._consumer = self._new_consumer()
        self._consumer.subscribe([self._topic], listener=self)
        jobs: set[asyncio.Task[None]] = set()
        try:
            await self._consumer.start()
            jobs = {asyncio.create_task(self._tell_offsets()), asyncio.create_task(self._bring())}
            for job in (await asyncio.wait(jobs, return_when=asyncio.FIRST_COMPLETED))[0]:
                job.result()  # these end only by an error
        finally:
            await _ended(jobs)
            self._parts = frozenset()
            with contextlib.suppress(KafkaError):
                await Endings().wait([self._consumer.stop()], PARTING)  # it would wait for a broker that is frozen

    def _new_consumer(self) -> Any:
        session = int(self._settings.session_timeout * 1000)
        return AIOKafkaConsumer(
            bootstrap_servers=self._settings.kafka,
            client_id=f"{self._group}-{self._settings.instance}",
            group_id=self._group,
            group_instance_id=f"{self._group}-{self._settings.instance}",  # a restart moves no lanes
            enable_auto_commit=False,
            auto_offset_reset="latest",  # what lies before is in the journal
            session_timeout_ms=session,
            heartbeat_interval_ms=session // 5,
            rebalance_timeout_ms=15_000,
            max_poll_interval_ms=120_000,
            fetch_max_wait_ms=20,
            max_partition_fetch_bytes=FETCH_BYTES,
            metadata_max_age_ms=10_000,
        )

    async def _bring(self) -> None:
        """Whole batches of the lanes that are free. While one is applied the next is fetched, and no lane waits for
        another. One question for all of them: each that waits by itself would be woken by whatever is fetched.
        """
        busy: dict[TopicPartition, asyncio.Task[None]] = {}
        asking: set[asyncio.Task[Any]] = set()
        try:
            while True:
                self._changed.clear()
                for part in busy.keys() - self._parts:
                    busy.pop(part).cancel()
                for part in [p for p, job in busy.items() if job.done()]:
                    busy.pop(part).result()  # ends only by an error or when all is applied
                asking = {asyncio.create_task(self._changed.wait())}
                if free := self._parts - busy.keys():
                    asking.add(asyncio.create_task(self._consumer.getmany(*free, timeout_ms=1000)))
                await asyncio.wait(asking, return_when=asyncio.FIRST_COMPLETED)
                await _ended(asking)
                for answer in (a.result() for a in asking if not a.cancelled()):
                    for part, records in answer.items() if isinstance(answer, dict) else ():
                        busy[part] = asyncio.create_task(self._apply(part, records))
                        busy[part].add_done_callback(lambda _: self._changed.set())
        finally:
            await _ended({*busy.values(), *asking})

    async def _apply(self, part: TopicPartition, records: Sequence[Any]) -> None:
        await self._lanes.records(part.partition, rows_of(records), records[-1].offset + 1)

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        """Let what is under way end within seconds; the lanes are worked on until their new owner claims them."""
        self._parts = frozenset()
        await self._lanes.loosened([p.partition for p in revoked])
        self._changed.set()

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """Claim every lane, then start where the checkpoint hints; what the hint misses the journal has."""
        parts = list(assigned)
        hints = await self._lanes.assigned([p.partition for p in parts])
        try:
            await self._seek(parts, hints)
        finally:
            self._parts = frozenset(parts)
            self._changed.set()
        self._log.info("lanes_assigned", count=len(parts))

    async def _seek(self, parts: list[TopicPartition], hints: dict[int, int | None]) -> None:
        starts = await self._consumer.beginning_offsets(parts)
        ends = await self._consumer.end_offsets(parts)
        for part in parts:
            hint = hints.get(part.partition)
            known = hint is not None and starts[part] <= hint <= ends[part]
            self._consumer.seek(part, hint if known else ends[part])
            if not known:
                self._lanes.starts_late(part.partition)

    async def _tell_offsets(self) -> None:
        """Every few seconds the offsets read go to Kafka, for tools that look at lag there."""
        while True:
            await asyncio.sleep(OFFSETS_EVERY)
            if not (parts := self._parts):
                continue
            try:
                async with asyncio.timeout(OFFSETS_EVERY):
                    await self._consumer.commit({p: await self._consumer.position(p) for p in parts})
            except (KafkaError, IllegalStateError, TimeoutError):
                continue  # they decide nothing


async def _ended(jobs: Iterable[asyncio.Task[Any]]) -> None:
    """Cancel what has not ended; what it brought or raised stays in each."""
    for job in jobs:
        job.cancel()
    await asyncio.gather(*jobs, return_exceptions=True)
