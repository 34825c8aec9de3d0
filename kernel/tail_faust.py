"""The one file that touches Faust: its worker runs the processor, an aiokafka consumer inside brings whole batches."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from importlib.metadata import version
from typing import Any

import faust
import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import KafkaError
from mode import Service

from kernel.errors import Unavailable
from kernel.lanes import Lanes
from kernel.observe import logging_config
from kernel.react import Reactor
from kernel.settings import Settings
from kernel.wire import TOPIC, rows_of

FAUST = "0.15.3"
STUCK = 60.0
"""Seconds of lag without any movement after which the worker ends, for the supervisor to start it anew."""


def build(processor: str, reactor: Callable[[], Awaitable[Reactor]], settings: Settings) -> faust.App:
    """A Faust app that carries one processor: no agents, tables, leader or web server, only the worker's life."""
    found = version("faust-streaming")
    if found != FAUST:
        raise RuntimeError(f"faust-streaming {found} is installed; the seam is tested with {FAUST} only")
    app = faust.App(
        f"polku-{processor}",
        broker=f"kafka://{settings.kafka}",
        store="memory://",
        topic_allow_declare=False,
        topic_disable_leader=True,
        web_enabled=False,
        producer_threaded=False,
        logging_config=logging_config(settings),
        datadir=settings.state / "faust" / f"{processor}-{settings.instance}",
    )
    app.conf.worker_redirect_stdouts = False
    app.client_only = True  # Faust's own consumer has nothing to read: the carrier brings batches

    @app.service
    class Carrier(Service):
        """Runs the consumer beside the app; the app's end is its end."""

        async def on_start(self) -> None:
            self.lanes_task = self.add_future(carry(processor, reactor, settings))

    return app


def run_faust(processor: str, build_reactor: Callable[[Settings], Awaitable[Reactor]], settings: Settings) -> None:
    """Run the Faust worker until a signal stops it; exit code 0 then."""
    from kernel.tail import opened  # noqa: PLC0415 - tail imports this file lazily as well

    async def reactor() -> Reactor:
        return await opened(processor, build_reactor, settings)

    app = build(processor, reactor, settings)
    worker = faust.Worker(app, loglevel=settings.log_level, redirect_stdouts=False, loop=asyncio.new_event_loop())
    worker.execute_from_commandline()


async def carry(processor: str, reactor: Callable[[], Awaitable[Reactor]], settings: Settings) -> None:
    """Bring batches until cancelled."""
    opened = await reactor()
    lanes = Lanes(opened, settings)
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(lanes.watch())
            group.create_task(lanes.turns())
            group.create_task(_watchdog(lanes))
            group.create_task(KafkaTail(processor, lanes, settings).run())
    finally:
        await lanes.revoked(lanes.owned)
        await opened.journal.close()


async def _watchdog(lanes: Lanes) -> None:
    """End the process when there is lag and nothing has moved for long."""
    loop = asyncio.get_running_loop()
    since = loop.time()
    while True:
        await asyncio.sleep(1)
        if not lanes.lagging or loop.time() - lanes.moved < STUCK:
            since = loop.time()
        if loop.time() - since > STUCK:
            raise SystemExit(1)


class KafkaTail(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka ships no types
    """One consumer of the group of a processor: partition = lane, offsets in Kafka only for lag tools."""

    def __init__(self, processor: str, lanes: Lanes, settings: Settings) -> None:
        self._processor, self._lanes, self._settings = processor, lanes, settings
        self._log = structlog.get_logger("kafka").bind(processor=processor)
        self._consumer: Any = None

    async def run(self) -> None:
        """Consume until cancelled; a broker that is away is waited for while the journal is watched."""
        while True:
            try:
                await self._session()
            except (KafkaError, OSError, Unavailable) as error:
                self._log.warning("kafka_waits", reason=f"{type(error).__name__}: {error}")
                await asyncio.sleep(1)

    async def _session(self) -> None:
        session = int(self._settings.session_timeout * 1000)
        self._consumer = AIOKafkaConsumer(
            bootstrap_servers=self._settings.kafka,
            group_id=f"polku-{self._processor}",
            group_instance_id=f"polku-{self._processor}-{self._settings.instance}",
            enable_auto_commit=False,
            auto_offset_reset="latest",
            session_timeout_ms=session,
            heartbeat_interval_ms=session // 5,
            rebalance_timeout_ms=15_000,
            max_poll_interval_ms=120_000,
            fetch_max_wait_ms=20,
            max_partition_fetch_bytes=4 * 1024 * 1024,
            metadata_max_age_ms=10_000,
        )
        self._consumer.subscribe([TOPIC], listener=self)
        await self._consumer.start()
        committer = asyncio.create_task(self._tell_offsets())
        try:
            while True:
                batches = await self._consumer.getmany(timeout_ms=1000)
                await asyncio.gather(*(self._apply(part, records) for part, records in batches.items()))
        finally:
            committer.cancel()
            await asyncio.gather(committer, return_exceptions=True)
            await self._consumer.stop()

    async def _apply(self, part: TopicPartition, records: list[Any]) -> None:
        await self._lanes.records(part.partition, rows_of(records), records[-1].offset + 1)

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        """Give the lanes up, whatever is under way."""
        await self._lanes.revoked([p.partition for p in revoked])

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """Claim every lane, then start where the checkpoint hints; what the hint misses the journal has."""
        parts = list(assigned)
        hints = await self._lanes.assigned([p.partition for p in parts])
        starts = await self._consumer.beginning_offsets(parts)
        ends = await self._consumer.end_offsets(parts)
        for part in parts:
            hint = hints.get(part.partition)
            known = hint is not None and starts[part] <= hint <= ends[part]
            self._consumer.seek(part, hint if known else ends[part])
        self._log.info("lanes_assigned", lanes=sorted(p.partition for p in parts))

    async def _tell_offsets(self) -> None:
        """Every few seconds the offsets read go to Kafka, for tools that look at lag there."""
        while True:
            await asyncio.sleep(5)
            parts = self._consumer.assignment()
            try:
                await self._consumer.commit({p: await self._consumer.position(p) for p in parts})
            except (KafkaError, AssertionError):
                continue
