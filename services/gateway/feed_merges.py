"""What merges do to feeds: the two references of a person lie in lanes that do not wait for each other."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from kernel.journal import MERGED, RETRACTED
from kernel.stored import COLUMNS, Stored, from_row

# The old reference's relations are gone when its lane has heard of the merge; the new one has them when its own has.
HALF_MERGED = f"""
    WITH RECURSIVE half AS (SELECT f.subject
                              FROM react.checkpoint c JOIN journal.fact f ON f.lane = c.lane AND f.seq > c.seq
                             WHERE c.processor = $1 AND c.lane > 0 AND f.type = '{MERGED}'),
    olds AS (SELECT p.subject, p.lane FROM half h JOIN journal.person p ON p.merged_into = h.subject
              UNION SELECT p.subject, p.lane FROM olds o JOIN journal.person p ON p.merged_into = o.subject)
    SELECT DISTINCT lane FROM olds"""

LATER = f"""
    WITH RECURSIVE m AS (SELECT merged_into AS now FROM journal.person
                          WHERE subject = ANY($1) AND merged_into IS NOT NULL
                          UNION
                         SELECT p.merged_into FROM m JOIN journal.person p ON p.subject = m.now
                          WHERE p.merged_into IS NOT NULL)
    SELECT {COLUMNS} FROM m JOIN journal.fact f ON f.subject = m.now AND f.type = '{RETRACTED}'"""


async def half_merged(connection: Any, processor: str) -> set[int]:
    """Lanes in which old references lie of whom it is not known yet who has to do with the new ones."""
    return {row["lane"] for row in await connection.fetch(HALF_MERGED, processor)}


async def later_withdrawals(connection: Any, refs: Iterable[str | None]) -> list[Stored]:
    """Retractions in the lanes of those into whom these were merged: a reader may have come by them before."""
    return list(map(from_row, await connection.fetch(LATER, [UUID(ref) for ref in refs if ref])))
