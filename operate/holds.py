"""Which persons wait, why, and what waits behind them; asked and changed as the operator."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from kernel.pg_errors import translated

LISTED = """
    SELECT h.processor, h.lane, h.subject::text AS subject, h.from_seq, h.source, h.id, h.type, h.cause, h.pointer,
           h.since, h.retry, count(f.seq) AS waiting, min(f.appended) AS oldest
      FROM react.hold h
      LEFT JOIN journal.fact f ON f.subject = h.subject AND f.seq >= h.from_seq
            AND f.source NOT LIKE 'urn:polku:%:polku-%'
     WHERE ($1::uuid[] IS NULL OR h.subject = ANY($1)) AND ($2::text IS NULL OR h.cause = $2)
       AND ($3::text IS NULL OR h.processor = $3)
     GROUP BY h.processor, h.subject ORDER BY h.since, h.processor, h.subject"""

STOPPED = """SELECT processor, tripped, held, seen, cause, pointer, type FROM react.breaker
              WHERE told > clock_timestamp() - interval '30 seconds' AND (goes_on IS NULL OR goes_on < tripped)
              ORDER BY processor"""
"""A worker that stands says so every few seconds; one that was started anew no longer does."""

Hold = dict[str, Any]


async def listed(
    pool: Any, refs: Sequence[UUID] = (), cause: str | None = None, processor: str | None = None
) -> list[Hold]:
    """Holds: processor, person by reference, the fact, the cause and where in its data, what waits behind.

    `waiting` counts the stated facts of hers from the one that cannot be applied on, `oldest` is when the first came.
    """
    with translated():
        rows = await pool.fetch(LISTED, list(refs) or None, cause, processor)
    return [
        {
            "processor": r["processor"],
            "client_ref": r["subject"],
            "fact": {"source": r["source"], "id": r["id"], "type": r["type"], "lane": r["lane"], "seq": r["from_seq"]},
            "cause": r["cause"],
            "pointer": r["pointer"],
            "since": r["since"].isoformat(),
            "retry": r["retry"],
            "waiting": r["waiting"],
            "oldest": r["oldest"].isoformat() if r["oldest"] else None,
        }
        for r in rows
    ]


async def stopped(pool: Any) -> list[dict[str, Any]]:
    """Processors that stand because too many persons could not be applied."""
    with translated():
        rows = await pool.fetch(STOPPED)
    return [{**r, "tripped": r["tripped"].isoformat()} for r in rows]


async def mark(pool: Any, holds: Sequence[Hold]) -> int:
    """Have the owners of the lanes try these persons again, the longest waiting first; answers how many."""
    with translated():
        done = await pool.execute(
            """UPDATE react.hold h SET retry = true FROM unnest($1::text[], $2::uuid[]) w (processor, subject)
                WHERE h.processor = w.processor AND h.subject = w.subject""",
            *([h["processor"] for h in holds], [UUID(h["client_ref"]) for h in holds]),
        )
    return int(str(done).rpartition(" ")[2])


async def still(pool: Any, holds: Sequence[Hold]) -> list[Hold]:
    """Of these, who waits now, as it is now."""
    meant = {(h["processor"], h["client_ref"]) for h in holds}
    now = await listed(pool, [UUID(h["client_ref"]) for h in holds]) if holds else []
    return [h for h in now if (h["processor"], h["client_ref"]) in meant]


async def positions(pool: Any) -> dict[tuple[str, int], int]:
    """How far each processor has come in each lane."""
    with translated():
        rows = await pool.fetch("SELECT processor, lane, seq FROM react.checkpoint")
    return {(r["processor"], r["lane"]): r["seq"] for r in rows}


async def go_on(pool: Any, processor: str, persons: int, reason: str, by: str, approver: str) -> datetime | None:
    """Let a processor that stands go on and put up to so many persons on hold; None when it never stood."""
    with translated():
        found: datetime | None = await pool.fetchval(
            """UPDATE react.breaker
                  SET goes_on = clock_timestamp(), persons = $2, reason = $3, decided = $4, approver = $5
                WHERE processor = $1 RETURNING goes_on""",
            *(processor, persons, reason, by, approver),
        )
    return found
