"""Reads persons' facts from the journal in bulk: as far as the batch for the fold, to the head for what was said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from kernel.decode import Decoder
from kernel.facts import Fact
from kernel.journal import ERASED, KERNEL_TYPES, MERGED
from kernel.person import Units
from kernel.pg_errors import translated
from kernel.stored import COLUMNS, FOLDED, Stored, from_folded, from_row

HEAD = 2**62


@dataclass(slots=True)
class History:
    """Facts of one person to a position; `dead`: erased, or merged into another ref, by then."""

    facts: list[Fact] = field(default_factory=list)
    dead: bool = False


class PersonReader:
    """Reads for one processor; asks only for the types that its units hear."""

    def __init__(self, pool: Any, decoder: Decoder, units: Units, columns: str = COLUMNS) -> None:
        self._pool, self._decoder, self._columns = pool, decoder, columns
        self.types: list[str] | None = None
        if "*" not in units.listens:
            self.types = [*decoder.catalogue.types_of(units.listens), *KERNEL_TYPES]

    async def histories(self, subjects: Iterable[str], upto: int = HEAD) -> dict[str, History]:
        """Every person's facts with seq ≤ upto; of refs merged into hers as far as her lane tells, all."""
        rows = await self._rows(subjects, upto)
        olds = await self._merged(rows)
        older: dict[str, list[Stored]] = {}
        olds_of_older: dict[str, list[str]] = {}
        unread = {old for refs in olds.values() for old in refs}
        while unread:
            more = await self._rows(unread, HEAD)
            older |= more
            found = await self._merged(more)
            olds_of_older |= found
            unread = {old for refs in found.values() for old in refs} - older.keys()
        single = await self._facts({s: r for s, r in rows.items() if s not in olds})
        out = {s: History(facts, _dead(s, facts)) for s, facts in single.items()}
        for subject, refs in olds.items():  # a fact of one ref may be mended by a repair that lies with another
            line = _line(refs, olds_of_older)
            facts = await self._facts({**{ref: older[ref] for ref in line}, subject: rows[subject]})
            told = [replace(f, chain=line[ref]) if ref in line else f for ref, fs in facts.items() for f in fs]
            out[subject] = History(told, _dead(subject, told))
        return out

    async def _rows(self, subjects: Iterable[str], upto: int) -> dict[str, list[Stored]]:
        out: dict[str, list[Stored]] = {s: [] for s in subjects}
        if not out:
            return out
        with translated():
            rows = await self._pool.fetch(
                f"""SELECT {self._columns} FROM journal.fact
                     WHERE subject = ANY($1::uuid[]) AND seq <= $2 AND ($3::text[] IS NULL OR type = ANY($3))
                     ORDER BY subject, seq""",
                *([UUID(s) for s in out], upto, self.types),
            )
        for row in map(from_folded if self._columns is FOLDED else from_row, rows):
            out[row.subject or ""].append(row)
        return out

    async def _facts(self, rows: Mapping[str, Sequence[Stored]]) -> dict[str, list[Fact]]:
        out: dict[str, list[Fact]] = {s: [] for s in rows}
        for fact in await self._decoder.decode([r for s in rows for r in rows[s]]):
            out[fact.subject or ""].append(fact)
        return out

    async def _merged(self, rows: Mapping[str, Sequence[Stored]]) -> dict[str, list[str]]:
        """Refs that were merged into these; what an erasure has made unreadable names nobody any more."""
        out: dict[str, list[str]] = {}
        for fact in await self._decoder.decode([r for s in rows for r in rows[s] if r.type == MERGED]):
            old = _old(fact)
            if old and old != fact.subject:
                out.setdefault(fact.subject or "", []).append(old)
        return out

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
                *([UUID(s) for s in newer], list(newer.values())),
            )
        out: dict[str, list[Fact]] = {s: [] for s in newer}
        for fact in await self._decoder.decode([from_row(r) for r in rows]):
            out[fact.subject or ""].append(fact)
        return out


def _line(refs: Iterable[str], olds: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """How far back in the chain of merges each ref stands: -1 for one merged into the person's own."""
    line: dict[str, int] = {}
    depth, now = -1, list(refs)
    while now:
        line |= dict.fromkeys(now, depth)
        depth, now = depth - 1, [old for ref in now for old in olds.get(ref, ()) if old not in line]
    return line


def _dead(subject: str, facts: Iterable[Fact]) -> bool:
    return any(f.type == ERASED or (f.type == MERGED and _old(f) == f.subject == subject) for f in facts)


def _old(fact: Fact) -> str:
    return str(getattr(fact.data, "old_ref", ""))
