"""What the server in memory answers to a verification."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import orjson

from tests.memory.server import Row, Transaction
from tests.memory.shapes import Values, person_rows


async def lane(tx: Transaction, _: str, values: Values) -> list[Row]:
    counter = tx.rows("lane")[values[0],]["seq"]
    facts = [f for (at, _seq), f in tx.rows("fact").items() if at == values[0]]
    ahead = sum(1 for k, c in tx.rows("checkpoint").items() if k[1] == values[0] and c["seq"] > counter)
    return [
        {
            "counter": counter,
            "facts": len(facts),
            "head": max((f["seq"] for f in facts), default=0),
            "seqs": len({f["seq"] for f in facts}),
            "names": len({(f["source"], f["id"]) for f in facts}),
            "ahead": ahead,
        }
    ]


async def early(tx: Transaction, _: str, values: Values) -> list[Any]:
    """Conclusions that stand before what led to them."""
    people = tx.rows("person")
    facts = person_rows(tx)
    count = 0
    for fact in facts:
        cause = orjson.loads(fact["attributes"]).get("causationid")
        if cause is None or fact["lane"] != values[0] or ":polku-" not in fact["source"]:
            continue
        refs = {fact["s"], *(s for (s,), p in people.items() if p["merged_into"] == fact["s"])}
        causes = [c for c in facts if c["id"] == cause and c["s"] in refs]
        count += not any(c["lane"] != fact["lane"] or c["seq"] < fact["seq"] for c in causes)
    return [(count,)]


async def checkpoint(tx: Transaction, _: str, values: Values) -> list[Row]:
    row = tx.rows("checkpoint").get(tuple(values))
    return [row] if row else []


async def persons(tx: Transaction, sql: str, values: Values) -> list[Row]:
    processor, lane_, bound, limit = values
    again = "p.subject = $3" in sql
    sweep = tx.rows("sweep").get((processor, lane_))
    out = []
    for (s,), p in sorted(tx.rows("person").items()):
        if p["lane"] != lane_ or (s != str(bound) if again else s <= str(bound) and bound != UUID(int=0)):
            continue
        hold = tx.rows("hold").get((processor, s))
        wakeup = tx.rows("wakeup").get((processor, s))
        out.append(
            {
                "subject": s,
                "dead": p["merged_into"] is not None or p["erased"] is not None,
                "erased": p["erased"] is not None,
                "held": hold["cause"] if hold else None,
                "wake": wakeup["due"] if wakeup else None,
                "swept": sweep is None or bool(sweep["over"]) or s <= sweep["after"],
            }
        )
    return out[:limit]


async def rows_of(tx: Transaction, sql: str, values: Values) -> list[Row]:
    name = sql.partition("FROM view.")[2].split()[0]
    return [r for k, r in tx.rows(f"view.{name}_g1").items() if k[0] in values[0]]


async def strangers(tx: Transaction, sql: str, __: Values) -> list[Row]:
    name = sql.partition("FROM view.")[2].split()[0]
    return [{"subject": k[0]} for k in tx.rows(f"view.{name}_g1") if (k[0],) not in tx.rows("person")]


async def active(tx: Transaction, _: str, __: Values) -> list[Row]:
    return [g for g in tx.rows("generation").values() if g["active"]]


HANDLERS = [
    ("SELECT view, version FROM view.generation WHERE active", active),
    ("FROM journal.lane l LEFT JOIN journal.fact f USING (lane)", lane),
    ("SELECT count(*) FROM journal.fact f WHERE f.lane = $1 AND f.attributes LIKE", early),
    ("SELECT seq, ruleset FROM react.checkpoint", checkpoint),
    ("LEFT JOIN react.sweep s ON s.processor = $1 AND s.lane = p.lane", persons),
    ("SELECT DISTINCT v.subject::text AS subject FROM view.", strangers),
    ("SELECT v.* FROM view.", rows_of),
]
