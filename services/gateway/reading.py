"""Lists for those who may see them: one route for each view, with filters, pages and freshness."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import orjson
from starlette.requests import Request
from starlette.responses import Response

from kernel.views import View
from services.gateway import cursor
from services.gateway.access import Caller
from services.gateway.csv_table import ATTACHED, CSV, csv_wanted, written
from services.gateway.parts import Answer, Parts, Question
from services.gateway.problem import refuse
from services.gateway.waiting import soon

MOST = 500
LONGEST_WAIT = 30
ENDS = {"integer": ("-2147483648", "2147483647"), "date": ("0001-01-01", "9999-12-31")}
"""All that a column may hold, for lists that are ordered by it."""

_WAIT = re.compile(r"(?:^|,)\s*wait\s*=\s*\"?(\d{1,3})\"?\s*(?:,|;|$)")
_PLAIN = {"integer": re.compile(r"-?\d{1,9}", re.ASCII), "boolean": re.compile("true|false")}
_PLACE = re.compile(r"(\d{1,4}):(\d{1,18})", re.ASCII)


class Lists:
    """`GET /v1/<view>`."""

    def __init__(self, parts: Parts, processor: str, view: View) -> None:
        self._parts, self._processor, self._view = parts, processor, view
        self._kinds = {c.name: c.type for c in view.columns if c.name in view.filters} | {"client_ref": "uuid"}

    async def read(self, request: Request) -> Response:
        """A page of the rows that the caller may see."""
        caller = self._parts.access.caller(request, await self._parts.clock.now())
        given = plain(request)
        limit, continued = limited(given.pop("limit", "100")), given.pop("cursor", None)
        by, present = self._ordered(given.pop("order", ""))
        filters = filtered(given, self._kinds)
        listed = [caller.org, self._view.name, self._view.version, sorted(filters.items()), by]
        scope = orjson.dumps(listed).decode()
        after = cursor.read(self._parts.cursor_key, scope, continued) if continued is not None else None
        return await answered(
            *(self._parts, request, caller, self._processor, self._view),
            Question(filters, after, limit, between=present, by=by),
            scope,
        )

    def _ordered(self, name: str) -> tuple[tuple[str, ...], Mapping[str, tuple[str, str]]]:
        """The column to begin the order with, the smallest first; rows that hold nothing there are left out."""
        if not name:
            return (), {}
        if self._kinds.get(name) not in ENDS:
            offered = ", ".join(sorted(n for n, kind in self._kinds.items() if kind in ENDS))
            raise refuse(400, "order", f"order names one of: {offered or 'nothing here'}", "/order")
        return (name,), {name: ENDS[self._kinds[name]]}


async def answered(
    parts: Parts, request: Request, caller: Caller, processor: str, view: View, question: Question, scope: str
) -> Response:
    """Wait, read and answer as the reader would like it, with the cursor of the next page."""
    as_csv = csv_wanted(request)
    reached = await waited(parts, request, processor)
    answer = await soon(parts.reading.read(caller, processor, view, question))
    following = cursor.sign(parts.cursor_key, scope, answer.last) if answer.last is not None else None
    names = ["client_ref", *(c.name for c in view.columns)] if view.person else [c.name for c in view.columns]
    return page(request, answer, following, reached, names if as_csv else None)


def plain(request: Request) -> dict[str, str]:
    """The query without what speaks of the answer rather than of the rows."""
    return {n: v for n, v in request.query_params.items() if n not in ("after", "format")}


def filtered(given: Mapping[str, str], kinds: Mapping[str, str]) -> dict[str, str]:
    """Filters as PostgreSQL writes their values; Refused 400 for one that is not offered."""
    for name in given:
        if name not in kinds:
            raise refuse(400, "unknown_filter", "this list cannot be filtered by that", "/*")
    return {name: checked(name, kinds[name], value) for name, value in given.items()}


def checked(name: str, kind: str, value: str) -> str:
    """A filter's value as PostgreSQL writes it; Refused 400 when it is no value of its column's type."""
    try:
        match kind:
            case "uuid":
                return str(UUID(value))
            case "date":
                return date.fromisoformat(value).isoformat()
            case "timestamptz":
                return datetime.fromisoformat(value).astimezone(UTC).isoformat()
            case "integer" | "boolean" if _PLAIN[kind].fullmatch(value):
                return value
            case "text" | "text[]" if "\x00" not in value and len(value) <= 200:
                return value
    except (ValueError, OverflowError) as error:
        raise _wrong(name, kind) from error
    raise _wrong(name, kind)


def _wrong(name: str, kind: str) -> Exception:
    return refuse(400, "filter_value", f"{name} must be a value of type {kind}", f"/{name}")


def limited(given: str) -> int:
    """How many rows at most; Refused 400 for what is no number from 1 to 500."""
    if not (given.isascii() and given.isdigit() and len(given) <= 4 and 1 <= int(given) <= MOST):
        raise refuse(400, "limit", f"limit is a number from 1 to {MOST}", "/limit")
    return int(given)


async def waited(parts: Parts, request: Request, processor: str) -> bool | None:
    """Wait for `?after=<lane>:<seq>` as long as `Prefer: wait=N` allows; None when nothing was to be waited for."""
    after = request.query_params.get("after")
    if after is None:
        return None
    place = _PLACE.fullmatch(after)
    if place is None:
        raise refuse(400, "after", "after is <lane>:<seq>, as a receipt says", "/after")
    wanted = _WAIT.search(request.headers.get("prefer", ""))
    seconds = min(int(wanted[1]), LONGEST_WAIT) if wanted else 0
    return await parts.reading.wait(processor, int(place[1]), int(place[2]), seconds)


def page(
    request: Request, answer: Answer, following: str | None, reached: bool | None, table: Sequence[str] | None = None
) -> Response:
    """A list with its freshness; 304 when the reader has these very rows. `table`: as CSV with these columns."""
    rows = orjson.dumps(list(answer.rows), default=str)
    tag = f'"{hashlib.sha256(rows).hexdigest()[:32]}{"" if table is None else "-csv"}"'
    headers = {"ETag": tag, "Vary": "Accept", **freshness(answer)}
    if reached is not None:
        headers["Polku-Reached"] = str(reached).lower()
    if following is not None:
        query = {**request.query_params, "cursor": following}
        headers["Link"] = f'<{request.url.path}?{urlencode(query)}>; rel="next"'
    if tag in [t.strip().removeprefix("W/") for t in request.headers.get("if-none-match", "").split(",")]:
        return Response(status_code=304, headers=headers)
    if table is not None:
        return Response(written(table, answer.rows), 200, {**headers, **ATTACHED}, CSV)
    rest: Mapping[str, Any] = {
        "next": following,
        "as_of": answer.as_of,
        "stale_sources": list(answer.stale_sources),
        **({} if reached is None else {"reached": reached}),
    }
    body = b'{"items":' + rows + b"," + orjson.dumps(rest, default=str)[1:]
    return Response(body, 200, headers, "application/json")


def freshness(answer: Answer) -> dict[str, str]:
    """How fresh an answer is, also where there is no body."""
    instant = answer.as_of.get("time")
    return {"Polku-As-Of": instant.isoformat()} if isinstance(instant, datetime) else {}
