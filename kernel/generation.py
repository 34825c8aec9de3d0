"""Generations of views as the database tells them: begin one, say how far it is, fill several in step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg

from kernel.errors import Fenced, Unavailable
from kernel.pg_errors import translated
from kernel.views import View

NOBODY = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Generation:
    """One filling of a view. `kept`: it was read until another took its place."""

    view: str
    number: int
    version: int
    active: bool
    kept: bool

    @property
    def table(self) -> str:
        """Its table."""
        return f"view.{self.view}_g{self.number}"


@dataclass(frozen=True, slots=True)
class Filled:
    """One lane of a generation: the number to show, as far as which fact and which person its rows are there.

    `held`: who waited then, and from which fact on. `failed`: who cannot be folded though she does not wait.
    """

    of: Generation
    lane: int
    rev: int
    seq: int
    after: UUID
    filled: bool
    held: frozenset[str]
    failed: tuple[str, ...]
    era: str

    @property
    def place(self) -> tuple[UUID, int]:
        """Lanes of several generations that stand at one place are filled by one reading."""
        return self.after, 0 if self.after == NOBODY else self.seq


@dataclass(frozen=True, slots=True)
class Step:
    """What one transaction adds to a lane of each of some generations; `looked`: at whom."""

    seq: int
    after: UUID
    filled: bool
    held: frozenset[str]
    looked: Sequence[str] = ()


FILLED = """f.view, f.generation, f.lane, f.rev, f.seq, f.after, f.filled, f.held, f.failed::text[] AS failed,
            (SELECT era::text FROM journal.instance) AS era"""
OF = "(f.view, f.generation) IN (SELECT * FROM unnest($1::text[], $2::integer[]))"
UNREAD = "NOT EXISTS (SELECT FROM view.generation g WHERE (g.view, g.generation) = (f.view, f.generation) AND g.active)"

UNHURRIED = "SET LOCAL synchronous_commit = off"
"""Nobody waits for the disk: what a crash of the server takes back is filled again; the switch waits for all of it."""


class PgGenerations:
    """Generations of views of one processor."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool

    async def every(self, view: str) -> list[Generation]:
        """All that there are; those kept come first, in the order in which they were replaced."""
        with translated():
            rows = await self._pool.fetch(
                """SELECT view, generation, version, active, replaced IS NOT NULL AS kept
                     FROM view.generation WHERE view = $1 ORDER BY generation.replaced NULLS LAST, generation""",
                view,
            )
        return [Generation(*r) for r in rows]

    async def open(self, view: View) -> Generation:
        """The one to fill with this code's version. Unavailable before the database was brought up to this code."""
        with translated():
            number = await self._pool.fetchval("SELECT view.open_generation($1, $2)", view.name, view.version)
        if number is None:
            raise Unavailable(f"{view.name}: the database does not know version {view.version} yet")
        return Generation(view.name, number, view.version, active=False, kept=False)

    async def drop(self, generation: Generation) -> None:
        """Throw away one that nobody reads. Again when somebody still looks at it."""
        with translated():
            await self._pool.execute("SELECT view.drop_generation($1, $2)", generation.view, generation.number)

    async def claim(self, generations: Sequence[Generation], lease: float) -> list[Filled]:
        """One lane of each generation that has not filled it and where nobody moved it for `lease` seconds; or none.

        One process claims at a time, so that two never share what one of them could fill by one reading.
        """
        with translated():
            async with self._pool.acquire() as connection, connection.transaction():
                await connection.execute(f"{UNHURRIED}; SELECT pg_advisory_xact_lock(7265103)")
                rows = await connection.fetch(
                    f"""WITH free AS (
                            SELECT f.view, f.generation, f.lane FROM view.filling f
                             WHERE {OF} AND NOT f.filled AND f.moved < clock_timestamp() - make_interval(secs => $3)
                               FOR UPDATE SKIP LOCKED)
                        UPDATE view.filling f SET rev = f.rev + 1, moved = clock_timestamp() FROM free
                         WHERE (f.view, f.generation, f.lane) = (free.view, free.generation, free.lane)
                           AND f.lane = (SELECT min(lane) FROM free)
                     RETURNING {FILLED}""",
                    *(*_names(generations), lease),
                )
        return _each(rows, generations)

    async def lanes(self, generations: Sequence[Generation]) -> list[Filled]:
        """Every lane as it stands of those of these that are not read; those of one number together."""
        with translated():
            rows = await self._pool.fetch(
                f"SELECT {FILLED} FROM view.filling f WHERE {OF} AND {UNREAD} ORDER BY f.lane, f.view",
                *_names(generations),
            )
        return _each(rows, generations)

    async def seize(self, connection: asyncpg.Connection, generation: Generation) -> list[Filled]:
        """Take every lane from whoever fills it, until this transaction is over; none when it is read already."""
        rows = await connection.fetch(
            f"UPDATE view.filling f SET rev = f.rev + 1 WHERE {OF} AND {UNREAD} RETURNING {FILLED}",
            *_names([generation]),
        )
        return _each(rows, [generation])

    async def progress(self, generations: Sequence[Generation]) -> dict[str, Any]:
        """Lanes filled, persons, facts and rows so far, of how many persons, and who cannot be folded.

        Of several generations, which are filled in step, what each has on the average; rows are counted together.
        """
        with translated():
            row = await self._pool.fetchrow(
                f"""SELECT count(*) FILTER (WHERE f.filled) / $3 AS filled, count(*) / $3 AS lanes,
                           coalesce(sum(f.persons), 0)::bigint / $3 AS persons,
                           coalesce(sum(f.facts), 0)::bigint / $3 AS facts,
                           coalesce(sum(f.rows), 0)::bigint AS rows,
                           (SELECT count(*) FROM journal.person WHERE erased IS NULL) AS total,
                           (SELECT array_agg(DISTINCT p::text) FROM view.filling f, unnest(f.failed) p
                             WHERE {OF}) AS failed
                      FROM view.filling f WHERE {OF}""",
                *(*_names(generations), len(generations)),
            )
        return dict(row)

    async def move(
        self, connection: asyncpg.Connection, at: Filled, step: Step, failed: Sequence[str], facts: int, rows: int
    ) -> Filled:
        """Note a step in the transaction that writes its rows. Fenced when another process has the lane, or it is read.

        The number alone does not do: a crash of the server may take it back, and it is given once more. A lane that is
        filled once more is counted from nothing, and persons are counted when they are filled, not when they follow.
        """
        goes_on, persons = int(step.filled or step.after != NOBODY), 0 if at.filled else len(step.looked)
        row = await connection.fetchrow(
            f"""UPDATE view.filling f
                   SET rev = f.rev + 1, seq = $5, after = $6, filled = $7, held = $8, persons = f.persons * $17 + $9,
                       facts = f.facts * $17 + $10, rows = f.rows * $17 + $11,
                       moved = CASE WHEN $7 THEN '-infinity' ELSE clock_timestamp() END,
                       failed = ARRAY(SELECT unnest(f.failed) EXCEPT SELECT unnest($12::uuid[])) || $13::uuid[]
                 WHERE f.view = $1 AND f.generation = $2 AND f.lane = $3 AND f.rev = $4
                   AND (SELECT era FROM journal.instance) = $14 AND f.seq = $15 AND f.after = $16 AND {UNREAD}
             RETURNING {FILLED}""",
            *(at.of.view, at.of.number, at.lane, at.rev),
            *(step.seq, step.after, step.filled, sorted(step.held), persons, facts, rows),
            *([UUID(s) for s in step.looked], [UUID(s) for s in failed], UUID(at.era), at.seq, at.after, goes_on),
        )
        if row is None:
            raise Fenced(f"{at.of.table} lane {at.lane} is filled by another process, or read")
        return _each([row], [at.of])[0]


def _names(generations: Sequence[Generation]) -> tuple[list[str], list[int]]:
    return [g.view for g in generations], [g.number for g in generations]


def _each(rows: Sequence[Any], generations: Sequence[Generation]) -> list[Filled]:
    known, out = {(g.view, g.number): g for g in generations}, []
    for view, number, lane, rev, seq, after, filled, held, failed, era in rows:
        of = known[view, number]
        out.append(Filled(of, lane, rev, seq, after, filled, frozenset(held), tuple(failed), era))
    return out
