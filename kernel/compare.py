"""Whether two generations of a view say the same of everybody whom both know to the same fact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kernel.generation import Generation
from kernel.pg_errors import translated
from kernel.views import View

MOST = 100
"""Persons of a lane that are named at most."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One lane: how many rows were compared, and the persons whose rows differ. None: another time."""

    lane: int
    rows: int
    differing: tuple[str, ...]


class Comparison:
    """Compares one generation with the one that is read, lane by lane, each lane in one snapshot."""

    def __init__(self, pool: Any, processor: str, view: View, old: Generation, new: Generation) -> None:
        self._pool, self._processor, self._view = pool, processor, view
        self._old, self._new = old, new

    async def lane(self, lane: int) -> Compared | None:
        """One lane; None while rules or parameters are being looked at anew there, so that rows may still change.

        Set aside is whom a fact concerns that one of the two has not seen, who waits in only one of them, and who was
        erased or merged away.
        """
        with translated():
            async with (
                self._pool.acquire() as connection,
                connection.transaction(isolation="repeatable_read", readonly=True),
            ):
                if self._view.forecasts and await self._swept(connection, lane):
                    return None
                known = await self._known(connection, lane)
                first, second = await self._digests(connection, known)
                if first == second:
                    return Compared(lane, first[0], ())
                return Compared(lane, max(first[0], second[0]), await self._differing(connection, known))

    async def _swept(self, connection: Any, lane: int) -> bool:
        found = await connection.fetchval(
            "SELECT 1 FROM react.sweep WHERE processor = $1 AND lane = $2 AND over IS NULL",
            *(self._processor, lane),
        )
        return found is not None

    async def _known(self, connection: Any, lane: int) -> list[Any]:
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
                    WHERE f.lane = $2 AND f.subject IS NOT NULL
                      AND f.seq > (SELECT seq FROM view.filling WHERE view = $3 AND generation = $4 AND lane = $2)
                    UNION
                   SELECT subject FROM held FULL JOIN live USING (subject, h)
                    WHERE held.h IS NULL OR live.h IS NULL)""",
            *(self._processor, lane, self._view.name, self._new.number),
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
