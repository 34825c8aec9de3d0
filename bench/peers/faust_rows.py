"""What one would write with Faust alone: an agent that stores a row for each event, one by one or in batches."""

from __future__ import annotations

import os
import sys
from typing import Any

import asyncpg
import faust
import orjson

from bench.through import ROWS

SQL = """INSERT INTO public.faust_rows (subject, day, status) SELECT * FROM unnest($1::text[], $2::text[], $3::text[])
             ON CONFLICT (subject, day) DO UPDATE SET status = excluded.status"""


def build(broker: str, dsn: str, mode: str) -> Any:
    """The application; `mode` is event or batch."""
    app = faust.App(
        f"bench-{mode}-{os.getpid()}", broker=f"kafka://{broker}", web_enabled=False, topic_disable_leader=True
    )
    topic = app.topic(ROWS, value_type=bytes, value_serializer="raw")
    pools: list[Any] = []

    async def store(values: list[bytes]) -> None:
        if not pools:
            pools.append(await asyncpg.create_pool(dsn, min_size=2, max_size=2))
        last = {(e["subject"], e["day"]): e["status"] for e in map(orjson.loads, values)}
        await pools[0].execute(SQL, [k[0] for k in last], [k[1] for k in last], list(last.values()))

    if mode == "event":

        @app.agent(topic)
        async def one(stream: Any) -> None:
            async for value in stream:
                await store([value])

    else:

        @app.agent(topic)
        async def many(stream: Any) -> None:
            async for values in stream.take(500, within=0.1):
                await store(values)

    return app


if __name__ == "__main__":
    made = build(os.environ["PEER_BROKER"], os.environ["PEER_DSN"], os.environ["PEER_MODE"])
    sys.argv = ["faust", "worker", "--loglevel", "error", "--without-web"]
    made.main()
