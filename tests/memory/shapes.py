"""Rows of the journal in memory, in the shape in which the kernel reads them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import asyncpg

from kernel.stored import COLUMNS
from tests.memory.server import Row, Transaction

NAMES = [name.strip() for name in COLUMNS.split(",")]
Values = Sequence[Any]


def stored(tx: Transaction, fact: Row) -> None:
    """Insert one fact; the keys are those of the table."""
    place, name = (fact["lane"], fact["seq"]), (fact["source"], fact["id"])
    for broken, key in ((place in tx.rows("fact"), "fact_pkey"), (name in tx.rows("name"), "fact_source_id_key")):
        if broken:
            error = asyncpg.UniqueViolationError(key)
            error.constraint_name = key
            raise error
    subject = str(fact["subject"]) if fact["subject"] else None
    tx.put("fact", place, {**fact, "s": subject, "row": tuple(fact[n] for n in NAMES)})
    tx.put("name", name, {"place": place})


def person_rows(tx: Transaction) -> list[Row]:
    """Facts about anybody."""
    return [f for f in tx.rows("fact").values() if f["s"]]


def of_type(fact: Row, types: Sequence[str] | None) -> bool:
    """Whether a list of types (None: all) has this one."""
    return types is None or fact["type"] in types
