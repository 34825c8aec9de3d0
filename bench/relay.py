"""The relay alone, from the journal into Kafka, beside the bare producer that it uses."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Sequence
from typing import Any

from aiokafka import AIOKafkaProducer

from bench.load import Load, append
from bench.measure import Contender, Result, compare
from bench.place import Place
from bench.through import broker, connected, process, python, rate
from kernel.pg_journal import connect
from kernel.relay import BATCH, BATCH_BYTES
from kernel.stored import COLUMNS, Stored, from_row
from kernel.wire import TOPIC, to_record

OURS, LIMIT = "relay", "limit: bare send_batch of the same records, idempotent"
ERA = "00000000-0000-4000-8000-000000000000"


async def measure(place: Place, facts: int, rounds: int) -> Sequence[Result]:
    """Facts a second that the broker has acknowledged and the marks show."""
    settings = await place.installation()
    async with broker(settings.state) as address:
        settings = settings.model_copy(update={"kafka": address, "carrier": "kafka"})
        door = await connect(settings, "polku_gateway", size=4)
        load = await Load(max(40, facts // 8)).people(door)
        await append(door, list(load.fortnights()))
        await door.close()
        raw = await connected(place, settings.database)
        rows = await raw.fetch(f"SELECT {COLUMNS} FROM journal.fact ORDER BY lane, seq LIMIT 200000")
        stored = [from_row(r) for r in rows]
        used: list[float] = []

        async def ours() -> float:
            await raw.execute("UPDATE relay.mark SET seq = 0, digest = NULL")
            count = int(await raw.fetchval("SELECT sum(seq) FROM journal.lane"))
            log = settings.state / "relay.log"
            async with process(python("operate.role", "relay"), settings.to_environment(), log) as running:
                figure, seconds = await rate(raw, "SELECT sum(seq) FROM relay.mark", count, [running])
                used.append(seconds)
            return figure

        figures = [Contender(OURS, ours), Contender(LIMIT, lambda: _bare(address, stored))]
        result = await compare("relay", "facts/s", figures, rounds)
        await raw.close()
    result.notes.append(f"µs of processor time a fact: {statistics.median(used):.1f}")
    return [result]


async def _bare(address: str, stored: Sequence[Stored]) -> float:
    """The floor: rows that are in memory, made to records and sent as the relay does, without reading or marking."""
    producer: Any = AIOKafkaProducer(
        bootstrap_servers=address,
        enable_idempotence=True,
        acks="all",
        max_batch_size=BATCH_BYTES,
        max_request_size=2 * BATCH_BYTES,
    )
    await producer.start()
    begun, sent = time.perf_counter(), []
    for start in range(0, len(stored), BATCH):
        rows = stored[start : start + BATCH]
        batch, lane = producer.create_batch(), rows[0].lane
        for row in rows:
            key, value, headers = to_record(row, ERA)
            full = batch.append(key=key, value=value, timestamp=None, headers=headers) is None
            if full or row.lane != lane:
                sent.append(await producer.send_batch(batch, TOPIC, partition=lane))
                batch, lane = producer.create_batch(), row.lane
                batch.append(key=key, value=value, timestamp=None, headers=headers)
        sent.append(await producer.send_batch(batch, TOPIC, partition=lane))
    await asyncio.gather(*sent)
    seconds = time.perf_counter() - begun
    await producer.stop()
    return len(stored) / seconds
