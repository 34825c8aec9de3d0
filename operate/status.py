"""What an instance is doing: addresses, processes, streams. It answers while parts of the instance do not."""

from __future__ import annotations

import asyncio
from typing import Any

import asyncpg

from kernel.calendar import HELSINKI
from operate import running
from operate.instance import Instance
from operate.ports import HOST

ANSWERS_WITHIN = 2.0
READER = "polku_operator"

Answers = list[dict[str, Any]]
UNKNOWN = (None, None, None)


def addresses(instance: Instance) -> dict[str, str | None]:
    """Where everything is; Kafka is null when the journal carries, X-Road when nobody comes by it."""
    return {
        "door": instance.door,
        "console": instance.console,
        "metrics": f"http://{HOST}:{instance.ports['metrics']}/metrics",
        "kafka": instance.kafka or None,
        "database": instance.database,
        "xroad": instance.xroad or None,
    }


def status(instance: Instance) -> dict[str, Any]:
    """Everything `polku status` tells. What cannot be known is null; it takes a few seconds at most."""
    up = running.supervisor(instance) is not None
    streams, sweeps, now = asyncio.run(_progress(instance)) if up else UNKNOWN
    return {
        **addresses(instance),
        "state": running.told(instance).get("state", "starting") if up else "down",
        "carrier": instance.carrier,
        "clock": instance.clock,
        "now": now,
        "processes": running.processes(instance),
        "streams": streams,
        "sweeps": sweeps,
    }


async def streams(instance: Instance) -> Answers | None:
    """Position, lag and holds of each processor; None when PostgreSQL does not tell in time."""
    return (await _progress(instance))[0]


async def _progress(instance: Instance) -> tuple[Answers | None, Answers | None, str | None]:
    """Streams, sweeps and what time it is in the instance, on one short connection."""
    try:
        async with asyncio.timeout(2 * ANSWERS_WITHIN):
            dsn = instance.settings("status").dsn(READER)
            connection = await asyncpg.connect(dsn, timeout=ANSWERS_WITHIN, command_timeout=ANSWERS_WITHIN)
            try:
                now = (await connection.fetchval("SELECT journal.now()")).astimezone(HELSINKI).isoformat()
                return await _streams(connection), await _sweeps(connection), now
            finally:
                connection.terminate()
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return UNKNOWN


async def _sweeps(connection: asyncpg.Connection) -> Answers:
    """Persons still to be looked at anew since rules or parameters changed, by processor."""
    rows = await connection.fetch("SELECT * FROM react.sweeps()")
    return [{"stream": r["processor"], **dict(r), "begun": r["begun"].isoformat()} for r in rows]


async def _streams(connection: asyncpg.Connection) -> Answers:
    """Position, lag and holds of each processor."""
    rows = await connection.fetch("SELECT * FROM react.streams()")
    return [{"stream": row["processor"], **{k: v for k, v in row.items() if k != "processor"}} for row in rows]
