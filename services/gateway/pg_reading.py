"""Reads views in PostgreSQL through the disclosure gate, and says how fresh they are."""

from __future__ import annotations

import asyncio
import base64
import hmac
from collections.abc import Mapping
from typing import Any

import orjson

from kernel.calendar import day_of
from kernel.disclosure import Gate, Policy, Viewer
from kernel.facts import ANYBODY
from kernel.pg_errors import translated
from kernel.pg_journal import PgJournal
from kernel.views import View
from services.gateway.access import Caller
from services.gateway.parts import Answer, Question
from services.gateway.pg_arrival import Arrivals
from services.gateway.pg_timeline import PgTimeline
from services.gateway.pg_where import Where

LATE_FACTS = 200
"""Facts of a lane, from the first not applied on, whose sources are named as not yet in an answer."""

LATE = """
    SELECT w.source
      FROM (SELECT f.source, f.subject FROM react.checkpoint c CROSS JOIN LATERAL
                   (SELECT source, subject FROM journal.fact  -- with a limit, so that only the end of a lane is read
                     WHERE lane = c.lane AND seq > c.seq ORDER BY seq LIMIT $2) f
             WHERE c.processor = $1 AND f.subject IS NOT NULL
             UNION
            SELECT h.source, h.subject FROM react.hold h WHERE h.processor = $1) w
     WHERE split_part(w.source, ':', 3) = $4
        OR EXISTS (SELECT FROM view.relations r WHERE r.subject = w.subject AND r.org = ANY($3))
     GROUP BY 1 ORDER BY 1 LIMIT 100"""
SILENT = "SELECT source FROM view.partner_feeds WHERE late_from <= journal.now() ORDER BY source LIMIT 100"


class PgReading:
    """See `services.gateway.parts.Reading`."""

    def __init__(
        self,
        journal: PgJournal,
        gate: Gate,
        policy: Policy,
        timeline: PgTimeline,
        relations_by: str = "",
        *,
        silent: bool = False,
    ) -> None:
        """`policy` is the gate's own; `relations_by` is the processor that fills what the gate asks for relations.

        `silent`: partners that have been silent too long count as late sources; needs the view `partner_feeds`.
        """
        self._journal, self._gate, self._policy, self._timeline = journal, gate, policy, timeline
        self._relations_by, self._silent = relations_by, silent
        self._arrivals = Arrivals(journal.pool)
        self._naming = b""

    async def read(self, caller: Caller, processor: str, view: View, question: Question) -> Answer:
        """The freshness is read first: what is shown is at least as new as it says."""
        with translated():
            as_of, late, now = await asyncio.gather(
                self._as_of(processor), self._late(processor, caller), self._journal.now()
            )
            day = day_of(now)
            where = Where(view, question, self._policy, caller.viewer, day)
            last, more = await self._page_end(caller.viewer, view, where, question.limit)
            if last is not None:
                where.upto(last)
            rows = await self._gate.read(caller.viewer, view, where.text, where.values, where.order, question.limit)
        return Answer([_plain(view, row) for row in rows], last if more else None, as_of, late)

    async def wait(self, processor: str, lane: int, seq: int, seconds: float) -> bool:
        """See `Arrivals.reached`.

        A new relation must have arrived too, or the reader would wait for a row and then not be shown it.
        """
        processors = frozenset({processor, self._relations_by or processor})
        return await self._arrivals.reached(processors, lane, seq, seconds)

    async def timeline(self, caller: Caller, ref: str, after: int, limit: int) -> Answer:
        """See `PgTimeline.read`."""
        return await self._timeline.read(caller.viewer, ref, after, limit)

    async def _page_end(self, viewer: Viewer, view: View, where: Where, limit: int) -> tuple[list[str] | None, bool]:
        """Key of the page's last row (None: fewer rows than a page) and whether another follows; nothing is shown."""
        # Not under their own names: ORDER BY would take the text for the column, and 20 stands before 4 as text.
        names = ", ".join(f'"{k}"::text AS k{i}' for i, k in enumerate(where.columns))
        text = f"SELECT {names} FROM view.{view.name} WHERE ($1::text IS NOT NULL) AND ({where.text})"
        page = f"ORDER BY {where.order} OFFSET {int(limit) - 1} LIMIT 2"
        async with self._journal.pool.acquire() as connection, connection.transaction():
            await connection.execute("SELECT set_config('polku.org', $1, true)", viewer.org)
            rows = await connection.fetch(f"{text} {page}", viewer.org, *where.values)
        return (list(rows[0]), len(rows) > 1) if rows else (None, False)

    async def _as_of(self, processor: str) -> Mapping[str, Any]:
        rows = await self._journal.pool.fetch(
            """SELECT c.lane, c.seq, c.era::text AS era, journal.now() AS now,
                      (SELECT f.appended FROM journal.fact f WHERE f.lane = c.lane AND f.seq = c.seq + 1) AS next
                 FROM react.checkpoint c WHERE c.processor = $1 ORDER BY c.lane""",
            processor,
        )
        if not rows:
            return {"position": "", "time": None}
        place = orjson.dumps([rows[0]["era"], {str(r["lane"]): r["seq"] for r in rows if r["seq"]}])
        # A name for the place, not the place: how many facts each lane has is nobody's business outside.
        self._naming = self._naming or await self._journal.keys.mac("cursor", b"positions of answers")
        named = hmac.digest(self._naming, place, "sha256")[:18]
        oldest = min((r["next"] for r in rows if r["next"]), default=rows[0]["now"])
        return {"position": base64.urlsafe_b64encode(named).decode(), "time": oldest}

    async def _late(self, processor: str, caller: Caller) -> list[str]:
        """Sources whose facts are stored but not in the view yet or wait behind a hold, and those that are silent.

        Of the former only those about whom the caller has to do with, and its own: who states what elsewhere, and when,
        tells of other people's clients. Who is silent is public (`partner_feeds`).
        """
        async with self._journal.pool.acquire() as connection, connection.transaction():
            await connection.execute("SELECT set_config('polku.org', $1, true)", caller.org)
            rows = await connection.fetch(LATE, processor, LATE_FACTS, [caller.org, ANYBODY], caller.org)
        silent = await self._journal.pool.fetch(SILENT) if self._silent else []
        return sorted({r["source"] for r in (*rows, *silent)})


def _plain(view: View, row: Mapping[str, Any]) -> dict[str, Any]:
    """The row with its JSON columns as what they hold."""
    held = {c.name for c in view.columns if c.type == "jsonb" and isinstance(row.get(c.name), str)}
    return {name: orjson.loads(value) if name in held else value for name, value in row.items()}
