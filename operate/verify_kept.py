"""Erased means erased: also in fillings of a view that are kept to go back to."""

from __future__ import annotations

from typing import Any

import asyncpg

from kernel.journal import ERASED
from kernel.pg_errors import translated
from kernel.verify import Report

KEPT = """
    SELECT view, generation, processor, view.table_of(view, generation) AS rows FROM view.generation
     WHERE NOT active AND replaced IS NOT NULL
       AND coalesce(has_table_privilege(to_regclass(view.table_of(view, generation)), 'SELECT'), false)"""


async def verify_kept(pool: Any, report: Report) -> None:
    """Count rows of persons whose erasure the processor of the view has applied, in every filling that is kept."""
    with translated():
        kept = await pool.fetch(KEPT)
    for filling in kept:
        try:
            with translated():
                rows = await pool.fetch(
                    f"""SELECT DISTINCT v.subject::text AS subject FROM {filling["rows"]} v
                          JOIN journal.fact f ON f.subject = v.subject AND f.type = '{ERASED}'
                          JOIN react.checkpoint c ON c.processor = $1 AND c.lane = f.lane AND c.seq >= f.seq""",
                    filling["processor"],
                )
        except asyncpg.UndefinedTableError:
            continue  # dropped meanwhile
        for row in rows:
            what = f"erased, in generation {filling['generation']}"
            report.differs(processor=filling["processor"], view=filling["view"], client_ref=row["subject"], what=what)
