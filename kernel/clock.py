"""The clock speaks in facts: it tells every lane that an instant has been reached. Any number of clocks may run."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, datetime, timedelta
from uuid import uuid5

import asyncpg
import orjson
import structlog

from kernel import observe
from kernel.calendar import day_of, midnight
from kernel.conclude import NAMESPACE
from kernel.errors import Again, Refused, Unavailable
from kernel.journal import TIME, NewFact, own_source
from kernel.pg_errors import translated
from kernel.pg_journal import PgJournal, connect
from kernel.pg_lane import BEFORE_TIME
from kernel.settings import Settings

TICK = 1.0
"""Seconds between looks at a clock that nobody moved."""


class ClockError(Exception):
    """The clock may not be moved like this; the message says why."""


async def run(settings: Settings, beside: Callable[[PgJournal], Awaitable[None]]) -> None:
    """Tell time until cancelled, waiting out whatever does not serve; `beside` is done before each look."""
    observe.start(settings)
    log = structlog.get_logger("clock")
    while True:
        try:
            with translated():  # whatever way a server goes, and while saying farewell to it
                journal = await connect(settings, "polku_clock", size=2)
                try:
                    await _tell(journal, beside)
                finally:
                    await journal.close()
        except (Unavailable, Again) as error:
            log.warning("clock_waits", reason=str(error))
            await asyncio.sleep(TICK)


async def _tell(journal: PgJournal, beside: Callable[[PgJournal], Awaitable[None]]) -> None:
    moved = asyncio.Event()

    def told(*_: object) -> None:
        moved.set()

    async with journal.pool.acquire() as connection:
        await connection.add_listener("polku_clock", told)
        try:
            while True:
                await beside(journal)
                await tell_time(journal)
                observe.last_success.labels("due_sweep").set_to_current_time()
                try:
                    await asyncio.wait_for(moved.wait(), TICK)
                except TimeoutError:
                    if connection.is_closed():
                        raise Unavailable("the clock lost its connection") from None
                moved.clear()
        finally:
            if not connection.is_closed():
                await connection.remove_listener("polku_clock", told)


async def tell_time(journal: PgJournal) -> int:
    """Append every midnight that was missed and every instant at which something falls due; answers how many."""
    now = await journal.now()
    with translated():
        lanes = await journal.pool.fetch(
            """SELECT l.lane, l.instant,
                      (SELECT array_agg(DISTINCT w.due) FROM react.wakeup w
                        WHERE w.lane = l.lane AND w.due > l.instant AND w.due <= $1) AS due
                 FROM journal.lane l""",
            now,
        )
    told = 0
    instants = {row["lane"]: _missed(row["instant"], row["due"] or (), now) for row in lanes}
    for instant in sorted({i for missed in instants.values() for i in missed}):
        facts = [_time_fact(journal, lane, instant) for lane, missed in instants.items() if instant in missed]
        try:
            told += len(await journal.append(facts))
        except Refused:
            return told  # the clock was set anew meanwhile; the next look knows better
    return told


def _missed(told: datetime, due: Iterable[datetime], now: datetime) -> set[datetime]:
    """Midnights after the newest time told and up to now (only the last one for a lane that was never told)."""
    last = midnight(day_of(now))
    if told <= BEFORE_TIME:
        return {last}
    missed = {d for d in due if told < d <= now}
    day = day_of(told)
    while (day := day + timedelta(days=1)) <= day_of(now):
        missed.add(midnight(day))
    return missed


def _time_fact(journal: PgJournal, lane: int, instant: datetime) -> NewFact:
    text = instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
    id_ = str(uuid5(NAMESPACE, f"{lane}|{text}"))
    source = own_source(journal.instance.operator, "clock")
    return NewFact(source, id_, TIME, None, instant, instant, orjson.dumps({"instant": text}), lane=lane)


async def advance(pool: asyncpg.Pool, instant: datetime) -> datetime:
    """Move a driven clock forward; answers where it stands. ClockError for a real clock or a step back."""
    with translated():
        async with pool.acquire() as connection, connection.transaction():
            row = await connection.fetchrow("SELECT clock, instant FROM journal.instance FOR UPDATE")
            if row["clock"] == "real":
                raise ClockError("this instance runs on the real clock, which nobody moves")
            if instant < row["instant"]:
                raise ClockError(f"a clock only moves forward; it stands at {row['instant'].isoformat()}")
            await connection.execute("UPDATE journal.instance SET instant = $1", instant)
        await pool.execute("NOTIFY polku_clock")
    return instant
