"""How far every processor is behind and who waits, told by the clock: it sees them also when their workers are gone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from kernel import observe
from kernel.calendar import HELSINKI, is_working_day
from kernel.pg_errors import translated
from kernel.wire import TOPIC

OFFICE = range(8, 16)


async def tell_gauges(pool: Any) -> None:
    """Read the checkpoints and the holds once and set the gauges. Unavailable or Again as the database says."""
    with translated():
        streams = await pool.fetch("SELECT processor, lag_facts, lag_seconds FROM react.streams()")
        views = await pool.fetch("SELECT view, processor FROM view.generation WHERE active")
        holds = await pool.fetch(
            """SELECT split_part(source, ':', 3) AS partner, count(DISTINCT subject) AS persons,
                      extract(epoch FROM min(since))::float8 AS since
                 FROM react.hold GROUP BY 1"""
        )
        sweeps = await pool.fetch("SELECT processor, total - done AS left FROM react.sweeps()")
    behind = {row["processor"]: row["lag_seconds"] for row in streams}
    for row in streams:
        group = f"polku-{row['processor']}"
        observe.lag_records.labels(group, TOPIC, "").set(row["lag_facts"])
        observe.lag_seconds.labels(group, TOPIC, "").set(row["lag_seconds"])
    for row in views:
        observe.projection_lag.labels(row["view"], "active").set(behind.get(row["processor"], 0.0))
    for gauge in (observe.held_clients, observe.held_since, observe.sweep_left):
        gauge.clear()
    for row in sweeps:
        observe.sweep_left.labels(row["processor"]).set(row["left"])
    for row in holds:
        observe.held_clients.labels(row["partner"]).set(row["persons"])
        observe.held_since.labels(row["partner"]).set(row["since"])
    observe.business_hours.set(in_office(datetime.now(UTC)))


def in_office(now: datetime) -> bool:
    """Whether an instant lies in the hours of an office in Finland."""
    local = now.astimezone(HELSINKI)
    return local.hour in OFFICE and is_working_day(local.date())
