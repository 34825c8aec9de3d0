"""A partner that has a Kafka topic of its own: publishes there, and reads what was refused from the topic beside it."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping, Sequence
from typing import Protocol
from urllib.parse import quote

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from simulator.partner import Door, DoorError
from simulator.report import KAFKA, Problem, Report
from simulator.statement import Statement

MEDIA = b"application/cloudevents+json; charset=UTF-8"
IN, REFUSED = "polku.in.", "polku.refused."
TAKEN_WITHIN = 60.0
"""Seconds within which everything published must have been taken or refused."""


class Record(Protocol):
    """Where Kafka has put a record."""

    offset: int


class Topic:
    """Publishes through `polku.in.<org>`, one record a fact, in order."""

    def __init__(self, bootstrap: str, door: Door, report: Report) -> None:
        self._bootstrap, self._door, self._report = bootstrap, door, report
        self._producer: AIOKafkaProducer | None = None
        self._refused: dict[str, AIOKafkaConsumer] = {}

    async def publish(self, statements: Sequence[Statement], refs: Mapping[int, str]) -> None:
        """Publish in order, and return when each has been taken into the journal or refused; else DoorError."""
        for org in sorted({s.org for s in statements}):
            await self._publish(org, [s for s in statements if s.org == org], refs)

    async def _publish(self, org: str, statements: Sequence[Statement], refs: Mapping[int, str]) -> None:
        producer, refused = await self._start(org)
        sent = [await _send(producer, org, s, refs) for s in statements]
        waiting = {(await r).offset: s for r, s in zip(sent, statements, strict=True)}
        self._report.on_topic += len(waiting)
        end = time.monotonic() + TAKEN_WITHIN
        while not await self._done(refused, waiting):
            if time.monotonic() > end:
                raise DoorError(f"{IN}{org}: not taken within {TAKEN_WITHIN:g} s; is the intake running?")
            await asyncio.sleep(0.05)
        await self._refusals(refused, waiting)
        for statement in waiting.values():
            self._report.took(statement, replayed=statement.twice, by=KAFKA)

    async def _done(self, refused: AIOKafkaConsumer, waiting: dict[int, Statement]) -> bool:
        """Whether the last one not refused has a receipt: those before it were handled before it."""
        await self._refusals(refused, waiting)
        if not waiting:
            return True
        statement = waiting[max(waiting)]
        path = f"/v1/receipts/{quote(statement.source, safe='')}/{quote(statement.id, safe='')}"
        answer = await self._door.ask("GET", path, statement.org)
        return answer.status_code == 200

    async def _refusals(self, consumer: AIOKafkaConsumer, waiting: dict[int, Statement]) -> None:
        for records in (await consumer.getmany(timeout_ms=20)).values():
            for record in records:
                said = json.loads(record.value)
                statement = waiting.pop(said["offset"], None)
                if statement is not None:
                    problems = [Problem(e["pointer"], e["code"], e["detail"]) for e in said["errors"]]
                    self._report.refused(statement, said["status"], problems)

    async def _start(self, org: str) -> tuple[AIOKafkaProducer, AIOKafkaConsumer]:
        if self._producer is None:
            self._producer = AIOKafkaProducer(bootstrap_servers=self._bootstrap, acks="all", enable_idempotence=True)
            await self._producer.start()
        if org not in self._refused:
            consumer = AIOKafkaConsumer(bootstrap_servers=self._bootstrap, auto_offset_reset="latest")
            await consumer.start()
            self._refused[org] = consumer
            await _at_end(consumer, REFUSED + org)
        return self._producer, self._refused[org]

    async def close(self) -> None:
        """Leave."""
        for part in (self._producer, *self._refused.values()):
            if part is not None:
                await part.stop()


async def _send(
    producer: AIOKafkaProducer, org: str, statement: Statement, refs: Mapping[int, str]
) -> asyncio.Future[Record]:
    """Hand one record to the producer; its place is known when the future is done. The key is the subject."""
    subject = statement.event(refs).get("subject")
    key = str(subject).encode() if subject and not statement.raw else None
    headers = [("content-type", MEDIA)]
    sent: asyncio.Future[Record] = await producer.send(IN + org, statement.body(refs), key=key, headers=headers)
    return sent


async def _at_end(consumer: AIOKafkaConsumer, topic: str) -> None:
    """Read from now on only: what was refused earlier is not of this play."""
    place = TopicPartition(topic, 0)
    consumer.assign([place])
    await consumer.seek_to_end(place)
    await consumer.position(place)
