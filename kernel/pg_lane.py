"""Owning lanes in PostgreSQL: claim and fence by one number, look at heads, find who is due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson

from kernel.errors import Unavailable
from kernel.journal import REFERENCE, TIME
from kernel.pg_errors import translated
from kernel.stored import COLUMNS, Stored, from_row

BEFORE_TIME = datetime(1900, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Claim:
    """A lane taken: the era, the number to show, the position, and where Kafka may go on."""

    era: str
    rev: int
    seq: int
    hint: int | None


@dataclass(frozen=True, slots=True)
class Head:
    """A lane as it is stored: its head, and the checkpoint's era, number, position and age in seconds."""

    head: int
    era: str
    rev: int
    seq: int
    age: float


class PgLanes:
    """Questions about lanes for one processor."""

    def __init__(self, pool: Any, processor: str, ruleset: int) -> None:
        self._pool, self._processor, self._ruleset = pool, processor, ruleset

    async def claim(self, lane: int) -> Claim:
        """Take a lane from whoever has it. Unavailable when a worker with newer rules has claimed before.

        The first claim with newer rules begins a sweep of everybody in the lane, in the same transaction.
        """
        with translated():
            row = await self._pool.fetchrow(
                """WITH taken AS (
                       INSERT INTO react.checkpoint AS c (processor, lane, era, ruleset)
                       SELECT $1, $2, era, $3 FROM journal.instance
                           ON CONFLICT (processor, lane) DO UPDATE SET rev = c.rev + 1, ruleset = excluded.ruleset
                        WHERE c.ruleset <= excluded.ruleset
                    RETURNING WITH (OLD AS o, NEW AS n) n.era::text AS era, n.rev, n.seq, n.hint, o.ruleset AS before)
                   SELECT era, rev, seq, hint,
                          CASE WHEN before < $3 THEN react.begin_sweep($1, $2::smallint, 'rules', NULL) END
                     FROM taken""",
                *(self._processor, lane, self._ruleset),
            )
        if row is None:
            raise Unavailable("a worker with a newer rule set has this lane")
        return Claim(row["era"], row["rev"], row["seq"], row["hint"])

    async def heads(self, lanes: Sequence[int]) -> dict[int, Head]:
        """One query for all lanes: heads, and what the checkpoints say."""
        with translated():
            rows = await self._pool.fetch(
                """SELECT l.lane, l.seq AS head, c.era::text AS era, c.rev, c.seq,
                          extract(epoch FROM clock_timestamp() - c.moved)::float8 AS age
                     FROM journal.lane l JOIN react.checkpoint c ON c.lane = l.lane AND c.processor = $1
                    WHERE l.lane = ANY($2::smallint[])""",
                *(self._processor, list(lanes)),
            )
        return {r["lane"]: Head(r["head"], r["era"], r["rev"], r["seq"], r["age"]) for r in rows}

    async def instant(self, lane: int, upto: int) -> datetime:
        """The lane's now: the greatest time fact as far as the position."""
        return await self._newest(lane, upto, TIME, "instant", BEFORE_TIME)  # type: ignore[no-any-return]  # parsed there

    async def reference_position(self, lane: int, upto: int) -> int:
        """How far lane 0 counts for a lane at a position."""
        return await self._newest(lane, upto, REFERENCE, "position", 0)  # type: ignore[no-any-return]  # parsed there

    async def _newest(self, lane: int, upto: int, type_: str, field: str, default: Any) -> Any:
        with translated():
            # The type stands in the text so that the partial index is used.
            data = await self._pool.fetchval(
                f"""SELECT data FROM journal.fact WHERE lane = $1 AND seq <= $2 AND type = '{type_}'
                     ORDER BY seq DESC LIMIT 1""",
                *(lane, upto),
            )
        if data is None:
            return default
        value = orjson.loads(data)[field]
        return datetime.fromisoformat(value) if field == "instant" else value

    async def reference_rows(self, position: int) -> list[Stored]:
        """Stated facts of lane 0 to a position: those about organisations, sites and policies."""
        with translated():
            rows = await self._pool.fetch(
                f"""SELECT {COLUMNS} FROM journal.fact
                     WHERE lane = 0 AND seq <= $1 AND type NOT IN ('{TIME}', '{REFERENCE}')
                       AND source NOT LIKE 'urn:polku:%:polku-%' ORDER BY seq""",
                position,
            )
        return [from_row(r) for r in rows]

    async def due(self, lane: int, now: datetime, limit: int) -> list[str]:
        """Persons whose wake-up is due and who are not held."""
        with translated():
            rows = await self._pool.fetch(
                """SELECT w.subject::text AS subject FROM react.wakeup w
                    WHERE w.processor = $1 AND w.lane = $2 AND w.due <= $3
                      AND NOT EXISTS (SELECT FROM react.hold h WHERE h.processor = $1 AND h.subject = w.subject)
                    ORDER BY w.due LIMIT $4""",
                *(self._processor, lane, now, limit),
            )
        return [r["subject"] for r in rows]

    async def retry_all(self, lane: int) -> set[str]:
        """Everybody on hold in a lane, each to be tried once more: the code may have been mended."""
        with translated():
            rows = await self._pool.fetch(
                """UPDATE react.hold SET retry = true WHERE processor = $1 AND lane = $2
                RETURNING subject::text AS subject""",
                *(self._processor, lane),
            )
        return {r["subject"] for r in rows}

    async def to_release(self, lane: int, limit: int) -> list[str]:
        """Persons on hold who shall be tried again."""
        with translated():
            rows = await self._pool.fetch(
                """SELECT subject::text AS subject FROM react.hold
                    WHERE processor = $1 AND lane = $2 AND retry ORDER BY from_seq LIMIT $3""",
                *(self._processor, lane, limit),
            )
        return [r["subject"] for r in rows]
