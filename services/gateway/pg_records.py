"""What the door looks up in PostgreSQL."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Set
from datetime import datetime
from uuid import UUID

import orjson

from kernel.decode import opened
from kernel.errors import Again, Unavailable
from kernel.journal import RETRACTED, NewFact, Receipt, own_source
from kernel.keys import DIGEST, digest
from kernel.persons import resolve
from kernel.pg_errors import translated
from kernel.pg_journal import PgJournal
from kernel.pg_prepare import load_persons, resolve_ref
from kernel.processor import PROCESSORS
from kernel.stored import Stored
from schemas.work.claimed_v1 import WorkClaimed
from services.gateway.parts import Found

REMEMBERED = 200_000
"""Refs that are known to exist; a ref once made is never unmade, not even by erasure."""


class PgRecords:
    """See `services.gateway.parts.Records`."""

    def __init__(self, journal: PgJournal) -> None:
        self._journal = journal
        self._known: set[str] = set()

    async def now(self) -> datetime:
        """The instance's clock."""
        return await self._journal.now()

    async def known(self, refs: Iterable[str]) -> Set[str]:
        """Those of the refs that exist."""
        wanted = frozenset(refs)
        missing = wanted - self._known
        if missing:
            with translated():
                rows = await self._journal.pool.fetch(
                    "SELECT subject::text AS subject FROM journal.person WHERE lane > 0 AND subject = ANY($1::uuid[])",
                    [UUID(ref) for ref in missing],
                )
            if len(self._known) > REMEMBERED:
                self._known.clear()
            self._known.update(row["subject"] for row in rows)
            return frozenset(wanted - missing) | {row["subject"] for row in rows}
        return wanted

    def remembered(self, ref: str) -> bool:
        """Whether a ref is known to exist without asking anybody."""
        return ref in self._known

    async def erased(self, refs: Iterable[str]) -> Set[str]:
        """Those of the refs whose person has been erased."""
        with translated():
            rows = await self._journal.pool.fetch(
                """SELECT subject::text AS subject FROM journal.person
                    WHERE subject = ANY($1::uuid[]) AND erased IS NOT NULL""",
                [UUID(ref) for ref in refs],
            )
        return frozenset(row["subject"] for row in rows)

    async def find(self, source: str, id_: str) -> Found | None:
        """What has become of a fact."""
        stored = await self._journal.find(source, id_)
        if stored is None:
            return None
        with translated():
            rows = await self._journal.pool.fetch(
                """SELECT c.processor, c.seq >= $2 AS reached, h.subject IS NOT NULL AS held
                     FROM react.checkpoint c
                     LEFT JOIN react.hold h
                       ON h.processor = c.processor AND h.subject = $3 AND h.from_seq <= $2
                    WHERE c.lane = $1 AND c.processor = ANY($4::text[])
                    ORDER BY c.processor""",
                stored.lane,
                stored.seq,
                UUID(stored.subject) if stored.subject else None,
                list(PROCESSORS),
            )
        return Found(
            Receipt(stored.source, stored.id, stored.lane, stored.seq, stored.digest.hex()),
            {row["processor"]: row["reached"] and not row["held"] for row in rows},
            [row["processor"] for row in rows if row["held"]],
            await self._target(stored),
        )

    async def _target(self, stored: Stored) -> str:
        """Whether what a retraction or correction names has come, and about the same person (see `Found`)."""
        named = stored.corrects
        if stored.type == RETRACTED:
            ciphers = await self._journal.keys.for_reading([stored.key] if stored.key is not None else [])
            data = opened(stored, ciphers)
            named = None if data is None else orjson.loads(data)["id"]
        if named is None:
            return ""
        found = await self._journal.find(stored.source, named)
        if found is None:
            return "waits"
        refs = {r for r in (found.subject, stored.subject) if r}
        persons = await load_persons(self._journal.pool, refs)
        return "" if len({resolve_ref(r, persons) for r in refs}) <= 1 else "mismatch"

    async def reused(self, fact: NewFact) -> bool:
        """Whether its source has already stated something else under the same id."""
        stored = await self._journal.find(fact.source, fact.id)
        if stored is None:
            return False
        keys, operator = self._journal.keys, self._journal.instance.operator
        if fact.subject is None:
            return not hmac.compare_digest(await keys.mac(DIGEST, fact.digested()), stored.digest)
        name = (operator, fact.subject, DIGEST)
        made = await keys.for_writing([name])
        if name not in made:
            return False  # erased: nobody can compare any more
        return not hmac.compare_digest(digest(made[name].key, fact.digested()), stored.digest)

    async def person_of(self, claim: str, org: str) -> str | None:
        """Whose work this organisation has claimed under this id; None when it has not, whoever else has."""
        stored = await self._journal.find(own_source(self._journal.instance.operator, "door"), claim)
        if stored is None or stored.type != WorkClaimed.meta.type or stored.attributes.get("orgid") != org:
            return None
        return stored.subject

    async def resolve(self, code: str, org: str, user: str) -> str:
        """The client_ref of an identity code, made when it is new; logged."""
        for _ in range(5):
            try:
                return await resolve(self._journal, code, org, user)
            except Again:
                continue
        raise Unavailable("the vault is too busy")

    async def ready(self) -> str:
        """Empty when facts can be stored and every processor has its places; else what is missing."""
        with translated():
            async with self._journal.pool.acquire() as connection, connection.transaction():
                # What an append does first; a server that only reads refuses it.
                await connection.fetch("SELECT lane FROM journal.lane WHERE lane = 0 FOR UPDATE SKIP LOCKED")
                found = await connection.fetch("SELECT DISTINCT processor FROM react.checkpoint")
        missing = sorted(set(PROCESSORS) - {row["processor"] for row in found})
        return f"no checkpoints yet: {', '.join(missing)}" if missing else ""
