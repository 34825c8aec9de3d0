"""Who a person is: the vault that turns an identity code into a random reference, and forgets on order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import orjson

from kernel.errors import Problem, Refused
from kernel.facts import lane_of
from kernel.journal import ERASED, NewFact, own_source
from kernel.pg_append import append_in
from kernel.pg_errors import translated
from kernel.pg_journal import PgJournal
from kernel.pg_prepare import Prepared, load_persons, resolve_ref


async def resolve(journal: PgJournal, code: str, org: str, viewer: str = "") -> str:
    """The client_ref of an identity code (canonical, with its separator), made when it is new; logged.

    The same steps are taken whether the person was known or not, so that neither answer nor time tells.
    """
    index = await journal.keys.mac("index", code.encode())
    fresh = uuid4()
    lane = lane_of(str(fresh), journal.instance.lanes)
    with translated():
        found = await journal.pool.fetchval(
            "SELECT vault.resolve($1, $2, $3, $4, $5)", index, fresh, lane, org, viewer or org
        )
    return str(found)


async def refs_of(connection: Any, ref: str) -> list[str]:
    """A ref and all that were merged into it, newest first."""
    rows = await connection.fetch(
        """WITH RECURSIVE r (subject) AS (SELECT $1::uuid UNION
               SELECT p.subject FROM journal.person p JOIN r ON p.merged_into = r.subject)
           SELECT subject::text AS subject FROM r""",
        UUID(ref),
    )
    return [row["subject"] for row in rows]


async def erase(journal: PgJournal, ref: str) -> int:
    """Destroy a person's keys and identities for ever and append `subject.erased`; answers how many keys there were.

    Once is enough: a second call changes nothing. Refused (422) for a ref that does not exist.
    """
    with translated():
        async with journal.pool.acquire() as connection, connection.transaction():
            persons = await load_persons(connection, {ref})
            if ref not in persons or persons[ref].lane == 0:
                raise Refused(422, [Problem("/client_ref", "unknown_subject", "no such client_ref")])
            refs = await refs_of(connection, resolve_ref(ref, persons))
            lanes = sorted({lane_of(r, journal.instance.lanes) for r in refs})
            await connection.execute(
                "SELECT 1 FROM journal.lane WHERE lane = ANY($1::smallint[]) ORDER BY lane FOR UPDATE", lanes
            )
            persons = await load_persons(connection, {ref})
            if refs != await refs_of(connection, resolve_ref(ref, persons)):
                raise Refused(409, [Problem("/client_ref", "moved", "the person was merged meanwhile; try again")])
            keys = await _destroy(connection, refs)
            facts = await _erased_facts(journal, connection, refs)
            await append_in(connection, journal.instance, facts)
    journal.notify()
    return keys


async def _destroy(connection: asyncpg.Connection, refs: Sequence[str]) -> int:
    ids = [UUID(r) for r in refs]
    await connection.execute("DELETE FROM door.idempotency WHERE subject = ANY($1) OR subject IS NULL", ids)
    done = await connection.execute(
        "UPDATE journal.person SET erased = clock_timestamp() WHERE subject = ANY($1) AND erased IS NULL", ids
    )
    if done == "UPDATE 0":
        return 0
    keys = len(await connection.fetch("DELETE FROM vault.data_key WHERE subject = ANY($1) RETURNING id", ids))
    await connection.execute("DELETE FROM vault.identity WHERE subject = ANY($1)", ids)
    await connection.execute(
        """INSERT INTO vault.tombstone (subject, erased, keys) SELECT s, clock_timestamp(), $2 FROM unnest($1::uuid[]) s
               ON CONFLICT DO NOTHING""",
        *(ids, keys),
    )
    return keys


async def _erased_facts(journal: PgJournal, connection: Any, refs: Sequence[str]) -> list[Prepared]:
    now = await connection.fetchval("SELECT journal.now()")
    facts = []
    for index, ref in enumerate(refs):
        source = own_source(journal.instance.operator, "vault")
        fact = NewFact(source, f"erased-{ref}", ERASED, ref, now, now, orjson.dumps({}))
        mac = await journal.keys.mac("digest", fact.digested())
        facts.append(Prepared(index, fact, ref, lane_of(ref, journal.instance.lanes), None, fact.data, mac, own=True))
    return facts
