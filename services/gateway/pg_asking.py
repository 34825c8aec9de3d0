"""Answers in PostgreSQL that are no rows of a view: the log of disclosures, the streams, numbers over many persons."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from kernel.calendar import day_of
from kernel.disclosure import Policy
from kernel.pg_errors import translated
from kernel.pg_journal import PgJournal
from kernel.views import View
from services.gateway.access import Caller
from services.gateway.asking import LOG, MEDIAN, STREAM, YEAR
from services.gateway.figures import SOMEBODY, Figures
from services.gateway.parts import Answer, Question
from services.gateway.pg_freshness import Freshness
from services.gateway.pg_where import is_
from services.gateway.problem import refuse
from services.gateway.suppress import Cell, Columns, Counted

PAUSED = """
    SELECT DISTINCT year::text FROM view.service_pauses p, LATERAL generate_series(
               extract(year FROM p.from_day)::int,
               extract(year FROM coalesce(p.to_day, journal.now()::date))::int) AS year
     WHERE p.reason = 'epidemic' OR p.site_id IS NULL"""
"""Years in which the service paused because of an epidemic, or all that somebody runs did: their numbers are marked."""


class PgAsking:
    """See `services.gateway.parts.Asking`."""

    def __init__(
        self, journal: PgJournal, policy: Policy, views: Iterable[tuple[str, View]], *, silent: bool = False
    ) -> None:
        """`views` with the processors that fill them; `silent`: see `Freshness`."""
        self._journal, self._policy, self._fresh = journal, policy, Freshness(journal, silent=silent)
        self._by = {view.name: processor for processor, view in views}

    async def access_log(self, caller: Caller, question: Question, everybody: bool) -> Answer:
        """Row security asks the same a second time. What is read here is written to the log in the same transaction."""
        given = question.filters
        async with self._journal.pool.acquire() as connection, connection.transaction():
            with translated():
                scope = "everybody" if everybody else ""
                await connection.execute(
                    "SELECT set_config('polku.org', $1, true), set_config('polku.log', $2, true)", caller.org, scope
                )
                rows = await connection.fetch(
                    """SELECT id, instant, org, viewer, role, subject::text AS client_ref, record, fields, ground,
                              channel
                         FROM disclosure.log
                        WHERE id > $1 AND ($2 OR org = $3) AND ($4::uuid IS NULL OR subject = $4)
                          AND ($5::text IS NULL OR record = $5) AND ($6::text IS NULL OR viewer = $6)
                          AND ($7::text IS NULL OR channel = $7)
                        ORDER BY id LIMIT $8""",
                    int(question.after[0]) if question.after else 0,
                    *(everybody, caller.org, UUID(given["client_ref"]) if "client_ref" in given else None),
                    *(given.get("record"), given.get("viewer"), given.get("channel"), question.limit + 1),
                )
                page = rows[: question.limit]
                await self._note(connection, caller, {r["client_ref"] for r in page if r["client_ref"]})
                now = await connection.fetchval("SELECT journal.now()")
        shown = [{name: row[name] for name in LOG} for row in page]
        last = [str(page[-1]["id"])] if len(rows) > len(page) else None
        return Answer(shown, last, {"position": "", "time": now}, [])

    async def _note(self, connection: Any, caller: Caller, refs: set[str]) -> None:
        roles = ",".join(sorted(caller.roles))
        await connection.executemany(
            """INSERT INTO disclosure.log (instant, org, viewer, role, subject, record, fields, ground, channel)
               VALUES (journal.now(), $1, $2, $3, $4, 'access_log', $5, 'L703-11', 'api')""",
            [(caller.org, caller.user, roles, UUID(ref), list(LOG)) for ref in sorted(refs)],
        )

    async def streams(self) -> Answer:
        """As `polku status` tells it."""
        with translated():
            rows = await self._journal.pool.fetch("SELECT *, journal.now() AS now FROM react.streams()")
        now = rows[0]["now"] if rows else None
        return Answer([{name: row[name] for name in STREAM} for row in rows], None, {"position": "", "time": now}, [])

    async def counts(
        self, caller: Caller, view: View, columns: Columns, within: Mapping[str, str], median: str = ""
    ) -> Counted:
        """Persons, not rows, are counted; Refused 403 when the policy shows the caller nothing of these columns."""
        kinds = {c.name: (c.type, c.data_class) for c in view.columns}
        as_of, late, now = await self._freshness([view.name], caller)
        classes = self._policy.classes(caller.viewer, [SOMEBODY], view.name, day_of(now))
        if any(kinds[name][1] not in classes for name in (*columns, *within, *([median] if median else []))):
            raise refuse(403, "not_for_you", "your organisation may not see these numbers")
        names, tables = [], f"view.{view.name} r"
        for index, name in enumerate(columns):
            if kinds[name][0] == "text[]":
                tables += f' LEFT JOIN LATERAL unnest(r."{name}") u{index} (value) ON true'
                names.append(f"u{index}.value")
            else:
                names.append(f'r."{name}"')
        chosen = [is_(f'r."{name}"', kinds[name][0], f"${i}") for i, name in enumerate(within, 1)]
        where, listed = " AND ".join(["true", *chosen]), ", ".join(names)
        values = ", ".join(f"{name}::text" for name in names)
        middle = f'percentile_cont(0.5) WITHIN GROUP (ORDER BY r."{median}")' if median else "NULL"
        text = f"SELECT {values}, {middle}, GROUPING({listed}), count(DISTINCT r.subject) FROM {tables} WHERE {where}"
        with translated():
            async with self._journal.pool.acquire() as connection, connection.transaction():
                await connection.execute("SELECT set_config('polku.org', $1, true)", caller.org)
                rows = await connection.fetch(f"{text} GROUP BY CUBE ({listed})", *within.values())
                years = await connection.fetch(PAUSED) if YEAR in columns else []
        counted = _counted(columns, rows, as_of, bool(median))
        return replace(counted, stale_sources=late, paused=frozenset(row[YEAR] for row in years))

    async def figures(self, caller: Caller, figures: Figures, days: Sequence[str]) -> Answer:
        """Sums over persons or organisations; Refused 403 when the policy shows the caller none of the records."""
        as_of, late, now = await self._freshness(figures.records, caller)
        for record in figures.records:
            if "operational" not in self._policy.classes(caller.viewer, [figures.relation], record, day_of(now)):
                raise refuse(403, "not_for_you", "your organisation may not see these numbers")
        with translated():
            async with self._journal.pool.acquire() as connection, connection.transaction():
                await connection.execute("SELECT set_config('polku.org', $1, true)", caller.org)
                rows = await connection.fetch(figures.sql, *days)
        return Answer([dict(row) for row in rows], None, as_of, late)

    async def _freshness(
        self, records: Sequence[str], caller: Caller
    ) -> tuple[Mapping[str, Any], Sequence[str], datetime]:
        """How far the processors behind these views are, whose facts are missing, and what time it is."""
        processors = sorted({self._by[record] for record in records})
        fresh = self._fresh
        as_of, late, now = await asyncio.gather(
            fresh.as_of(processors), fresh.late(processors, caller), self._journal.now()
        )
        return as_of, late, now


def _counted(columns: Columns, rows: Iterable[Any], as_of: Mapping[str, Any], with_median: bool) -> Counted:
    """Tables by the columns that each is by: the last but one value has a bit for each column that is summed over."""
    cube: dict[Columns, dict[Cell, int]] = {}
    beside: dict[Cell, dict[str, Any]] = {}
    for row in rows:
        *values, middle, summed, persons = row.values()
        kept = [i for i in range(len(columns)) if not summed >> (len(columns) - 1 - i) & 1]
        cube.setdefault(tuple(columns[i] for i in kept), {})[tuple(values[i] for i in kept)] = persons
        if with_median and len(kept) == len(columns):
            beside[tuple(values)] = {MEDIAN: middle}
    return Counted(cube, as_of, beside)
