"""When rules or parameters change, everybody concerned is looked at anew: in chunks, beside what is going on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

from kernel.decode import Catalogue
from kernel.facts import Fact
from kernel.params import Reference
from kernel.pg_errors import translated
from kernel.plan import Plan, Sweep, Swept
from kernel.rules import Rule


def concerned(changed: Sequence[Fact], rules: Iterable[Rule[Any, Any]], catalogue: Catalogue) -> Sweep | None:
    """Whom a change of reference facts concerns: persons with facts that the rules listen to which it may move."""
    moved = [r for r in rules if any(_moves(fact, r) for fact in changed)]
    if not moved:
        return None
    heard = frozenset().union(*(r.listens for r in moved))
    return Sweep("parameters", None if "*" in heard else tuple(sorted(catalogue.types_of(heard))))


def moved(before: Reference, after: Reference, rules: Sequence[Rule[Any, Any]]) -> frozenset[str]:
    """Ids of the rules that may find something else under another policy; worked out once for everybody."""
    known = after.moved.get(before)
    if known is None:
        changed = after.changes(before)
        known = after.moved[before] = frozenset(r.id for r in rules if any(_moves(fact, r) for fact in changed))
    return known


def _moves(fact: Fact, rule: Rule[Any, Any]) -> bool:
    if fact.name == "rule_parameters.set":
        return bool(fact.data.rule == (rule.parameters or rule.id))
    return fact.name in rule.listens


class PgSweeps:
    """The sweeps of one processor, lane by lane; the row is written in the reaction's own transaction."""

    def __init__(self, pool: Any, processor: str) -> None:
        self._pool, self._processor = pool, processor

    async def lanes(self, lanes: Sequence[int]) -> list[int]:
        """Lanes, of those given, in which a sweep is not over."""
        with translated():
            rows = await self._pool.fetch(
                "SELECT lane FROM react.sweep WHERE processor = $1 AND lane = ANY($2) AND over IS NULL ORDER BY lane",
                *(self._processor, list(lanes)),
            )
        return [r["lane"] for r in rows]

    async def next(self, lane: int, limit: int) -> Swept | None:
        """The next stretch of refs in a lane, or None when nothing is left. Whoever is held is looked at on release."""
        with translated():
            rows = await self._pool.fetch(
                """SELECT p.subject::text AS subject,
                          NOT EXISTS (SELECT FROM react.hold h WHERE h.processor = $1 AND h.subject = p.subject)
                          AND (s.types IS NULL
                               OR EXISTS (SELECT FROM journal.fact f
                                           WHERE f.subject = p.subject AND f.type = ANY (s.types))
                               OR EXISTS (SELECT FROM journal.person o WHERE o.merged_into = p.subject)) AS concerned
                     FROM react.sweep s
                     JOIN journal.person p ON p.lane = s.lane AND p.subject > s.after
                    WHERE s.processor = $1 AND s.lane = $2 AND s.over IS NULL
                      AND p.merged_into IS NULL AND p.erased IS NULL
                    ORDER BY p.subject LIMIT $3""",
                *(self._processor, lane, limit),
            )
            if not rows and not await self.lanes([lane]):
                return None
        last = rows[-1]["subject"] if rows else str(UUID(int=2**128 - 1))
        return Swept(tuple(r["subject"] for r in rows if r["concerned"]), len(rows), last, len(rows) < limit)


def sweep_statements(processor: str, plan: Plan) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Begin a sweep or note how far it has come: for the fenced transaction that does it."""
    if plan.sweep is not None:
        types = None if plan.sweep.types is None else list(plan.sweep.types)
        begin = "SELECT react.begin_sweep($1, $2::smallint, $3, $4)"
        yield begin, (processor, plan.lane, plan.sweep.reason, types)
    if plan.swept is not None:
        yield (
            """UPDATE react.sweep SET after = $3, done = done + $4, over = CASE WHEN $5 THEN clock_timestamp() END
                WHERE processor = $1 AND lane = $2""",
            (processor, plan.lane, UUID(plan.swept.after), plan.swept.passed, plan.swept.over),
        )
