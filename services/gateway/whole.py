"""Small tables that are read whole, with the filters, pages and formats that every list has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from services.gateway import cursor
from services.gateway.csv_table import csv_wanted
from services.gateway.parts import Answer, Parts
from services.gateway.reading import MOST, filtered, limited, page, plain


@dataclass(frozen=True, slots=True)
class Table:
    """What is asked of a small table: equal filters, and a page that begins after so many of its rows."""

    names: Sequence[str]
    filters: Mapping[str, str]
    limit: int
    begun: int
    scope: str

    @staticmethod
    def asked(
        parts: Parts, request: Request, scope: Sequence[str], names: Sequence[str], kinds: Mapping[str, str]
    ) -> Table:
        """Refused 400 for what it does not offer. `kinds` are the types of what may be given, be it a column or
        something that the numbers depend on; `scope` says for whom and for which table a cursor holds.
        """
        given = plain(request)
        limit, continued = limited(given.pop("limit", str(MOST))), given.pop("cursor", None)
        filters = filtered(given, kinds)
        csv_wanted(request)
        signed = orjson.dumps([*scope, sorted(filters.items())]).decode()
        begun = int(cursor.read(parts.cursor_key, signed, continued)[0]) if continued is not None else 0
        return Table(names, filters, limit, begun, signed)

    def page(self, parts: Parts, request: Request, whole: Answer) -> Response:
        """The rows asked for, in the order of the whole."""
        chosen = {name: value for name, value in self.filters.items() if name in self.names}
        rows = [row for row in whole.rows if all(_holds(row.get(name), value) for name, value in chosen.items())]
        end = self.begun + self.limit
        following = cursor.sign(parts.cursor_key, self.scope, [str(end)]) if len(rows) > end else None
        answer = replace(whole, rows=rows[self.begun : end])
        return page(request, answer, following, None, self.names if csv_wanted(request) else None)


def _holds(held: Any, value: str) -> bool:
    if isinstance(held, list | tuple):
        return value in held
    return held is not None and (str(held).lower() if isinstance(held, bool) else str(held)) == value
