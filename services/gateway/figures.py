"""Sums for those who lead the work: what localities lack, how long tasks wait, how much is done twice, how it goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from services.gateway import pg_figures
from services.gateway.parts import Parts
from services.gateway.problem import refuse
from services.gateway.waiting import soon
from services.gateway.whole import Table

TEXT, COUNT, NUMBER, TRUTH = "string", "integer", "number", "boolean"
SOMEBODY, PUBLIC = "stated", "public"
"""Relations that stand for any, when no single person is shown, and for what is told of no person."""

FIRST, LAST = "from", "to"
LATEST = "9998-12-31"
KINDS: Mapping[str, str] = {TEXT: "text", TRUTH: "boolean", "array": "text[]"}
"""Columns of these kinds may be filtered by."""


@dataclass(frozen=True, slots=True)
class Figures:
    """One table of sums: its columns with their kinds, and the records that the caller must be allowed to see whole.

    `spans`: it may be asked for the days from one to another.
    """

    path: str
    title: str
    columns: Mapping[str, str]
    records: tuple[str, ...]
    sql: str
    relation: str = SOMEBODY
    spans: bool = False

    @property
    def filters(self) -> Mapping[str, str]:
        """What it may be filtered by, with the types of the values."""
        chosen = {name: KINDS[kind] for name, kind in self.columns.items() if kind in KINDS}
        return {**chosen, **dict.fromkeys((FIRST, LAST) if self.spans else (), "date")}


ALL = (
    Figures(
        "localities",
        "What each municipality has and lacks; no person is in it",
        {
            **dict.fromkeys(("municipality",), TEXT),
            **dict.fromkeys(("places", "free", "provider_types_free"), COUNT),
            "few_providers": TRUTH,
            **dict.fromkeys(("employers_asked_for_help", "opportunities_open", "opportunities_blocked"), COUNT),
        },
        ("provider_capacity", "employer_cooperation"),
        pg_figures.LOCALITIES,
        PUBLIC,
    ),
    Figures(
        "open-tasks-age",
        "How many tasks have waited for how long",
        {**dict.fromkeys(("org", "team", "kind", "age"), TEXT), "tasks": COUNT},
        ("worklist",),
        pg_figures.AGES,
    ),
    Figures(
        "duplicates/metrics",
        "Work done twice by rule and organisations: how often, how often rightly, how soon settled",
        {
            "rule": TEXT,
            "orgs": "array",
            **dict.fromkeys(("found", "clients"), COUNT),
            "per_100_clients": NUMBER,
            **dict.fromkeys(("suspected", "confirmed", "resolved", "dismissed", "withdrawn"), COUNT),
            **dict.fromkeys(("confirmed_pct", "median_hours_to_resolution"), NUMBER),
        },
        ("duplicates", "client_situation"),
        pg_figures.DOUBLES,
        spans=True,
    ),
    Figures(
        "cooperation",
        "How working together goes: each measure as part of a whole",
        {"measure": TEXT, "part": COUNT, "whole": COUNT, "pct": NUMBER, "median_minutes": NUMBER},
        ("plan_register", "duplicates", "absence_alerts"),
        pg_figures.COOPERATION,
        spans=True,
    ),
)


class Sums:
    """`GET /v1/<path>`, as a list or as a table; `from` and `to` where it spans days."""

    def __init__(self, parts: Parts, figures: Figures) -> None:
        self._parts, self._figures = parts, figures

    async def read(self, request: Request) -> Response:
        """As a rule all rows at once: there are few, and none is about one person."""
        caller = self._parts.access.caller(request, await self._parts.clock.now())
        of = self._figures
        table = Table.asked(self._parts, request, (caller.org, of.path), list(of.columns), of.filters)
        first, last = table.filters.get(FIRST, date.min.isoformat()), table.filters.get(LAST, LATEST)
        if last < first or last > LATEST:
            raise refuse(400, "span", "from is not later than to", "/from")
        days = (first, last) if of.spans else ()
        return table.page(self._parts, request, await soon(self._parts.asking.figures(caller, of, days)))


def described(figures: Figures) -> dict[str, Any]:
    """The shape of a row."""
    texts = {"type": "array", "items": {"type": "string"}}
    return {name: texts if kind == "array" else {"type": [kind, "null"]} for name, kind in figures.columns.items()}
