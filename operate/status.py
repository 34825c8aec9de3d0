"""What an instance is doing: addresses, processes, streams. It answers while parts of the instance do not."""

from __future__ import annotations

import asyncio
from typing import Any

import asyncpg

from operate import running
from operate.instance import Instance
from operate.ports import HOST

ANSWERS_WITHIN = 2.0
READER = "polku_operator"


def addresses(instance: Instance) -> dict[str, str | None]:
    """Where everything is; Kafka is null when the journal carries."""
    return {
        "door": instance.door,
        "console": instance.console,
        "metrics": f"http://{HOST}:{instance.ports['metrics']}/metrics",
        "kafka": instance.kafka or None,
        "database": instance.database,
    }


def status(instance: Instance) -> dict[str, Any]:
    """Everything `polku status` tells. What cannot be known is null; it takes a few seconds at most."""
    up = running.supervisor(instance) is not None
    return {
        **addresses(instance),
        "state": running.told(instance).get("state", "starting") if up else "down",
        "carrier": instance.carrier,
        "clock": instance.clock,
        "processes": running.processes(instance),
        "streams": asyncio.run(streams(instance)) if up else None,
    }


async def streams(instance: Instance) -> list[dict[str, Any]] | None:
    """Position, lag and holds of each processor; None when PostgreSQL does not tell in time."""
    try:
        async with asyncio.timeout(2 * ANSWERS_WITHIN):
            return await _streams(instance.settings("status").dsn(READER))
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return None


async def _streams(dsn: str) -> list[dict[str, Any]]:
    connection = await asyncpg.connect(dsn, timeout=ANSWERS_WITHIN, command_timeout=ANSWERS_WITHIN)
    try:
        rows = await connection.fetch("SELECT * FROM react.streams()")
    finally:
        connection.terminate()
    return [{"stream": row["processor"], **{k: v for k, v in row.items() if k != "processor"}} for row in rows]
