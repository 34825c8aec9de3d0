"""One reaction in PostgreSQL: fence and checkpoint first, rows, wake-ups, and what it concludes last."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from kernel.errors import Fenced
from kernel.pg_append import append_in
from kernel.pg_errors import translated
from kernel.pg_journal import PgJournal
from kernel.pg_prepare import prepare
from kernel.plan import PersonPlan, Plan
from kernel.sweep import write_sweep
from kernel.views import Row, View

FENCE = """UPDATE react.checkpoint
              SET rev = rev + 1, seq = coalesce($5, seq), hint = coalesce($6, hint),
                  moved = CASE WHEN $5::bigint IS NULL THEN moved ELSE clock_timestamp() END
            WHERE processor = $1 AND lane = $2 AND era = $3 AND rev = $4"""

_BAD_VALUES = (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError)
BAD_DATA = (*_BAD_VALUES, asyncpg.CardinalityViolationError, asyncpg.ProgramLimitExceededError)
"""What PostgreSQL says when one person's rows cannot be stored."""


class PgReaction:
    """Writes the plans of one processor. BAD_DATA comes out as it is: the caller bisects."""

    def __init__(self, journal: PgJournal, processor: str, views: Sequence[View]) -> None:
        self._journal, self._processor = journal, processor
        self._views = {v.name: v for v in views}
        self._tables: dict[str, str] = {}

    async def load(self) -> None:
        """Learn the active generation of every view; done anew at each claim."""
        with translated():
            rows = await self._journal.pool.fetch("SELECT view, generation FROM view.generation WHERE active")
        self._tables = {r["view"]: f"view.{r['view']}_g{r['generation']}" for r in rows}

    async def commit(self, plan: Plan, era: str, rev: int) -> None:
        """All or nothing. Fenced when another owner has raised the number; Again and Unavailable as they say."""
        facts = [*plan.facts, *(f for p in plan.persons for f in p.facts)]
        journal = self._journal
        with translated():
            prepared = await prepare(journal.pool, journal.keys, journal.instance, facts) if facts else []
            async with journal.pool.acquire() as connection, connection.transaction():
                done = await connection.execute(FENCE, self._processor, plan.lane, UUID(era), rev, plan.last, plan.hint)
                if done != "UPDATE 1":
                    raise Fenced(f"{self._processor} lane {plan.lane}")
                await self._write(connection, plan)
                if prepared:
                    await append_in(connection, journal.instance, prepared)
        if facts:
            journal.notify()

    async def attempt(self, plan: Plan) -> None:
        """Write a plan's rows and roll back: whether the database takes them."""
        with translated():
            async with self._journal.pool.acquire() as connection:
                transaction = connection.transaction()
                await transaction.start()
                try:
                    await self._write(connection, plan)
                finally:
                    await transaction.rollback()

    async def _write(self, connection: asyncpg.Connection, plan: Plan) -> None:
        for view in self._views.values():
            await self._rows(connection, view, plan.persons)
        await self._wakeups(connection, plan)
        await self._holds(connection, plan)
        await write_sweep(connection, self._processor, plan)

    async def _rows(self, connection: asyncpg.Connection, view: View, persons: Sequence[PersonPlan]) -> None:
        table = self._tables[view.name]
        wiped = [UUID(p.subject) for p in persons if p.drop or ((c := p.views.get(view.name)) and c.rewrite)]
        if wiped:
            await connection.execute(f"DELETE FROM {table} WHERE subject = ANY($1)", wiped)
        gone = [(p.subject, key) for p in persons if (c := p.views.get(view.name)) for key in c.gone]
        if gone:
            await self._delete(connection, view, gone)
        put = [(p.subject, row) for p in persons if (c := p.views.get(view.name)) for row in c.put]
        if put:
            await connection.execute(upsert(view, table), *columns_of(view, put))

    async def _delete(self, connection: asyncpg.Connection, view: View, gone: Sequence[tuple[str, Any]]) -> None:
        types = {c.name: c.type for c in view.columns}
        names = ["subject", *view.key]
        arrays = ", ".join(f"${i + 1}::{_carried(t)}[]" for i, t in enumerate(["uuid", *(types[k] for k in view.key)]))
        where = " AND ".join(f't."{n}" = w."{n}"' for n in names)
        quoted = ", ".join(f'"{n}"' for n in names)
        values = list(zip(*((UUID(s), *key) for s, key in gone), strict=True))
        await connection.execute(
            f"DELETE FROM {self._tables[view.name]} t USING unnest({arrays}) w ({quoted}) WHERE {where}",
            *map(list, values),
        )

    async def _wakeups(self, connection: asyncpg.Connection, plan: Plan) -> None:
        quiet = [UUID(p.subject) for p in plan.persons if p.wake is None]
        if quiet:
            await connection.execute(
                "DELETE FROM react.wakeup WHERE processor = $1 AND subject = ANY($2)", self._processor, quiet
            )
        due = [p for p in plan.persons if p.wake is not None]
        if due:
            await connection.execute(
                """INSERT INTO react.wakeup (processor, lane, subject, due)
                   SELECT $1, $2, w.subject, w.due FROM unnest($3::uuid[], $4::timestamptz[]) w (subject, due)
                       ON CONFLICT (processor, subject) DO UPDATE SET due = excluded.due""",
                *(self._processor, plan.lane, [UUID(p.subject) for p in due], [p.wake for p in due]),
            )

    async def _holds(self, connection: asyncpg.Connection, plan: Plan) -> None:
        free = [UUID(p.subject) for p in plan.persons if p.hold is None]
        if free:
            await connection.execute(
                "DELETE FROM react.hold WHERE processor = $1 AND subject = ANY($2)", self._processor, free
            )
        for person in (p for p in plan.persons if p.hold is not None):
            hold = person.hold
            assert hold is not None  # noqa: S101 - filtered one line above, for the type checker
            await connection.execute(
                """INSERT INTO react.hold (processor, lane, subject, from_seq, source, id, type, cause, pointer, since)
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, journal.now())
                       ON CONFLICT (processor, subject) DO UPDATE
                      SET source = coalesce(nullif(excluded.source, ''), hold.source),
                          id = coalesce(nullif(excluded.id, ''), hold.id),
                          type = coalesce(nullif(excluded.type, ''), hold.type),
                          cause = excluded.cause, pointer = excluded.pointer, retry = false""",
                *(self._processor, plan.lane, UUID(person.subject), hold.from_seq),
                *(hold.source, hold.id, hold.type, hold.cause, hold.pointer),
            )


def _carried(type_: str) -> str:
    """How a column travels in an array: arrays and JSON as text, the rest as themselves."""
    return "text" if type_ in ("jsonb", "text[]") else type_


def upsert(view: View, table: str) -> str:
    """One statement that writes many rows, whatever persons they belong to."""
    names = ["subject", *(c.name for c in view.columns)]
    types = ["uuid", *(c.type for c in view.columns)]
    quoted = ", ".join(f'"{n}"' for n in names)
    arrays = ", ".join(f"${i + 1}::{_carried(t)}[]" for i, t in enumerate(types))
    casts = ", ".join(
        f'w."{n}"::{t}' if t in ("jsonb", "text[]") else f'w."{n}"' for n, t in zip(names, types, strict=True)
    )
    key = ", ".join(f'"{n}"' for n in ("subject", *view.key))
    sets = ", ".join(f'"{n}" = excluded."{n}"' for n in names if n not in ("subject", *view.key))
    action = f"UPDATE SET {sets}" if sets else "NOTHING"
    return (
        f"INSERT INTO {table} ({quoted}) SELECT {casts} FROM unnest({arrays}) w ({quoted})"
        f" ON CONFLICT ({key}) DO {action}"
    )


def columns_of(view: View, put: Sequence[tuple[str, Row]]) -> list[list[Any]]:
    """The rows column by column, as the upsert wants them."""
    out: list[list[Any]] = [[UUID(subject) for subject, _ in put]]
    for column in view.columns:
        out.append([_value(column.type, row.get(column.name)) for _, row in put])
    return out


def _value(type_: str, value: Any) -> Any:
    if value is None:
        return None
    if type_ == "jsonb":
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS).decode()
    if type_ == "text[]":
        return "{" + ",".join(orjson.dumps(str(v)).decode() for v in value) + "}"
    if type_ == "uuid" and isinstance(value, str):
        return UUID(value)
    if type_ == "text" and not isinstance(value, str):
        return str(value)
    return value
