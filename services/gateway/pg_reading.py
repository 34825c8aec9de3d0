"""Reads views in PostgreSQL through the disclosure gate, and says how fresh they are."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import orjson

from kernel.calendar import day_of
from kernel.disclosure import Gate, Policy, Viewer
from kernel.pg_errors import translated
from kernel.pg_journal import PgJournal
from kernel.views import View
from services.gateway.access import Caller
from services.gateway.parts import Answer, Question
from services.gateway.pg_arrival import Arrivals
from services.gateway.pg_freshness import Freshness
from services.gateway.pg_timeline import PgTimeline
from services.gateway.pg_where import Where


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

        `silent`: see `Freshness`.
        """
        self._journal, self._gate, self._policy, self._timeline = journal, gate, policy, timeline
        self._relations_by, self._fresh = relations_by, Freshness(journal, silent=silent)
        self._arrivals = Arrivals(journal.pool)

    async def read(self, caller: Caller, processor: str, view: View, question: Question) -> Answer:
        """The freshness is read first: what is shown is at least as new as it says."""
        with translated():
            as_of, late, now = await asyncio.gather(
                self._fresh.as_of([processor]), self._fresh.late([processor], caller), self._journal.now()
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

    async def timeline(self, caller: Caller, ref: str, question: Question) -> Answer | None:
        """See `PgTimeline.read`."""
        return await self._timeline.read(caller, ref, question)

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


def _plain(view: View, row: Mapping[str, Any]) -> dict[str, Any]:
    """The row with its JSON columns as what they hold."""
    held = {c.name for c in view.columns if c.type == "jsonb" and isinstance(row.get(c.name), str)}
    return {name: orjson.loads(value) if name in held else value for name, value in row.items()}
