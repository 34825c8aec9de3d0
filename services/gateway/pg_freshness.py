"""How fresh an answer from views is: the place that its processors have reached, and whose facts are still missing."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from kernel.facts import ANYBODY
from kernel.pg_errors import translated
from kernel.pg_journal import PgJournal
from services.gateway.access import Caller

LATE_FACTS = 200
"""Facts of a lane, from the first not applied on, whose sources are named as not yet in an answer."""

LATE = """
    SELECT w.source
      FROM (SELECT f.source, f.subject FROM react.checkpoint c CROSS JOIN LATERAL
                   (SELECT source, subject FROM journal.fact  -- with a limit, so that only the end of a lane is read
                     WHERE lane = c.lane AND seq > c.seq ORDER BY seq LIMIT $2) f
             WHERE c.processor = ANY($1) AND f.subject IS NOT NULL
             UNION
            SELECT h.source, h.subject FROM react.hold h WHERE h.processor = ANY($1)) w
     WHERE split_part(w.source, ':', 3) = $4
        OR EXISTS (SELECT FROM view.relations r WHERE r.subject = w.subject AND r.org = ANY($3))
     GROUP BY 1 ORDER BY 1 LIMIT 100"""
SILENT = "SELECT source FROM view.partner_feeds WHERE late_from <= journal.now() ORDER BY source LIMIT 100"


class Freshness:
    """Read before the answer: what is shown is at least as new as it says."""

    def __init__(self, journal: PgJournal, *, silent: bool = False) -> None:
        """`silent`: partners that have been silent too long count as late sources; needs the view `partner_feeds`."""
        self._journal, self._silent = journal, silent
        self._naming = b""

    async def as_of(self, processors: Sequence[str]) -> Mapping[str, Any]:
        """A name for the place that processors have reached, and the instant up to which all has been taken in."""
        with translated():
            rows = await self._journal.pool.fetch(
                """SELECT c.processor, c.lane, c.seq, c.era::text AS era, journal.now() AS now,
                          (SELECT f.appended FROM journal.fact f WHERE f.lane = c.lane AND f.seq = c.seq + 1) AS next
                     FROM react.checkpoint c WHERE c.processor = ANY($1) ORDER BY c.processor, c.lane""",
                list(processors),
            )
        if not rows:
            return {"position": "", "time": None}
        oldest = min((r["next"] for r in rows if r["next"]), default=rows[0]["now"])
        reached = [[r["processor"], r["lane"], r["seq"]] for r in rows if r["seq"]]
        return {"position": await self.named([rows[0]["era"], reached]), "time": oldest}

    async def named(self, place: object) -> str:
        """A name for a place, not the place: how many facts each lane has is nobody's business outside."""
        self._naming = self._naming or await self._journal.keys.mac("cursor", b"positions of answers")
        return base64.urlsafe_b64encode(hmac.digest(self._naming, orjson.dumps(place), "sha256")[:18]).decode()

    async def late(self, processors: Sequence[str], caller: Caller) -> list[str]:
        """Sources whose facts are stored but not in the views yet or wait behind a hold, and those that are silent.

        Of the former only those about whom the caller has to do with, and its own: who states what elsewhere, and when,
        tells of other people's clients. Who is silent is public (`partner_feeds`).
        """
        with translated():
            async with self._journal.pool.acquire() as connection, connection.transaction():
                await connection.execute("SELECT set_config('polku.org', $1, true)", caller.org)
                orgs = [caller.org, ANYBODY]
                rows = await connection.fetch(LATE, list(processors), LATE_FACTS, orgs, caller.org)
            silent = await self._journal.pool.fetch(SILENT) if self._silent else []
        return sorted({r["source"] for r in (*rows, *silent)})
