"""Who was shown what, how far the processors are, and numbers in which nobody can be recognised."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from kernel.views import View
from services.gateway import cursor
from services.gateway.csv_table import csv_wanted
from services.gateway.parts import Answer, Parts, Question
from services.gateway.problem import refuse
from services.gateway.reading import filtered, limited, page, plain
from services.gateway.suppress import FEW, Columns, Counted, told
from services.gateway.waiting import soon
from services.gateway.whole import Table

OFFICER, WATCH = "dpo", "ops"
LOG_FILTERS: Mapping[str, str] = {"client_ref": "uuid", "record": "text", "viewer": "text", "channel": "text"}
LOG = ("instant", "org", "viewer", "role", "client_ref", "record", "fields", "ground", "channel")
STREAM = ("processor", "lanes", "position", "head", "lag_facts", "lag_seconds", "holds")
STREAM_FILTERS: Mapping[str, str] = {"processor": "text"}
MOST_COLUMNS, MOST_TOGETHER = 3, 5
REST = "*"
PERSONS, MEDIAN, YEAR = "persons", "median", "year"


class Queries:
    """`GET /v1/access-log` and `/v1/stream-health`."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def access_log(self, request: Request) -> Response:
        """For the organisation's own system and for its data protection officer; the organiser's sees all of it."""
        caller = self._parts.access.caller(request, await self._parts.clock.now())
        officer = not caller.roles.isdisjoint({OFFICER, WATCH})
        if not officer and caller.user != caller.org:
            raise refuse(403, "role", "the log of disclosures is for the data protection officer")
        book = self._parts.rulebook.organisations
        everybody = OFFICER in caller.roles and caller.org == book.organiser
        given = plain(request)
        limit, continued = limited(given.pop("limit", "100")), given.pop("cursor", None)
        filters = filtered(given, LOG_FILTERS)
        scope = orjson.dumps(["access log", caller.org, everybody, sorted(filters.items())]).decode()
        after = cursor.read(self._parts.cursor_key, scope, continued) if continued is not None else None
        as_csv = csv_wanted(request)
        answer = await soon(self._parts.asking.access_log(caller, Question(filters, after, limit), everybody))
        following = cursor.sign(self._parts.cursor_key, scope, answer.last) if answer.last else None
        return page(request, answer, following, None, LOG if as_csv else None)

    async def streams(self, request: Request) -> Response:
        """Position, lag and holds of every processor; nothing in it is about a person."""
        caller = self._parts.access.caller(request, await self._parts.clock.now())
        table = Table.asked(self._parts, request, (caller.org, "stream health"), STREAM, STREAM_FILTERS)
        return table.page(self._parts, request, await soon(self._parts.asking.streams()))


class Statistics:
    """`GET /v1/<view>/statistics?by=<column>[,<column>][&median=<column>]`: how many persons, never fewer than five."""

    def __init__(self, parts: Parts, view: View) -> None:
        self._parts, self._view = parts, view
        self._kinds = {c.name: c.type for c in view.columns if c.name in view.filters}
        self._of_kind = of_kind(view)
        self._columns = frozenset(n for n, kind in self._kinds.items() if kind != "uuid" and n not in self._of_kind)
        self._numbers = frozenset(c.name for c in view.columns if c.type == "integer")

    async def read(self, request: Request) -> Response:
        """Persons per combination of values, of the rows that the filters choose."""
        caller = self._parts.access.caller(request, await self._parts.clock.now())
        given = plain(request)
        by, median = tuple(given.pop("by", "").split(",")), given.pop("median", "")
        filters = filtered(given, self._kinds)
        if median and median not in self._numbers:
            raise refuse(400, "median", f"median names one of: {', '.join(sorted(self._numbers))}", "/median")
        if not 1 <= len(by) <= MOST_COLUMNS or len(set(by)) != len(by) or not self._columns.issuperset(by):
            listed = ", ".join(sorted(self._columns))
            raise refuse(400, "by", f"by names one to {MOST_COLUMNS} of: {listed}", "/by")
        for name in self._of_kind:
            if name not in filters:
                raise refuse(400, "one_kind", f"say which rows are counted: {name}=", f"/{name}")
        within = {name: value for name, value in filters.items() if name in self._view.key}
        columns = tuple(n for n in self._view.filters if n in by or (n in filters and n not in within))
        if len(columns) > MOST_TOGETHER:
            raise refuse(400, "by", f"by and filters name at most {MOST_TOGETHER} columns together", "/by")
        as_csv = csv_wanted(request)
        counted = await soon(self._parts.asking.counts(caller, self._view, columns, within, median))
        rows = await asyncio.to_thread(shown, counted, columns, by, filters)  # a large table takes a second
        names = [*by, PERSONS, *([MEDIAN] if median else []), *(["paused"] if YEAR in by else [])]
        return page(
            request, Answer(rows, None, counted.as_of, counted.stale_sources), None, None, names if as_csv else None
        )


def of_kind(view: View) -> tuple[str, ...]:
    """Columns of the key that tell rows of several kinds apart: the same persons stand in each, so numbers of two kinds
    (or of one and of all) are never put beside each other in one table; whoever counts names the kind.
    """
    kinds = {c.name: c.type for c in view.columns}
    return tuple(n for n in view.key if n in view.filters and kinds[n] != "uuid")


def shown(counted: Counted, columns: Columns, by: Sequence[str], filters: Mapping[str, str]) -> list[dict[str, Any]]:
    """The cells that the filters choose, as rows; hidden ones become one row of `*`, without a number when it is small
    or would give their total away.
    """
    table, may = counted.cube.get(columns, {}), told(counted.cube, columns)
    chosen = {n: v for n, v in filters.items() if n in columns}
    meant = [c for c in table if all(c[columns.index(n)] == v for n, v in chosen.items())]
    meant.sort(key=lambda cell: [(v is None, v or "") for v in cell])
    rows = [
        {**{name: cell[columns.index(name)] for name in by}, PERSONS: table[cell], **counted.beside.get(cell, {})}
        for cell in meant
        if cell in may
    ]
    if YEAR in by:
        rows = [{**row, "paused": row[YEAR] in counted.paused} for row in rows]
    left = sum(table[cell] for cell in meant if cell not in may)
    if left:
        total = tuple(name for name in columns if name in chosen)
        open_ = left >= FEW and tuple(chosen[name] for name in total) in told(counted.cube, total)
        rows.append({**dict.fromkeys(by, REST), PERSONS: left if open_ else None})
    return rows
