"""Rows of views in PostgreSQL: which table of a view is read, and how many rows are written at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from kernel.errors import Unavailable
from kernel.pg_errors import translated
from kernel.views import Row, View

Statement = tuple[str, Sequence[Any]]
"""What is said to the database, with its values."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the rows of a view are written: the table of the active generation, and those of all others.

    `view` has only the columns that the table has, which may be of another version of the view; it is None when its
    key is another one, and nothing can be written until the generation of this version is filled.
    """

    name: str
    table: str
    view: View | None
    others: tuple[str, ...] = ()


async def places(pool: Any, views: Iterable[View]) -> list[Place]:
    """The generations of these views, in their order. Unavailable before the database was brought up to this code."""
    with translated():
        rows = await pool.fetch(
            """SELECT g.view, g.active, view.table_of(g.view, g.generation) AS name,
                      ARRAY(SELECT a.attname::text FROM pg_attribute a
                             WHERE a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns,
                      ARRAY(SELECT a.attname::text FROM pg_index i JOIN pg_attribute a ON a.attrelid = t.oid
                               AND a.attnum = ANY (i.indkey) WHERE i.indrelid = t.oid AND i.indisprimary) AS key
                 FROM view.generation g
                 JOIN pg_class t ON t.relname = g.view || '_g' || g.generation
                  AND t.relnamespace = 'view'::regnamespace"""
        )
    active = {r["view"]: r for r in rows if r["active"]}
    others: dict[str, list[str]] = {}
    for row in rows:
        if not row["active"]:
            others.setdefault(row["view"], []).append(row["name"])
    views = list(views)
    if unknown := [v.name for v in views if v.name not in active]:
        raise Unavailable(f"the database does not know {', '.join(unknown)} yet")
    return [_place(v, active[v.name], others.get(v.name, ())) for v in views]


def _place(view: View, row: Any, others: Iterable[str]) -> Place:
    columns = tuple(c for c in view.columns if c.name in row["columns"])
    fits = {"subject", *view.key} == set(row["key"])
    return Place(view.name, row["name"], replace(view, columns=columns) if fits else None, tuple(others))


def delete(view: View, table: str, gone: Sequence[tuple[str, Any]]) -> Statement:
    """One statement that takes away the rows with these keys: (subject, key columns)."""
    types = {c.name: c.type for c in view.columns}
    names = ["subject", *view.key]
    arrays = ", ".join(f"${i + 1}::{_carried(t)}[]" for i, t in enumerate(["uuid", *(types[k] for k in view.key)]))
    where = " AND ".join(f't."{n}" = w."{n}"' for n in names)
    quoted = ", ".join(f'"{n}"' for n in names)
    values = list(zip(*((UUID(s), *key) for s, key in gone), strict=True))
    return f"DELETE FROM {table} t USING unnest({arrays}) w ({quoted}) WHERE {where}", list(map(list, values))


def _carried(type_: str) -> str:
    """How a column travels in an array: arrays and JSON as text, the rest as themselves."""
    return "text" if type_ in ("jsonb", "text[]") else type_


def upsert(view: View, table: str) -> str:
    """One statement that writes many rows, whatever persons they belong to."""
    names = ["subject", *(c.name for c in view.columns)]
    types = ["uuid", *(c.type for c in view.columns)]
    quoted = ", ".join(f'"{n}"' for n in names)
    arrays = ", ".join(f"${i + 1}::{_carried(t)}[]" for i, t in enumerate(types))
    casts = ", ".join(
        f'w."{n}"::{t}' if t in ("jsonb", "text[]") else f'w."{n}"' for n, t in zip(names, types, strict=True)
    )
    key = ", ".join(f'"{n}"' for n in ("subject", *view.key))
    sets = ", ".join(f'"{n}" = excluded."{n}"' for n in names if n not in ("subject", *view.key))
    action = f"UPDATE SET {sets}" if sets else "NOTHING"
    return (
        f"INSERT INTO {table} ({quoted}) SELECT {casts} FROM unnest({arrays}) w ({quoted})"
        f" ON CONFLICT ({key}) DO {action}"
    )


def columns_of(view: View, put: Sequence[tuple[str, Row]]) -> list[list[Any]]:
    """The rows column by column, as the upsert wants them. DataError names a column that cannot hold what it got."""
    out: list[list[Any]] = [[ref_of(subject) for subject, _ in put]]
    for column in view.columns:
        name, turn = column.name, _TURNED.get(column.type)
        values = [row.get(name) for _, row in put]
        try:
            out.append(values if turn is None else [None if v is None else turn(v) for v in values])
        except (TypeError, ValueError) as error:
            raise asyncpg.DataError(f"{view.name}.{name}: {error}") from error
    return out


ref_of = lru_cache(maxsize=16_384)(UUID)
"""A client_ref as PostgreSQL wants it: one person has rows in many views."""


def _json(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS).decode()


_TURNED: dict[str, Callable[[Any], Any]] = {
    "jsonb": _json,
    "text[]": lambda value: "{" + ",".join(orjson.dumps(str(v)).decode() for v in value) + "}",
    "uuid": lambda value: ref_of(value) if isinstance(value, str) else value,
    "text": str,
}
"""What has to be turned, by type; everything else travels as it is."""


async def copy(connection: asyncpg.Connection, view: View, table: str, put: Iterable[tuple[str, Row]]) -> None:
    """The fastest way in, for tables without row security; the keys must not be there."""
    names = [c.name for c in view.columns]
    turn = [_COPIED.get(c.type) for c in view.columns]
    try:
        await connection.copy_records_to_table(
            table.partition(".")[2],
            schema_name="view",
            columns=["subject", *names],
            records=[
                (s, *[v if t is None or v is None else t(v) for t, v in zip(turn, map(row.get, names), strict=True)])
                for s, row in put
            ],
        )
    except (OverflowError, TypeError, ValueError) as error:  # what a statement would have said of such a value
        raise asyncpg.DataError(type(error).__name__) from error


_COPIED: dict[str, Callable[[Any], Any]] = {
    "jsonb": _json,
    "text": str,
    "text[]": lambda v: [str(x) for x in v],
}
