"""What the server in memory answers to a reaction: claims, the fence, rows of views, wake-ups, holds, sweeps."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from tests.memory.server import Row, Transaction
from tests.memory.shapes import Values, of_type, person_rows

FIRST = str(UUID(int=0))


async def claim(tx: Transaction, _: str, values: Values) -> list[Row]:
    processor, lane, ruleset = values
    key = (processor, lane)
    await tx.lock("checkpoint", key)
    row = tx.rows("checkpoint").get(key)
    before = row["ruleset"] if row else None
    if row is None:
        era = tx.rows("instance")[()]["era"]
        row = {"lane": lane, "era": era, "rev": 1, "seq": 0, "hint": None, "ruleset": ruleset}
    elif row["ruleset"] <= ruleset:
        row = {**row, "rev": row["rev"] + 1, "ruleset": ruleset}
    else:
        return []
    tx.put("checkpoint", key, row)
    if before is not None and before < ruleset:
        begin_sweep(tx, processor, lane, "rules", None)
    return [row]


async def heads(tx: Transaction, _: str, values: Values) -> list[Row]:
    processor, lanes = values
    out = []
    for lane in lanes:
        at = tx.rows("checkpoint").get((processor, lane))
        if at:
            out.append({**at, "head": tx.rows("lane")[lane,]["seq"], "age": 0.0})
    return out


async def newest(tx: Transaction, sql: str, values: Values) -> list[Any]:
    lane, upto = values
    match = re.search(r"type = '([^']+)'", sql)
    assert match is not None
    order = (lambda f: f["seq"]) if "ORDER BY seq DESC" in sql else (lambda f: -f["seq"])
    found = [
        f for (at, seq), f in tx.rows("fact").items() if at == lane and seq <= upto and f["type"] == match.group(1)
    ]
    return [(max(found, key=order)["data"],)] if found else [(None,)]


async def reference_rows(tx: Transaction, _: str, values: Values) -> list[Any]:
    rows = tx.rows("fact")
    places = sorted(p for p in rows if p[0] == 0 and p[1] <= values[0])
    found = [rows[p] for p in places if ":polku-" not in rows[p]["source"]]
    return [f["row"] for f in found]


async def due(tx: Transaction, _: str, values: Values) -> list[Row]:
    processor, lane, now, limit = values
    holds = tx.rows("hold")
    found = [
        w
        for (p, s), w in tx.rows("wakeup").items()
        if p == processor and w["lane"] == lane and w["due"] <= now and (p, s) not in holds
    ]
    return [{"subject": w["subject"]} for w in sorted(found, key=lambda w: (w["due"], w["subject"]))[:limit]]


async def retry_all(tx: Transaction, _: str, values: Values) -> list[Row]:
    found = [(k, h) for k, h in tx.rows("hold").items() if k[0] == values[0] and h["lane"] == values[1]]
    for key, _row in found:
        await tx.lock("hold", key)
        if (now := tx.rows("hold").get(key)) is not None:
            tx.put("hold", key, {**now, "retry": True})
    return [{"subject": k[1]} for k, _row in found if k in tx.rows("hold")]


async def to_release(tx: Transaction, _: str, values: Values) -> list[Row]:
    processor, lane, limit = values
    found = [h for k, h in tx.rows("hold").items() if k[0] == processor and h["lane"] == lane and h["retry"]]
    return [{"subject": h["subject"]} for h in sorted(found, key=lambda h: h["from_seq"])[:limit]]


async def fence(tx: Transaction, sql: str, values: Values) -> int:
    """The checkpoint moves if it is what the worker believes; what the statement does not ask is not looked at."""
    processor, lane, era, rev, last, hint = values
    key = (processor, lane)
    await tx.lock("checkpoint", key)
    row = tx.rows("checkpoint").get(key)
    where = sql.partition("WHERE")[2]
    if row is None or ("era = $3" in where and row["era"] != str(era)) or ("rev = $4" in where and row["rev"] != rev):
        return 0
    seq = row["seq"] if last is None else last
    tx.put("checkpoint", key, {**row, "rev": row["rev"] + 1, "seq": seq, "hint": hint or row["hint"]})
    return 1


# --- views: rows by (subject, key)


def table_in(sql: str) -> str:
    """The table of a view that a statement names."""
    match = re.search(r"view\.\w+", sql)
    assert match is not None
    return match.group(0)


def columns_in(sql: str, begin: str) -> list[str]:
    """The quoted names that follow a word."""
    return re.findall(r'"(\w+)"', sql.partition(begin)[2].partition(")")[0])


async def wipe(tx: Transaction, sql: str, values: Values) -> int:
    table, subjects = table_in(sql), set(map(str, values[0]))
    gone = [k for k in tx.rows(table) if k[0] in subjects]
    for key in gone:
        await tx.lock(table, key)
        tx.put(table, key, None)
    return len(gone)


async def take_away(tx: Transaction, sql: str, values: Values) -> int:
    table = table_in(sql)
    keys = [(str(k[0]), *k[1:]) for k in zip(*values, strict=True)]
    for key in keys:
        await tx.lock(table, key)
        if key in tx.rows(table):
            tx.put(table, key, None)
    return len(keys)


async def upsert(tx: Transaction, sql: str, values: Values) -> int:
    table, names = table_in(sql), columns_in(sql, "(")
    keys = columns_in(sql, "ON CONFLICT (")
    for record in zip(*values, strict=True):
        row = dict(zip(names, record, strict=True))
        key = tuple(str(row[k]) if k == "subject" else row[k] for k in keys)
        await tx.lock(table, key)
        tx.put(table, key, {**tx.rows(table).get(key, {}), **row})
    return len(values[0])


async def generations(tx: Transaction, _: str, __: Values) -> list[Row]:
    return list(tx.rows("generation").values())


# --- wake-ups, holds, sweeps


async def no_wake(tx: Transaction, _: str, values: Values) -> int:
    for subject in map(str, values[1]):
        if (values[0], subject) in tx.rows("wakeup"):
            tx.put("wakeup", (values[0], subject), None)
    return 0


async def wake(tx: Transaction, _: str, values: Values) -> int:
    processor, lane, subjects, dues = values
    for subject, when in zip(map(str, subjects), dues, strict=True):
        tx.put("wakeup", (processor, subject), {"lane": lane, "subject": subject, "due": when})
    return len(subjects)


async def free(tx: Transaction, _: str, values: Values) -> int:
    for key in [(values[0], str(s)) for s in values[1]]:
        if key in tx.rows("hold"):
            await tx.lock("hold", key)
            tx.put("hold", key, None)
    return 0


async def hold(tx: Transaction, _: str, values: Values) -> int:
    processor, lane, subject, from_seq, source, id_, type_, cause, pointer = values
    key = (processor, str(subject))
    await tx.lock("hold", key)
    old = tx.rows("hold").get(key, {})
    new = {
        **{"lane": lane, "subject": str(subject), "from_seq": old.get("from_seq", from_seq)},
        **{"source": source or old.get("source", ""), "id": id_ or old.get("id", "")},
        **{"type": type_ or old.get("type", ""), "cause": cause, "pointer": pointer, "retry": False},
    }
    tx.put("hold", key, new)
    return 1


def begin_sweep(tx: Transaction, processor: str, lane: int, reason: str, types: list[str] | None) -> None:
    """As the function of the migration."""
    old = tx.rows("sweep").get((processor, lane))
    if old and not old["over"]:
        types = None if types is None or old["types"] is None else [*old["types"], *types]
    row = {"lane": lane, "reason": reason, "types": types, "after": FIRST, "over": False}
    tx.put("sweep", (processor, lane), row)


async def sweep_begins(tx: Transaction, _: str, values: Values) -> int:
    begin_sweep(tx, values[0], values[1], values[2], values[3])
    return 1


async def sweep_goes_on(tx: Transaction, _: str, values: Values) -> int:
    key = (values[0], values[1])
    tx.put("sweep", key, {**tx.rows("sweep")[key], "after": str(values[2]), "over": values[4]})
    return 1


async def swept_lanes(tx: Transaction, _: str, values: Values) -> list[Row]:
    open_ = {k[1] for k, s in tx.rows("sweep").items() if k[0] == values[0] and not s["over"]}
    return [{"lane": lane} for lane in sorted(values[1]) if lane in open_]


async def sweep_next(tx: Transaction, _: str, values: Values) -> list[Row]:
    processor, lane, limit = values
    sweep = tx.rows("sweep").get((processor, lane))
    if sweep is None or sweep["over"]:
        return []
    people = tx.rows("person")
    mothers = {p["merged_into"] for p in people.values()}
    touched = {f["s"] for f in person_rows(tx) if of_type(f, sweep["types"])}
    out = []
    for (s,), p in sorted(people.items()):
        if p["lane"] == lane and s > sweep["after"] and p["merged_into"] is None and p["erased"] is None:
            concerned = sweep["types"] is None or s in touched or s in mothers
            out.append({"subject": s, "concerned": concerned and (processor, s) not in tx.rows("hold")})
    return out[:limit]


HANDLERS = [
    ("INSERT INTO react.checkpoint", claim),
    ("UPDATE react.checkpoint", fence),
    ("FROM journal.lane l JOIN react.checkpoint c", heads),
    ("SELECT data FROM journal.fact WHERE lane = $1 AND seq <= $2 AND type = '", newest),
    ("FROM journal.fact WHERE lane = 0 AND seq <= $1", reference_rows),
    ("FROM react.wakeup w WHERE w.processor = $1 AND w.lane = $2 AND w.due <= $3", due),
    ("UPDATE react.hold SET retry = true WHERE processor = $1 AND lane = $2", retry_all),
    ("FROM react.hold WHERE processor = $1 AND lane = $2 AND retry", to_release),
    ("DELETE FROM react.wakeup", no_wake),
    ("INSERT INTO react.wakeup", wake),
    ("DELETE FROM react.hold", free),
    ("INSERT INTO react.hold", hold),
    ("SELECT react.begin_sweep", sweep_begins),
    ("UPDATE react.sweep SET after", sweep_goes_on),
    ("SELECT lane FROM react.sweep", swept_lanes),
    ("FROM react.sweep s JOIN journal.person p", sweep_next),
    ("FROM view.generation g", generations),
    ("INSERT INTO view.", upsert),
    ("WHERE subject = ANY($1)", wipe),
    ("USING unnest(", take_away),
]
