"""One reaction in PostgreSQL: fence and checkpoint first, rows, wake-ups, and what it concludes last."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import asyncpg

from kernel.errors import Fenced
from kernel.pg_append import append_in
from kernel.pg_errors import translated
from kernel.pg_journal import PgJournal
from kernel.pg_prepare import prepare
from kernel.plan import PersonPlan, Plan
from kernel.sweep import write_sweep
from kernel.view_rows import Place, columns_of, delete, places, upsert
from kernel.views import View

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
        self._views = views
        self._places: dict[int, list[Place]] = {}

    async def load(self, lane: int) -> None:
        """Learn the generations of every view, after a claim: whoever changes them raises the lane's number."""
        self._places[lane] = await places(self._journal.pool, self._views)

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
        try:
            for place in self._places[plan.lane]:
                await self._rows(connection, place, plan.persons)
        except asyncpg.UndefinedTableError as error:
            raise Fenced("a generation of a view is gone") from error
        await self._wakeups(connection, plan)
        await self._holds(connection, plan)
        await write_sweep(connection, self._processor, plan)

    async def _rows(self, connection: asyncpg.Connection, place: Place, persons: Sequence[PersonPlan]) -> None:
        name, view = place.name, place.view
        dropped = [UUID(p.subject) for p in persons if p.drop]
        for table in place.others if dropped else ():  # erased means erased, in what is kept as well
            await connection.execute(f"DELETE FROM {table} WHERE subject = ANY($1)", dropped)
        wiped = [*dropped, *(UUID(p.subject) for p in persons if (c := p.views.get(name)) and c.rewrite and view)]
        if wiped:
            await connection.execute(f"DELETE FROM {place.table} WHERE subject = ANY($1)", wiped)
        gone = [(p.subject, key) for p in persons if (c := p.views.get(name)) for key in c.gone]
        if gone and view:
            await delete(connection, view, place.table, gone)
        put = [(p.subject, row) for p in persons if (c := p.views.get(name)) for row in c.put]
        if put and view:
            await connection.execute(upsert(view, place.table), *columns_of(view, put))

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
