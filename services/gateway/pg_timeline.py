"""What was stated about one person, in the journal's order, as far as the disclosure policy shows it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from kernel import observe
from kernel.calendar import day_of
from kernel.disclosure import Policy, Viewer, log
from kernel.journal import own_source
from kernel.pg_errors import translated
from kernel.pg_journal import PgJournal
from services.gateway.access import Caller
from services.gateway.parts import Answer, Question
from services.gateway.person import SHOWN
from services.gateway.pg_freshness import Freshness

RECORD = "timeline"
CONCLUDED = "operational"
"""The data class of what Polku itself says."""

HEAD = """
    SELECT journal.now() AS now, l.lane, l.seq
      FROM (SELECT $1::uuid AS subject) asked LEFT JOIN journal.person p USING (subject)
      LEFT JOIN journal.lane l ON l.lane = p.lane"""
"""The place in the journal up to which her facts are read."""


class PgTimeline:
    """Facts without their content; each reading is logged in the same transaction, or it does not happen."""

    def __init__(self, journal: PgJournal, policy: Policy, classes: Mapping[str, str], *, silent: bool = False) -> None:
        """`classes` gives the data class of each stated type; what Polku concludes is operational.

        `silent`: see `Freshness`. A type that somebody else states and only newer doors know is not shown.
        """
        self._own = own_source(journal.instance.operator, "")
        self._pool, self._policy, self._classes = journal.pool, policy, classes
        self._fresh = Freshness(journal, silent=silent)

    async def read(self, caller: Caller, ref: str, question: Question) -> Answer | None:
        """Facts of a type and a source where these are named; None for a person who is not there, or not yours.

        They are the journal's own, so that no processor can be behind: only who is silent is missing.
        """
        viewer, late = caller.viewer, await self._fresh.late([], caller)
        with translated():
            async with self._pool.acquire() as connection, connection.transaction():
                place = await connection.fetchrow(HEAD, UUID(ref))
                now: datetime = place["now"]
                grounds = await self._grounds(connection, viewer, ref, day_of(now))
                rows = await self._facts(connection, ref, question, grounds) if grounds else []
                shown = [_row(r) for r in rows]
                if shown:
                    await log(connection, viewer, RECORD, {UUID(ref): (SHOWN, "+".join(sorted(set(grounds.values()))))})
        observe.disclosures.labels(RECORD, "shown" if shown else "refused").inc()
        if not grounds or not (shown or question.filters or question.after):
            return None
        last = [str(rows[-1]["seq"])] if len(rows) == question.limit else None
        position = await self._fresh.named([place["lane"], place["seq"]])
        return Answer(shown, last, {"position": position, "time": now}, late)

    async def _grounds(self, connection: Any, viewer: Viewer, ref: str, day: Any) -> Mapping[str, str]:
        await connection.execute("SELECT set_config('polku.org', $1, true)", viewer.org)
        rows = await connection.fetch(
            "SELECT relation FROM view.relations WHERE org = $1 AND subject = $2", viewer.org, UUID(ref)
        )
        return self._policy.classes(viewer, [r["relation"] for r in rows], RECORD, day)

    async def _facts(self, connection: Any, ref: str, question: Question, grounds: Mapping[str, str]) -> list[Any]:
        """What may not be shown is left out here already, so that no page tells by its end that there was something."""
        hidden = [t for t, data_class in self._classes.items() if data_class not in grounds]
        named = [t for t, data_class in self._classes.items() if data_class in grounds]
        rows: list[Any] = await connection.fetch(
            """SELECT seq, source, id, type, time, recorded FROM journal.fact
                WHERE subject = $1 AND seq > $2 AND type <> ALL($4)
                  AND (type = ANY($6) OR ($5 AND starts_with(source, $9)))
                  AND ($7::text IS NULL OR type = $7) AND ($8::text IS NULL OR source = $8)
                ORDER BY seq LIMIT $3""",
            UUID(ref),
            *(int(question.after[0]) if question.after else 0, question.limit, hidden, CONCLUDED in grounds, named),
            *(question.filters.get("type"), question.filters.get("source"), self._own),
        )
        return rows


def _row(row: Any) -> dict[str, Any]:
    return {name: row[name] for name in SHOWN}
