"""Generations of one view as the database tells them: begin one, say how far it is, make it the one that is read."""

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

    lane: int
    rev: int
    seq: int
    after: UUID
    filled: bool
    held: frozenset[str]
    failed: tuple[str, ...]
    era: str


@dataclass(frozen=True, slots=True)
class Step:
    """What one transaction adds to a lane; `looked`: at whom, of whom `failed` cannot be folded."""

    seq: int
    after: UUID
    filled: bool
    held: frozenset[str]
    looked: Sequence[str] = ()
    failed: Sequence[str] = ()
    persons: int = 0
    facts: int = 0
    rows: int = 0


class PgGenerations:
    """Generations of one view of one processor."""

    def __init__(self, pool: Any, view: View) -> None:
        self._pool, self._view = pool, view

    async def every(self) -> list[Generation]:
        """All that there are; those kept come first, in the order in which they were replaced."""
        with translated():
            rows = await self._pool.fetch(
                """SELECT view, generation, version, active, replaced IS NOT NULL AS kept
                     FROM view.generation WHERE view = $1 ORDER BY generation.replaced NULLS LAST, generation""",
                self._view.name,
            )
        return [Generation(*r) for r in rows]

    async def open(self) -> Generation:
        """The one to fill with this code's version. Unavailable before the database was brought up to this code."""
        with translated():
            number = await self._pool.fetchval(
                "SELECT view.open_generation($1, $2)", self._view.name, self._view.version
            )
        if number is None:
            raise Unavailable(f"{self._view.name}: the database does not know version {self._view.version} yet")
        return Generation(self._view.name, number, self._view.version, active=False, kept=False)

    async def drop(self, number: int) -> None:
        """Throw away one that nobody reads. Again when somebody still looks at it."""
        with translated():
            await self._pool.execute("SELECT view.drop_generation($1, $2)", self._view.name, number)

    async def claim(self, generation: Generation, lease: float) -> Filled | None:
        """A lane that is not filled and that nobody has moved for `lease` seconds, or None."""
        with translated():
            row = await self._pool.fetchrow(
                """UPDATE view.filling f SET rev = rev + 1, moved = clock_timestamp()
                    WHERE view = $1 AND generation = $2
                      AND lane = (SELECT lane FROM view.filling
                                   WHERE view = $1 AND generation = $2 AND NOT filled
                                     AND moved < clock_timestamp() - make_interval(secs => $3)
                                   ORDER BY lane LIMIT 1 FOR UPDATE SKIP LOCKED)
                RETURNING lane, rev, seq, after, filled, held, failed::text[] AS failed,
                          (SELECT era::text FROM journal.instance) AS era""",
                *(generation.view, generation.number, lease),
            )
        return _filled(row) if row else None

    async def lanes(self, generation: Generation, connection: Any = None) -> list[Filled]:
        """Every lane as it stands, or as a transaction sees it."""
        with translated():
            rows = await (connection or self._pool).fetch(
                """SELECT lane, rev, seq, after, filled, held, failed::text[] AS failed,
                          (SELECT era::text FROM journal.instance) AS era FROM view.filling
                    WHERE view = $1 AND generation = $2 ORDER BY lane""",
                *(generation.view, generation.number),
            )
        return [_filled(r) for r in rows]

    async def progress(self, generation: Generation) -> dict[str, Any]:
        """Lanes filled, persons, facts and rows so far, of how many persons, and who cannot be folded."""
        with translated():
            row = await self._pool.fetchrow(
                """SELECT count(*) FILTER (WHERE filled) AS filled, count(*) AS lanes, sum(persons)::bigint AS persons,
                          sum(facts)::bigint AS facts, sum(rows)::bigint AS rows,
                          (SELECT count(*) FROM journal.person WHERE erased IS NULL) AS total,
                          (SELECT array_agg(p::text) FROM view.filling g, unnest(g.failed) p
                            WHERE g.view = $1 AND g.generation = $2) AS failed
                     FROM view.filling WHERE view = $1 AND generation = $2""",
                *(generation.view, generation.number),
            )
        return dict(row)

    async def move(self, connection: asyncpg.Connection, generation: Generation, lane: Filled, step: Step) -> Filled:
        """Note a step in the transaction that writes its rows. Fenced when another process has the lane."""
        row = await connection.fetchrow(
            """UPDATE view.filling
                  SET rev = rev + 1, seq = $5, after = $6, filled = $7, held = $8, persons = persons + $9,
                      facts = facts + $10, rows = rows + $11,
                      moved = CASE WHEN $7 THEN '-infinity' ELSE clock_timestamp() END,
                      failed = ARRAY(SELECT unnest(failed) EXCEPT SELECT unnest($12::uuid[])) || $13::uuid[]
                WHERE view = $1 AND generation = $2 AND lane = $3 AND rev = $4
                  AND (SELECT era FROM journal.instance) = $14
            RETURNING lane, rev, seq, after, filled, held, failed::text[] AS failed,
                          (SELECT era::text FROM journal.instance) AS era""",
            *(generation.view, generation.number, lane.lane, lane.rev),
            *(step.seq, step.after, step.filled, sorted(step.held), step.persons, step.facts, step.rows),
            *([UUID(s) for s in step.looked], [UUID(s) for s in step.failed], UUID(lane.era)),
        )
        if row is None:
            raise Fenced(f"{generation.table} lane {lane.lane} is filled by another process")
        return _filled(row)


def _filled(row: Any) -> Filled:
    lane, rev, seq, after, filled, held, failed, era = row
    return Filled(lane, rev, seq, after, filled, frozenset(held), tuple(failed), era)
