"""One append: lock the lanes, look before numbering, number, copy. The only place where facts are written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from kernel.errors import Again, Conflict, Problem, Refused
from kernel.facts import lane_of
from kernel.journal import ERASED, MERGED, Receipt
from kernel.keys import seal
from kernel.pg_prepare import Instance, Prepared, load_persons, named_by, named_subjects, resolve_ref, spoken_of


async def append_in(
    connection: asyncpg.Connection,
    instance: Instance,
    prepared: Sequence[Prepared],
    expect: Mapping[str, int] | None = None,
) -> list[Receipt]:
    """Append inside the caller's transaction, as its last statement. Receipts stand in the order of the request."""
    lanes = sorted({p.lane for p in prepared} | ({lane_of(s, instance.lanes) for s in expect} if expect else set()))
    locked = await connection.fetch(
        "SELECT lane, seq, instant FROM journal.lane WHERE lane = ANY($1::smallint[]) ORDER BY lane FOR UPDATE", lanes
    )
    counters = {r["lane"]: r["seq"] for r in locked}
    instants = {r["lane"]: r["instant"] for r in locked}
    known, now, appended = await _known(connection, prepared)
    dead = await _still_true(connection, prepared)
    items = [replace(p, gone=True) if p.subject in dead else p for p in prepared] if dead else prepared
    if expect and not all(_said_before(item, known) for item in items):
        for item in items:
            _refuse_erased(item, known)
        await _expected(connection, expect)
    receipts: dict[int, Receipt] = {}
    fresh: list[tuple[Prepared, int]] = []
    for item in items:
        receipt = _place(item, known, counters, instants, now)
        if receipt is None:
            continue
        if not item.companion:
            receipts[item.index] = receipt
        if not receipt.replayed:
            known[item.fact.source, item.fact.id] = (receipt.lane, receipt.seq, item.digest)
            fresh.append((item, receipt.seq))
    if fresh:
        await _write(connection, fresh, counters, instants, appended)
    return [receipts[p.index] for p in prepared if not p.companion and p.index in receipts]


async def _known(
    connection: asyncpg.Connection, prepared: Sequence[Prepared]
) -> tuple[dict[tuple[str, str], tuple[int, int, bytes]], datetime, datetime]:
    """What is stored already of these, by (source, id), with the instance's clock and PostgreSQL's own.

    One by one through the index: a join that is planned while the journal is empty reads all of it, until the server
    has counted its rows.
    """
    rows = await connection.fetch(
        """SELECT journal.now() AS now, clock_timestamp() AS appended, f.source, f.id, f.lane, f.seq, f.digest
             FROM (SELECT) AS always
             LEFT JOIN (unnest($1::text[], $2::text[]) w (source, id) CROSS JOIN LATERAL
                   (SELECT * FROM journal.fact f WHERE f.source = w.source AND f.id = w.id LIMIT 1) f) ON true""",
        *([p.fact.source for p in prepared], [p.fact.id for p in prepared]),
    )
    known = {(r["source"], r["id"]): (r["lane"], r["seq"], r["digest"]) for r in rows if r["source"] is not None}
    return known, rows[0]["now"], rows[0]["appended"]


async def _still_true(connection: asyncpg.Connection, prepared: Sequence[Prepared]) -> set[str | None]:
    """What was read before the locks must still hold under them, else the append is run again.

    Answers the persons who were merged or erased: nothing new is stored about them.
    """
    targets = await named_subjects(connection, [p.fact for p in prepared])
    about = spoken_of([p.fact for p in prepared], targets)
    refs = {ref for ref in (*about, *(p.subject for p in prepared)) if ref}
    persons = await load_persons(connection, refs)
    for p, ref in zip(prepared, about, strict=True):
        if ref and named_by(p.fact) and resolve_ref(ref, persons) != p.subject:
            raise Again("a named fact arrived meanwhile")
    dead: set[str | None] = set()
    for p in prepared:
        if p.subject is None or p.fact.type in (MERGED, ERASED):
            continue
        person = persons[p.subject]
        if person.erased or (p.own and person.merged_into):
            dead.add(p.subject)
        elif person.merged_into:
            raise Again("the person was merged meanwhile")
    return dead


async def _expected(connection: asyncpg.Connection, expect: Mapping[str, int]) -> None:
    rows = await connection.fetch(
        """SELECT w.subject::text AS subject,
                  (SELECT f.seq FROM journal.fact f WHERE f.subject = w.subject ORDER BY f.seq DESC LIMIT 1) AS seq
             FROM unnest($1::uuid[]) w (subject)""",
        list(expect),
    )
    for row in rows:
        if (row["seq"] or 0) != expect[row["subject"]]:
            raise Conflict(row["subject"])


Known = Mapping[tuple[str, str], tuple[int, int, bytes]]
"""Lane, seq and digest of facts that are stored already, by (source, id)."""


def _said_before(item: Prepared, known: Known) -> bool:
    """Whether it is stored already, word for word; of an erased person nobody can tell: there is no digest any more."""
    hit = known.get((item.fact.source, item.fact.id))
    return hit is not None and (item.own or hit[2] == item.digest)


def _refuse_erased(item: Prepared, known: Known) -> None:
    if item.gone and not item.own and not _said_before(item, known):
        raise Refused(410, [Problem(f"/{item.index}/subject", "erased", "this person's data has been erased")])


def _place(
    item: Prepared,
    known: Known,
    counters: dict[int, int],
    instants: dict[int, datetime],
    now: datetime,
) -> Receipt | None:
    """The receipt of one fact, or None when it is dropped. Never numbers before the duplicate check."""
    fact = item.fact
    hit = known.get((fact.source, fact.id))
    if hit and _said_before(item, known):
        lane, seq, old = hit
        return Receipt(fact.source, fact.id, lane, seq, old.hex(), replayed=True)
    _refuse_erased(item, known)
    if hit:
        problem = Problem(f"/{item.index}/id", "id_reused", "this source has stated something else under this id")
        raise Refused(422, [problem])
    if item.gone:  # a conclusion about someone merged or erased is dropped, not refused
        return None
    if item.instant is not None:
        if item.instant <= instants[item.lane]:
            return None
        if item.instant > now:
            raise Refused(422, [Problem(f"/{item.index}/data/instant", "ahead", "ahead of the instance's clock")])
        instants[item.lane] = item.instant
    counters[item.lane] += 1
    return Receipt(fact.source, fact.id, item.lane, counters[item.lane], item.digest.hex())


async def _write(
    connection: asyncpg.Connection,
    fresh: Sequence[tuple[Prepared, int]],
    counters: Mapping[int, int],
    instants: Mapping[int, datetime],
    appended: datetime,
) -> None:
    lanes = sorted({p.lane for p, _ in fresh})
    for item, _ in fresh:
        if item.fact.type == MERGED and not item.companion:
            await _merge(connection, item)
    await connection.execute(
        """UPDATE journal.lane l SET seq = w.seq, instant = w.instant
             FROM unnest($1::smallint[], $2::bigint[], $3::timestamptz[]) w (lane, seq, instant)
            WHERE l.lane = w.lane""",
        *(lanes, [counters[lane] for lane in lanes], [instants[lane] for lane in lanes]),
    )
    await connection.copy_records_to_table(
        "fact",
        schema_name="journal",
        records=[_record(item, seq, appended) for item, seq in fresh],
        columns=FACT_COLUMNS,
    )


FACT_COLUMNS = [
    *("lane", "seq", "source", "id", "type", "subject", "stated", "time", "recorded", "appended", "corrects"),
    *("org_type", "attributes", "key", "data", "digest", "seal"),
]


def _record(item: Prepared, seq: int, appended: datetime) -> tuple[Any, ...]:
    fact = item.fact
    attributes = orjson.dumps(dict(fact.attributes), option=orjson.OPT_SORT_KEYS)
    sealed = seal(fact.source.encode(), fact.id.encode(), fact.type.encode(), attributes, item.data)
    head = (item.lane, seq, fact.source, fact.id, fact.type, item.subject, fact.subject, fact.time, fact.recorded)
    rest = (appended, fact.corrects, fact.org_type, attributes.decode(), item.key, item.data, item.digest, sealed)
    return head + rest


async def _merge(connection: asyncpg.Connection, item: Prepared) -> None:
    data = orjson.loads(item.fact.data)
    old, new = data["old_ref"], data["new_ref"]
    persons = await load_persons(connection, {old, new})
    if old == new or any(p.merged_into or p.erased or p.lane == 0 for p in (persons[old], persons[new])):
        detail = "both refs must be different, alive and not merged already"
        raise Refused(422, [Problem(f"/{item.index}/data/old_ref", "cannot_merge", detail)])
    await connection.execute("UPDATE journal.person SET merged_into = $2 WHERE subject = $1", UUID(old), UUID(new))
