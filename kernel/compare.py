"""Whether two generations of a view say the same of everybody whom both know to the same fact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kernel.generation import Generation
from kernel.pg_errors import translated
from kernel.rebuild import Rebuild

MOST = 100
"""Persons of a lane that are named at most."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One lane as far as a fact: how many rows were compared, and the persons whose rows differ."""

    seq: int
    rows: int
    differing: Sequence[str]


class Comparison:
    """Compares one generation with the one that is read, lane by lane, each lane in one snapshot."""

    def __init__(self, rebuild: Rebuild, old: Generation, new: Generation) -> None:
        self._pool, self._processor, self._refold = rebuild.journal.pool, rebuild.processor, rebuild.refold
        self._view, self._old, self._new = rebuild.views[new.view], old, new

    async def lane(self, lane: int) -> Compared | None:
        """One lane; None when it cannot be compared now: it is looked at anew since rules or parameters changed, it is
        filled once more, or policy moved what the view foresees since it followed.

        Set aside is whom a fact concerns that one of the two has not seen, who waits in only one of them, and who was
        erased or merged away.
        """
        with translated():
            async with (
                self._pool.acquire() as connection,
                connection.transaction(isolation="repeatable_read", readonly=True),
            ):
                if (at := await self._standing(connection, lane)) is None:
                    return None
                known = await self._known(connection, lane, at["seq"])
                first, second = await self._digests(connection, known)
                differing = () if first == second else await self._differing(connection, known)
        moved = await self._refold.policy_moves(self._view.name, lane, at["seq"], at["live"])
        return None if moved else Compared(at["seq"], max(first[0], second[0]), differing)

    async def _standing(self, connection: Any, lane: int) -> Any:
        """How far both are; None while rows may change without a fact."""
        return await connection.fetchrow(
            """SELECT f.seq, coalesce(c.seq, 0) AS live
                 FROM view.filling f LEFT JOIN react.checkpoint c ON c.processor = $1 AND c.lane = f.lane
                WHERE f.lane = $2 AND f.view = $3 AND f.generation = $4 AND f.filled AND NOT ($5 AND EXISTS (
                      SELECT FROM react.sweep s WHERE s.processor = $1 AND s.lane = $2 AND s.over IS NULL))""",
            *(self._processor, lane, self._view.name, self._new.number, bool(self._view.forecasts)),
        )

    async def _known(self, connection: Any, lane: int, seq: int) -> list[Any]:
        """Persons of the lane who are not set aside. By their names rows are found without looking through all."""
        rows = await connection.fetch(
            """WITH held AS (
                   SELECT split_part(h, ' ', 1)::uuid AS subject, h
                     FROM view.filling f, unnest(f.held) h
                    WHERE f.view = $3 AND f.generation = $4 AND f.lane = $2),
               live AS (
                   SELECT subject, subject || ' ' || from_seq AS h FROM react.hold WHERE processor = $1 AND lane = $2)
               SELECT subject FROM journal.person WHERE lane = $2 AND erased IS NULL AND merged_into IS NULL
               EXCEPT (
                   SELECT f.subject FROM journal.fact f
                    WHERE f.lane = $2 AND f.subject IS NOT NULL AND f.seq > $5
                    UNION
                   SELECT subject FROM held FULL JOIN live USING (subject, h)
                    WHERE held.h IS NULL OR live.h IS NULL)""",
            *(self._processor, lane, self._view.name, self._new.number, seq),
        )
        return [r["subject"] for r in rows]

    def _hash(self) -> str:
        columns = ", ".join(f't."{c.name}"' for c in self._view.columns)
        return f"hash_record_extended(ROW(t.subject, {columns}), 0)"

    async def _digests(self, connection: Any, known: Sequence[Any]) -> list[tuple[int, int]]:
        """Of each of the two: how many rows, and a sum over them that does not depend on their order."""
        each = " UNION ALL ".join(
            f"""SELECT {place} AS place, count(*) AS rows, coalesce(sum({self._hash()}), 0) AS digest
                  FROM {g.table} t WHERE t.subject = ANY($1::uuid[])"""
            for place, g in enumerate((self._old, self._new))
        )
        rows = await connection.fetch(f"{each} ORDER BY place", known)
        return [(int(r["rows"]), int(r["digest"])) for r in rows]

    async def _differing(self, connection: Any, known: Sequence[Any]) -> tuple[str, ...]:
        one, other = (
            f"""SELECT t.subject, sum({self._hash()}) AS digest
                  FROM {g.table} t WHERE t.subject = ANY($1::uuid[]) GROUP BY t.subject"""
            for g in (self._old, self._new)
        )
        rows = await connection.fetch(
            f"""SELECT subject::text AS subject FROM ({one}) o FULL JOIN ({other}) n USING (subject)
                 WHERE o.digest IS DISTINCT FROM n.digest ORDER BY subject LIMIT {MOST}""",
            known,
        )
        return tuple(r["subject"] for r in rows)
