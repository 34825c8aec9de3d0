"""One reaction in PostgreSQL: fence and checkpoint first, rows, wake-ups, and what it concludes last."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from uuid import UUID

import asyncpg

from kernel.errors import Fenced
from kernel.pg_append import append_in
from kernel.pg_errors import translated
from kernel.pg_journal import PgJournal
from kernel.pg_prepare import prepare
from kernel.plan import PersonPlan, Plan
from kernel.sweep import sweep_statements
from kernel.view_rows import Place, Statement, columns_of, delete, places, ref_of, upsert
from kernel.views import View

FENCE = """UPDATE react.checkpoint
              SET rev = rev + 1, seq = coalesce($5, seq), hint = coalesce($6, hint),
                  moved = CASE WHEN $5::bigint IS NULL THEN moved ELSE clock_timestamp() END
            WHERE processor = $1 AND lane = $2 AND era = $3 AND rev = $4"""

_BAD_VALUES = (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError)
BAD_DATA = (*_BAD_VALUES, asyncpg.CardinalityViolationError, asyncpg.ProgramLimitExceededError)
"""What PostgreSQL says when one person's rows cannot be stored."""


@asynccontextmanager
async def tried(pool: asyncpg.Pool) -> AsyncIterator[asyncpg.Connection]:
    """A connection to see whether the database takes something: it is rolled back."""
    with translated():
        async with pool.acquire() as connection:
            transaction = connection.transaction()
            await transaction.start()
            try:
                yield connection
            finally:
                await transaction.rollback()


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
        journal, written = self._journal, self._statements(plan)
        with translated():
            prepared = await prepare(journal.pool, journal.keys, journal.instance, facts) if facts else []
            async with journal.pool.acquire() as connection, _transaction(connection, bool(written or prepared)):
                done = await connection.execute(FENCE, self._processor, plan.lane, UUID(era), rev, plan.last, plan.hint)
                if done != "UPDATE 1":
                    raise Fenced(f"{self._processor} lane {plan.lane}")
                await _write(connection, written)
                if prepared:
                    await append_in(connection, journal.instance, prepared)
        if facts:
            journal.notify()

    async def attempt(self, plan: Plan) -> None:
        """Write a plan's rows and roll back: whether the database takes them."""
        async with tried(self._journal.pool) as connection:
            await _write(connection, self._statements(plan))

    def _statements(self, plan: Plan) -> list[Statement]:
        """What a plan writes besides the checkpoint; nothing when it changes nothing."""
        rows = [s for place in self._places[plan.lane] for s in _rows(place, plan.persons)]
        return [*rows, *self._wakeups(plan), *self._holds(plan), *sweep_statements(self._processor, plan)]

    def _wakeups(self, plan: Plan) -> Iterator[Statement]:
        quiet = [ref_of(p.subject) for p in plan.persons if p.wake is None and p.wake != p.stored]
        if quiet:
            yield "DELETE FROM react.wakeup WHERE processor = $1 AND subject = ANY($2)", (self._processor, quiet)
        due = [p for p in plan.persons if p.wake is not None and p.wake != p.stored]
        if due:
            yield (
                """INSERT INTO react.wakeup (processor, lane, subject, due)
                   SELECT $1, $2, w.subject, w.due FROM unnest($3::uuid[], $4::timestamptz[]) w (subject, due)
                       ON CONFLICT (processor, subject) DO UPDATE SET due = excluded.due""",
                (self._processor, plan.lane, [ref_of(p.subject) for p in due], [p.wake for p in due]),
            )

    def _holds(self, plan: Plan) -> Iterator[Statement]:
        free = [ref_of(p.subject) for p in plan.persons if p.hold is None and p.waited]
        if free:
            yield "DELETE FROM react.hold WHERE processor = $1 AND subject = ANY($2)", (self._processor, free)
        for person, hold in ((p, p.hold) for p in plan.persons if p.hold is not None):
            yield (
                """INSERT INTO react.hold (processor, lane, subject, from_seq, source, id, type, cause, pointer, since)
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, journal.now())
                       ON CONFLICT (processor, subject) DO UPDATE
                      SET source = coalesce(nullif(excluded.source, ''), hold.source),
                          id = coalesce(nullif(excluded.id, ''), hold.id),
                          type = coalesce(nullif(excluded.type, ''), hold.type),
                          cause = excluded.cause, pointer = excluded.pointer, retry = false""",
                (
                    *(self._processor, plan.lane, ref_of(person.subject), hold.from_seq),
                    *(hold.source, hold.id, hold.type, hold.cause, hold.pointer),
                ),
            )


def _transaction(connection: asyncpg.Connection, several: bool) -> AbstractAsyncContextManager[object]:
    """One statement is a transaction by itself: a checkpoint that moves past facts which concern nobody."""
    return connection.transaction() if several else nullcontext()


async def _write(connection: asyncpg.Connection, statements: Iterable[Statement]) -> None:
    try:
        for text, values in statements:
            await connection.execute(text, *values)
    except asyncpg.UndefinedTableError as error:
        raise Fenced("a generation of a view is gone") from error


def _rows(place: Place, persons: Sequence[PersonPlan]) -> Iterator[Statement]:
    name, view = place.name, place.view
    dropped = [ref_of(p.subject) for p in persons if p.drop]
    for table in place.others if dropped else ():  # erased means erased, in what is kept as well
        yield f"DELETE FROM {table} WHERE subject = ANY($1)", (dropped,)
    changes = [(p.subject, change) for p in persons if (change := p.views.get(name))]
    wiped = [*dropped, *(ref_of(s) for s, change in changes if change.rewrite and view)]
    if wiped:
        yield f"DELETE FROM {place.table} WHERE subject = ANY($1)", (wiped,)
    gone = [(s, key) for s, change in changes for key in change.gone]
    if gone and view:
        yield delete(view, place.table, gone)
    put = [(s, row) for s, change in changes for row in change.put]
    if put and view:
        yield upsert(view, place.table), columns_of(view, put)
