"""Deliveries in PostgreSQL, and the loop that keeps one dispatcher of the installation at work."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import orjson
import structlog

from kernel.disclosure import load_policy
from kernel.discover import units
from kernel.errors import Again, Unavailable
from kernel.organisations import Organisations, load
from kernel.pg_errors import translated
from kernel.pg_journal import open_pool
from kernel.settings import Settings
from services.notifications.delivery import Channel, Message, Notice, Outcome, Planned, Recipient
from services.notifications.dispatcher import RECORD, Dispatcher
from services.notifications.recipients import by_key

LOCK = 7_265_140
FROZEN_MS = 15_000
REST, FALLBACK = 0.05, 2.0
LEASE = timedelta(seconds=60)

LATEST, EVERYTHING = 500, 30.0
"""A notice comes with a change of its alert: so many that changed last are looked at in every round, all of them every
so many seconds, so that nothing depends on when a change says that it happened."""

UNDISPATCHED = """
    SELECT a.alert_id, a.subject, a.status, a.family, a.notices, journal.now() AS now,
           ARRAY(SELECT r.org || ' ' || r.relation FROM view.relations r WHERE r.subject = a.subject) AS relations,
           ARRAY(SELECT d.recipient || ' ' || d.channel || ' ' || d.kind
                   FROM notify.delivery d WHERE d.alert = a.alert_id) AS known
      FROM {} a
     WHERE NOT EXISTS (SELECT FROM notify.delivery d
                        WHERE d.alert = a.alert_id AND d.channel = 'inbox' AND d.kind = a.last_notice {})
     ORDER BY a.raised_at
     LIMIT $1"""
ALL = UNDISPATCHED.format("view.absence_alerts", "")
LATELY = UNDISPATCHED.format("(SELECT * FROM view.absence_alerts ORDER BY changed_at DESC LIMIT $2)", "OFFSET 0")
"""OFFSET 0: one look into an index for each of them, where the planner would join with everything ever delivered."""
INSERT = """
    INSERT INTO notify.delivery (alert, recipient, channel, kind, subject, state, sent, next_try)
    SELECT w.alert, w.recipient, w.channel, w.kind, w.subject, w.state,
           CASE WHEN w.state = 'delivered' THEN clock_timestamp() END,
           CASE WHEN w.state = 'sending' THEN clock_timestamp() END
      FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::uuid[], $6::text[])
        AS w (alert, recipient, channel, kind, subject, state)
        ON CONFLICT DO NOTHING
    RETURNING alert, recipient, channel, kind"""
DISCLOSED = """
    INSERT INTO disclosure.log (instant, org, viewer, role, subject, record, fields, ground, channel)
    SELECT journal.now(), w.org, w.viewer, w.role, w.subject, w.record, string_to_array(w.fields, ','), w.ground,
           w.channel
      FROM unnest($1::text[], $2::text[], $3::text[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[])
        AS w (org, viewer, role, subject, record, fields, ground, channel)"""
TAKE = """
    UPDATE notify.delivery d SET attempts = attempts + 1, next_try = clock_timestamp() + $2::interval
      FROM (SELECT alert, recipient, channel, kind FROM notify.delivery
             WHERE state IN ('sending', 'temporary-failure') AND next_try <= clock_timestamp()
             ORDER BY next_try LIMIT $1 FOR UPDATE SKIP LOCKED) t
     WHERE (d.alert, d.recipient, d.channel, d.kind) = (t.alert, t.recipient, t.channel, t.kind)
    RETURNING d.alert, d.recipient, d.channel, d.kind, d.number, d.attempts,
              EXISTS (SELECT FROM view.absence_alerts a WHERE a.alert_id = d.alert) AS there"""
DONE = """
    UPDATE notify.delivery
       SET state = $5, error = $6, next_try = clock_timestamp() + $7::interval,
           sent = CASE WHEN $5 = 'delivered' THEN clock_timestamp() END
     WHERE alert = $1 AND recipient = $2 AND channel = $3 AND kind = $4"""


class PgDeliveries:
    """See `services.notifications.dispatcher.Deliveries`."""

    def __init__(self, pool: asyncpg.Pool, organisations: Organisations, latest: int = LATEST) -> None:
        self._pool, self._organisations, self._latest = pool, organisations, latest
        self._all_at = -EVERYTHING

    async def undispatched(self, limit: int) -> list[Notice]:
        """See the protocol."""
        everything = time.monotonic() >= self._all_at + EVERYTHING
        with translated():
            rows = (
                await self._pool.fetch(ALL, limit)
                if everything
                else await self._pool.fetch(LATELY, limit, self._latest)
            )
        if everything and len(rows) < limit:
            self._all_at = time.monotonic()
        return [_notice(row) for row in rows]

    async def write(self, planned: Sequence[Planned]) -> list[Planned]:
        """See the protocol."""
        if not planned:
            return []
        named = {(one.message.alert, *_name(one)): one for one in planned}
        columns = zip(*((*name, one.subject, _state(one)) for name, one in named.items()), strict=True)
        with translated():
            async with self._pool.acquire() as connection, connection.transaction():
                new = await connection.fetch(INSERT, *map(list, columns))
                written = [named[UUID(str(row["alert"])), *row[1:]] for row in new]
                if written:
                    await connection.execute(DISCLOSED, *map(list, zip(*map(_disclosed, written), strict=True)))
        return written

    async def take(self, limit: int) -> list[Message]:
        """See the protocol. What speaks of an alert that is gone (the person was erased) goes nowhere."""
        with translated():
            rows = await self._pool.fetch(TAKE, limit, LEASE)
        return [self._message(row) for row in rows]

    def _message(self, row: Any) -> Message:
        recipient = by_key(self._organisations, row["recipient"]) if row["there"] else None
        known = recipient or Recipient(row["recipient"], "")
        return Message(row["alert"], row["kind"], known, row["channel"], row["number"], row["attempts"])

    async def done(self, message: Message, outcome: Outcome, error: str, wait: timedelta | None) -> None:
        """See the protocol."""
        name = (message.alert, message.recipient.key, message.channel, message.kind)
        with translated():
            await self._pool.execute(DONE, *name, outcome, error or None, wait)


def _name(one: Planned) -> tuple[str, str, str]:
    return (one.message.recipient.key, one.message.channel, one.message.kind)


def _state(one: Planned) -> str:
    return "delivered" if one.at_once else "sending"


def _disclosed(one: Planned) -> tuple[Any, ...]:
    to = one.message.recipient
    who = (to.org, to.person or to.key, to.role, one.subject)
    return (*who, RECORD, ",".join(one.fields), one.ground, one.message.channel)


def _notice(row: Any) -> Notice:
    relations = frozenset((org, relation) for org, _, relation in (r.partition(" ") for r in row["relations"]))
    known = frozenset((r, c, kind) for r, c, kind in (k.split(" ", 2) for k in row["known"]))
    notices = tuple(orjson.loads(row["notices"]))
    alert, subject = UUID(str(row["alert_id"])), UUID(str(row["subject"]))
    return Notice(alert, subject, row["status"], row["family"], notices, relations, known, row["now"])


async def run(settings: Settings) -> None:
    """Dispatch until cancelled; of several processes one is active, the others wait for its lock."""
    log = structlog.get_logger("dispatcher")
    organisations, policy = load(settings.organisations), load_policy(settings.policy)
    channels = units("services.notifications.channels", Channel)
    while True:
        try:
            pool = await open_pool(settings, "polku_notifications", 3)
            try:
                dispatcher = Dispatcher(PgDeliveries(pool, organisations), organisations, policy, channels, settings)
                await _active(pool, dispatcher)
            finally:
                await pool.close()
        except (Unavailable, Again, OSError, TimeoutError) as error:
            log.warning("dispatcher_waits", reason=type(error).__name__)
            await asyncio.sleep(0.5)


async def _active(pool: asyncpg.Pool, dispatcher: Dispatcher) -> None:
    """Work while the lock's connection lives; PostgreSQL ends it when this process is frozen."""
    with translated():
        async with pool.acquire() as lock:
            await lock.execute(f"SET idle_session_timeout = {FROZEN_MS}")
            while not await lock.fetchval("SELECT pg_try_advisory_lock($1)", LOCK):  # noqa: ASYNC110 - the lock is elsewhere
                await asyncio.sleep(1.0)
            news = asyncio.Event()

            def heard(*_: object) -> None:
                news.set()

            await lock.add_listener("polku_journal", heard)
            try:
                await _dispatch(lock, dispatcher, news)
            finally:
                await lock.remove_listener("polku_journal", heard)


async def _dispatch(lock: asyncpg.Connection, dispatcher: Dispatcher, news: asyncio.Event) -> None:
    while True:
        news.clear()
        await lock.execute("SELECT 1")
        if await dispatcher.step() == 0:
            await _rest(news)


async def _rest(news: asyncio.Event) -> None:
    """Until the journal grows, then a moment for the rows to be written; or a while at most."""
    try:
        await asyncio.wait_for(news.wait(), FALLBACK)
        await asyncio.sleep(REST)
    except TimeoutError:
        return
