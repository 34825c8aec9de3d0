"""The description of lists: their rows, filters and pages, as JSON or as a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kernel.views import View
from services.gateway.anonymous import STEP
from services.gateway.asking import LOG, LOG_FILTERS, STREAM, of_kind
from services.gateway.csv_table import CSV
from services.gateway.feed import BATCH, LONGEST
from services.gateway.feeding import FEEDS
from services.gateway.figures import Figures, described
from services.gateway.forecast import MOST_WEEKS, WEEKS
from services.gateway.openapi import KINDS_OF_COLUMN, TEXT, in_path, json_of, operation, query, ref, refusals
from services.gateway.person import FILTERS, SHOWN
from services.gateway.published import MATRIX
from services.gateway.reading import ENDS, MOST
from services.gateway.suppress import FEW

FORMAT = {"enum": ["json", "csv"], "default": "json"}
NUMBER = {"type": "integer"}


def listed(view: View) -> dict[str, Any]:
    """A view's list: its filters and the shape of its rows."""
    kinds = {c.name: c.type for c in view.columns}
    filters = {"client_ref": "uuid", **{name: kinds[name] for name in view.filters}}
    parameters = [query(name, KINDS_OF_COLUMN.get(kind, TEXT)) for name, kind in filters.items()]
    if ordered := [name for name, kind in filters.items() if kind in ENDS]:
        parameters.append(query("order", {"enum": ordered}))
    return _page(view.title.get("en", view.name), _columns(view), [*parameters, *_paging(), _after()])


def forecast(view: View) -> dict[str, Any]:
    """What falls due."""
    weeks = {"type": "integer", "minimum": 1, "maximum": MOST_WEEKS, "default": WEEKS}
    whom = [
        query("worker", {"type": "string", "pattern": r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"}),
        query("team", TEXT),
        query("municipality", {"type": "string", "pattern": r"^[0-9]{3}$"}),
    ]
    parameters = [*whom, query("weeks", weeks), *_paging(), _after()]
    return _page("What falls due in the coming weeks, the soonest first", _columns(view), parameters)


def access_log() -> dict[str, Any]:
    """Who was shown what."""
    filters = [query(name, KINDS_OF_COLUMN.get(kind, TEXT)) for name, kind in LOG_FILTERS.items()]
    row = {**dict.fromkeys(LOG, TEXT), "fields": {"type": "array", "items": TEXT}}
    return _page("What was disclosed, to whom and on which ground", row, [*filters, *_paging()])


def stream_health() -> dict[str, Any]:
    """How far the processors are."""
    row = {**dict.fromkeys(STREAM, NUMBER), "processor": TEXT, "lag_seconds": {"type": "number"}}
    return _page("How far each processor is", row, [query("processor", TEXT), *_paging(MOST)])


def timeline() -> dict[str, Any]:
    """What was stated about one person."""
    filters = [query(name, TEXT) for name in FILTERS]
    described = _page(
        "What was stated about a person, oldest first", dict.fromkeys(SHOWN, TEXT), [*filters, *_paging()]
    )
    described["parameters"] += in_path("ref")
    described["responses"] |= refusals(404)
    return described


def feed() -> dict[str, Any]:
    """What has been stated, in order."""
    milliseconds = {"type": "integer", "minimum": 0, "maximum": LONGEST, "default": 0}
    limit = {"type": "integer", "minimum": 1, "maximum": MOST, "default": 100}
    begin = {"enum": ["now"], "description": "only a cursor, at the end of what there is"}
    last = {**TEXT, "description": "the same as cursor: the feedcursor of the last entry that you have"}
    named = {**in_path("feed")[0], "schema": {"enum": sorted(FEEDS)}}
    parameters = [named, query("cursor", TEXT), query("lastEventId", last), query("from", begin)]
    texts = dict.fromkeys(("id", "source", "type", "feedcursor"), TEXT)
    instant, ref_ = {"type": "string", "format": "date-time"}, {"type": "string", "format": "uuid"}
    properties = {"specversion": {"const": "1.0"}, **texts, "time": instant, "recordedtime": instant, "subject": ref_}
    entry = {
        "type": "object",
        "required": list(properties),
        "properties": {**properties, "method": {"const": "DELETE", "description": "withdrawn, or the person erased"}},
    }
    answers = {
        "200": {"description": "In order; [] is the end", "content": json_of({"type": "array", "items": entry}, BATCH)},
        "304": {"description": "Unchanged"},
        **refusals(400, 401, 403, 404, 410, 429, 503),
    }
    return operation(
        "What has been stated about persons with whom you have to do, without its content",
        answers,
        parameters=[*parameters, query("limit", limit), query("timeout", milliseconds)],
    )


def statistics(view: View) -> dict[str, Any]:
    """Numbers in which nobody can be recognised."""
    kinds = {c.name: c.type for c in view.columns if c.name in view.filters}
    named = of_kind(view)
    columns = [name for name, kind in kinds.items() if kind != "uuid" and name not in named]
    by = {"type": "string", "description": f"One to three of: {', '.join(columns)}, separated by commas"}
    told = {"type": ["integer", "null"], "description": f"null: fewer than {FEW}"}
    numbers = [c.name for c in view.columns if c.type == "integer"]
    row = {**{name: {"description": "* for all small numbers together"} for name in columns}, "persons": told}
    row["median"] = {"type": ["number", "null"], "description": "of the column that was asked for"}
    filters = [
        {**query(name, KINDS_OF_COLUMN.get(kind, TEXT)), **({"required": True} if name in named else {})}
        for name, kind in kinds.items()
    ]
    median = query("median", {"enum": numbers}) if numbers else None
    parameters = [
        {**query("by", by), "required": True},
        *([median] if median else []),
        *filters,
        query("format", FORMAT),
    ]
    return _page(f"{view.title.get('en', view.name)}: numbers of persons", row, parameters)


def figures(of: Figures) -> dict[str, Any]:
    """Sums."""
    day = {"type": "string", "format": "date"}
    kinds = {"date": day, "boolean": {"type": "boolean"}}
    filters = [query(name, kinds.get(kind, TEXT)) for name, kind in of.filters.items()]
    return _page(of.title, described(of), [*filters, *_paging(MOST)])


def anonymous_path() -> dict[str, Any]:
    """One path as a case."""
    row = {**dict.fromkeys(STEP, TEXT), **dict.fromkeys(("step", "period_no", "from_week", "to_week"), NUMBER)}
    described = _page("One realised path as a case that names nobody", row, [query("format", FORMAT)])
    described["parameters"] += in_path("ref")
    described["responses"] |= refusals(404)
    return described


def responsibilities() -> dict[str, Any]:
    """The matrix that is shipped."""
    text = {"type": ["string", "null"]}
    row, filters = dict.fromkeys(MATRIX, text), [query(name, TEXT) for name in MATRIX]
    return {**_page("Who leads which task where nothing was agreed", row, [*filters, *_paging(MOST)]), "security": []}


def _columns(view: View) -> dict[str, Any]:
    kinds = {c.name: KINDS_OF_COLUMN.get(c.type, TEXT) for c in view.columns}
    return {**({"client_ref": TEXT} if view.person else {}), **kinds}


def _paging(default: int = 100) -> list[dict[str, Any]]:
    limit = {"type": "integer", "minimum": 1, "maximum": MOST, "default": default}
    return [query("limit", limit), query("cursor", TEXT), query("format", FORMAT)]


def _after() -> dict[str, Any]:
    return query("after", {"type": "string", "pattern": r"^\d+:\d+$", "description": "your own receipt: lane:seq"})


def _page(summary: str, row: Mapping[str, Any], parameters: list[dict[str, Any]]) -> dict[str, Any]:
    body = {
        "type": "object",
        "required": ["items", "next", "as_of", "stale_sources"],
        "properties": {
            "items": {"type": "array", "items": {"type": "object", "properties": dict(row)}},
            "next": {"type": ["string", "null"]},
            "as_of": ref("AsOf"),
            "stale_sources": {"type": "array", "items": TEXT},
            "reached": {"type": "boolean"},
        },
    }
    answers = {
        "200": {"description": "What you may see", "content": {**json_of(body), **json_of(TEXT, CSV.split(";")[0])}},
        "304": {"description": "Unchanged"},
    }
    return operation(summary, {**answers, **refusals(400, 401, 403, 503)}, parameters=parameters)
