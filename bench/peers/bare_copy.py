"""The limit: aiokafka alone, whole batches into COPY, with no checkpoint, no order kept, no row ever changed."""

from __future__ import annotations

import asyncio
import os

import asyncpg
import orjson
from aiokafka import AIOKafkaConsumer

from bench.through import ROWS


async def run(broker: str, dsn: str) -> None:
    """Copy what comes until cancelled."""
    connection = await asyncpg.connect(dsn)
    consumer = AIOKafkaConsumer(
        ROWS,
        bootstrap_servers=broker,
        group_id=f"bare-{os.getpid()}",
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        max_partition_fetch_bytes=4 * 1024 * 1024,
    )
    await consumer.start()
    try:
        while True:
            found = await consumer.getmany(timeout_ms=1000, max_records=5_000)
            told = [orjson.loads(r.value) for records in found.values() for r in records]
            if told:
                rows = [(e["subject"], e["day"], e["status"]) for e in told]
                await connection.copy_records_to_table("bare_rows", records=rows)
    finally:
        await consumer.stop()
        await connection.close()


if __name__ == "__main__":
    asyncio.run(run(os.environ["PEER_BROKER"], os.environ["PEER_DSN"]))
