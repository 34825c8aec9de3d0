"""A list as a table for a spreadsheet, in which no cell can be taken for a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import orjson
from starlette.requests import Request

from services.gateway.problem import refuse

CSV = "text/csv; charset=utf-8; header=present"
ATTACHED = {"Content-Disposition": "attachment"}
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a spreadsheet may take for the beginning of a formula, also in full width."""
BROKEN_OUT = re.compile(r"([;|]|(?<=\S)\t)(?=\s*[=+\-@\uff1d\uff0b\uff0d\uff20])")
UNSEEN = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")


def csv_wanted(request: Request) -> bool:
    """By `?format=csv`, or when Accept names text/csv before JSON; Refused 400 for a format that is not offered."""
    given = request.query_params.get("format")
    if given is not None:
        if given not in ("csv", "json"):
            raise refuse(400, "format", "format is json or csv", "/format")
        return given == "csv"
    media = [part.partition(";")[0].strip() for part in request.headers.get("accept", "").lower().split(",")]
    return next((m == "text/csv" for m in media if m in ("text/csv", "application/json")), False)


def written(names: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> bytes:
    """The table as RFC 4180 wants it; what a reader may not see, or is not told, is an empty cell."""
    out = io.StringIO(newline="")
    table = csv.writer(out)
    table.writerow(names)
    table.writerows([_cell(row.get(name)) for name in names] for row in rows)
    return out.getvalue().encode()


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case int() | float():
            return str(value)  # a number is no formula, also a negative one
        case date():
            return value.isoformat()
        case list() if all(isinstance(part, str) for part in value):
            return _safe(" ".join(value))
        case list() | dict():
            return _safe(orjson.dumps(value, default=str).decode())
        case _:
            return _safe(str(value))


def _safe(text: str) -> str:
    """The same text; an apostrophe before what could be a formula, also after white space that is trimmed, signs that
    nobody sees, and whatever another country's spreadsheet takes for the end of a cell.
    """
    within = BROKEN_OUT.sub(r"\1'", text)
    return f"'{within}" if text.startswith(FORMULA) or UNSEEN.sub("", text).lstrip().startswith(FORMULA) else within
