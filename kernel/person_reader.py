"""Reads persons' facts from the journal in bulk: as far as the batch for the fold, to the head for what was said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from kernel.decode import Decoder
from kernel.facts import Fact
from kernel.journal import ERASED, KERNEL_TYPES, MERGED
from kernel.person import Units
from kernel.pg_errors import translated
from kernel.stored import COLUMNS, from_row

HEAD = 2**62


@dataclass(slots=True)
class History:
    """Facts of one person to a position; `dead`: erased, or merged into another ref, by then."""

    facts: list[Fact] = field(default_factory=list)
    dead: bool = False


class PersonReader:
    """Reads for one processor; asks only for the types that its units hear."""

    def __init__(self, pool: Any, decoder: Decoder, units: Units) -> None:
        self._pool, self._decoder = pool, decoder
        self._types: list[str] | None = None
        if "*" not in units.listens:
            self._types = [*decoder.catalogue.types_of(units.listens), *KERNEL_TYPES]

    async def histories(self, subjects: Iterable[str], upto: int = HEAD) -> dict[str, History]:
        """Every person's facts with seq ≤ upto; of refs merged into hers as far as her lane tells, all."""
        found = {s: History() for s in subjects}
        await self._read(found, {s: (s, 0) for s in found}, upto)
        return found

    async def _read(self, found: Mapping[str, History], owners: Mapping[str, tuple[str, int]], upto: int) -> None:
        """`owners`: whose history a ref belongs to, and how far back in the chain of merges it stands."""
        if not owners:
            return
        with translated():
            rows = await self._pool.fetch(
                f"""SELECT {COLUMNS} FROM journal.fact
                     WHERE subject = ANY($1::uuid[]) AND seq <= $2 AND ($3::text[] IS NULL OR type = ANY($3))
                     ORDER BY subject, seq""",
                [UUID(s) for s in owners],
                upto,
                self._types,
            )
        facts = await self._decoder.decode(
            [from_row(r) for r in rows], {ref: -depth for ref, (_, depth) in owners.items()}
        )
        older: dict[str, tuple[str, int]] = {}
        for fact in facts:
            owner, depth = owners[fact.subject or ""]
            found[owner].facts.append(fact)
            if fact.type == ERASED or (fact.type == MERGED and _old(fact) == fact.subject and depth == 0):
                found[owner].dead = True
            if fact.type == MERGED and _old(fact) != fact.subject and _old(fact) not in owners:
                older[_old(fact)] = (owner, depth + 1)
        await self._read(found, older, HEAD)

    async def heads(self, subjects: Iterable[str]) -> dict[str, int]:
        """The one unlocked look: newest seq of each person."""
        with translated():
            rows = await self._pool.fetch(
                """SELECT w.subject::text AS subject, (SELECT f.seq FROM journal.fact f WHERE f.subject = w.subject
                                                        ORDER BY f.seq DESC LIMIT 1) AS seq
                     FROM unnest($1::uuid[]) w (subject)""",
                [UUID(s) for s in subjects],
            )
        return {r["subject"]: r["seq"] or 0 for r in rows}

    async def said_since(self, newer: Mapping[str, int]) -> dict[str, list[Fact]]:
        """Polku's own facts of these persons beyond a position: a unit's raise may lie ahead of the checkpoint."""
        if not newer:
            return {}
        with translated():
            rows = await self._pool.fetch(
                f"""SELECT {COLUMNS} FROM journal.fact f
                      JOIN unnest($1::uuid[], $2::bigint[]) w (s, after) ON f.subject = w.s AND f.seq > w.after
                     WHERE source LIKE 'urn:polku:%:polku-%' ORDER BY seq""",
                [UUID(s) for s in newer],
                list(newer.values()),
            )
        out: dict[str, list[Fact]] = {s: [] for s in newer}
        for fact in await self._decoder.decode([from_row(r) for r in rows]):
            out[fact.subject or ""].append(fact)
        return out


def _old(fact: Fact) -> str:
    return str(getattr(fact.data, "old_ref", ""))
