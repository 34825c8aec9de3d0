"""What the server in memory answers to each statement of the kernel, found by the words that only it has."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from kernel.facts import lane_of
from kernel.pg_append import FACT_COLUMNS
from tests.memory import reacting, verifying
from tests.memory.server import Row, Transaction
from tests.memory.shapes import Values, of_type, person_rows, stored

Handler = Callable[[Transaction, str, Values], Awaitable[Any]]


class Unknown(AssertionError):
    """The kernel says something that the server in memory has not been taught."""


def answer_with(handlers: Sequence[tuple[str, Handler]]) -> Callable[[Transaction, str, Values], Awaitable[Any]]:
    """Answer with the first handler whose words stand in the statement."""
    known: dict[str, Handler] = {}

    async def answer(transaction: Transaction, sql: str, values: Values) -> Any:
        if sql not in known:
            flat = " ".join(sql.split())
            found = next((handler for words, handler in handlers if words in flat), None)
            if found is None:
                raise Unknown(flat)
            known[sql] = found
        return await known[sql](transaction, sql, values)

    return answer


async def lock_lanes(tx: Transaction, _: str, values: Values) -> list[Row]:
    for lane in sorted(values[0]):
        await tx.lock("lane", (lane,))
    return [tx.rows("lane")[lane,] for lane in sorted(values[0])]


async def known_facts(tx: Transaction, _: str, values: Values) -> list[Row]:
    names = tx.rows("name")
    facts = tx.rows("fact")
    return [facts[names[n]["place"]] for n in dict.fromkeys(zip(*values, strict=True)) if n in names]


async def known_at(tx: Transaction, sql: str, values: Values) -> list[Row]:
    """Those facts, each with two clocks; the clocks alone when there are none."""
    clocks = {"now": tx.server.now, "appended": tx.server.now}
    found = await known_facts(tx, sql, values)
    return [{**f, **clocks} for f in found] or [{"source": None, **clocks}]


async def named_facts(tx: Transaction, sql: str, values: Values) -> list[Row]:
    found = await known_facts(tx, sql, values)
    return [{"source": f["source"], "id": f["id"], "subject": f["s"]} for f in found]


async def life(tx: Transaction, _: str, values: Values) -> list[Row]:
    rows = tx.rows("person")
    return [
        {**rows[s,], "erased": rows[s,]["erased"] is not None}
        for s in dict.fromkeys(map(str, values[0]))
        if (s,) in rows
    ]


async def heads_of(tx: Transaction, _: str, values: Values) -> list[Row]:
    newest: dict[str, int] = {}
    for fact in tx.rows("fact").values():
        if fact["s"]:
            newest[fact["s"]] = max(fact["seq"], newest.get(fact["s"], 0))
    return [{"subject": str(s), "seq": newest.get(str(s))} for s in values[0]]


async def clock(tx: Transaction, _: str, __: Values) -> list[Any]:
    return [(tx.server.now,)]


async def count_lanes(tx: Transaction, _: str, values: Values) -> int:
    for lane, seq, instant in zip(*values, strict=True):
        tx.put("lane", (lane,), {"lane": lane, "seq": seq, "instant": instant})
    return len(values[0])


async def copy_facts(tx: Transaction, _: str, values: Values) -> int:
    columns, records = values
    assert list(columns) == FACT_COLUMNS
    for record in records:
        stored(tx, dict(zip(columns, record, strict=True)))
    return len(records)


async def merge(tx: Transaction, _: str, values: Values) -> int:
    old, new = map(str, values)
    await tx.lock("person", (old,))
    tx.put("person", (old,), {**tx.rows("person")[old,], "merged_into": new})
    return 1


async def read_lane(tx: Transaction, _: str, values: Values) -> list[Any]:
    lane, after, limit = values
    rows = tx.rows("fact")
    out = []
    for seq in sorted(s for place, s in rows if place == lane and s > after)[:limit]:
        out.append(rows[lane, seq]["row"])
    return out


async def find_fact(tx: Transaction, _: str, values: Values) -> list[Any]:
    place = tx.rows("name").get((values[0], values[1]))
    return [tx.rows("fact")[place["place"]]["row"]] if place else []


async def facts_of(tx: Transaction, _: str, values: Values) -> list[Any]:
    subjects, upto, types = {str(s) for s in values[0]}, values[1], values[2]
    found = [f for f in person_rows(tx) if f["s"] in subjects and f["seq"] <= upto and of_type(f, types)]
    return [f["row"] for f in sorted(found, key=lambda f: (f["s"], f["seq"]))]


async def own_since(tx: Transaction, _: str, values: Values) -> list[Any]:
    after = {str(s): seq for s, seq in zip(*values, strict=True)}
    found = [f for f in person_rows(tx) if f["s"] in after and f["seq"] > after[f["s"]] and ":polku-" in f["source"]]
    return [f["row"] for f in sorted(found, key=lambda f: f["seq"])]


async def load_keys(tx: Transaction, _: str, values: Values) -> list[Row]:
    rows = tx.rows("key")
    names = {(c, str(s), k) for c, s, k in zip(*values, strict=True)}
    return [r for r in rows.values() if (r["controller"], r["subject"], r["compartment"]) in names]


async def keys_by_id(tx: Transaction, _: str, values: Values) -> list[Row]:
    return [r for k, r in tx.rows("key").items() if k[0] in set(values[0])]


async def make_key(tx: Transaction, _: str, values: Values) -> int:
    controller, subject, compartment, kek, wrapped = values
    await tx.lock("person", (str(subject),))
    person = tx.rows("person").get((str(subject),))
    name = (controller, str(subject), compartment)
    have = {(r["controller"], r["subject"], r["compartment"]) for r in tx.rows("key").values()}
    if person is None or person["erased"] or name in have:
        return 0
    id_ = tx.server.number()
    row = dict(zip(("controller", "subject", "compartment"), name, strict=True))
    tx.put("key", (id_,), {"id": id_, **row, "kek": kek, "wrapped": wrapped})
    return 1


# --- erasure and time


async def refs_of(tx: Transaction, _: str, values: Values) -> list[Row]:
    refs = [str(values[0])]
    for ref in refs:
        refs += [r["subject"] for r in tx.rows("person").values() if r["merged_into"] == ref]
    return [{"subject": r} for r in refs]


async def mark_erased(tx: Transaction, _: str, values: Values) -> int:
    done = 0
    for ref in map(str, values[0]):
        await tx.lock("person", (ref,))
        row = tx.rows("person")[ref,]
        if row["erased"] is None:
            tx.put("person", (ref,), {**row, "erased": tx.server.now})
            done += 1
    return done


async def destroy_keys(tx: Transaction, _: str, values: Values) -> list[Row]:
    refs = set(map(str, values[0]))
    gone = [r for r in tx.rows("key").values() if r["subject"] in refs]
    for row in gone:
        tx.put("key", (row["id"],), None)
    return gone


async def nothing_here(_: Transaction, __: str, ___: Values) -> int:
    return 0


async def times_missed(tx: Transaction, _: str, values: Values) -> list[Row]:
    wakes = list(tx.rows("wakeup").values())
    out = []
    for row in tx.rows("lane").values():
        due = {w["due"] for w in wakes if w["lane"] == row["lane"] and row["instant"] < w["due"] <= values[0]}
        out.append({"lane": row["lane"], "instant": row["instant"], "due": sorted(due) or None})
    return out


HANDLERS: list[tuple[str, Handler]] = [
    (
        "WHERE lane = ANY($1::smallint[]) ORDER BY lane FOR UPDATE",
        lock_lanes,
    ),
    ("clock_timestamp() AS appended, f.source, f.id, f.lane, f.seq, f.digest", known_at),
    ("SELECT f.source, f.id, f.subject::text AS subject FROM unnest($1::text[], $2::text[]) w", named_facts),
    ("LATERAL (SELECT * FROM journal.person p WHERE p.subject = w.subject LIMIT 1) p", life),
    ("ORDER BY f.seq DESC LIMIT 1) AS seq FROM unnest($1::uuid[]) w (subject)", heads_of),
    ("SELECT journal.now()", clock),
    ("UPDATE journal.lane l SET seq = w.seq", count_lanes),
    ("COPY journal.fact", copy_facts),
    ("UPDATE journal.person SET merged_into = $2", merge),
    ("FROM journal.fact WHERE lane = $1 AND seq > $2 ORDER BY seq LIMIT $3", read_lane),
    ("FROM journal.fact WHERE source = $1 AND id = $2", find_fact),
    ("WHERE subject = ANY($1::uuid[]) AND seq <= $2 AND ($3::text[] IS NULL", facts_of),
    ("w (s, after) ON f.subject = w.s AND f.seq > w.after", own_since),
    ("FROM vault.data_key k JOIN unnest", load_keys),
    ("FROM vault.data_key WHERE id = ANY($1)", keys_by_id),
    ("INSERT INTO vault.data_key", make_key),
    ("WITH RECURSIVE r (subject)", refs_of),
    ("UPDATE journal.person SET erased", mark_erased),
    ("DELETE FROM vault.data_key", destroy_keys),
    ("DELETE FROM vault.identity", nothing_here),
    ("DELETE FROM door.idempotency", nothing_here),
    ("INSERT INTO vault.tombstone", nothing_here),
    ("(SELECT array_agg(DISTINCT w.due)", times_missed),
    *reacting.HANDLERS,
    *verifying.HANDLERS,
]

answer = answer_with(HANDLERS)


def person(subject: str, lanes: int) -> Row:
    """A new row of `journal.person`."""
    return {"subject": subject, "lane": lane_of(subject, lanes), "merged_into": None, "erased": None}
