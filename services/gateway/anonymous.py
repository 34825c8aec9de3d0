"""One realised path as a case that names nobody: what followed what, after how many weeks (survey, row 103)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from string import ascii_uppercase
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from kernel.views import View
from services.gateway.csv_table import csv_wanted
from services.gateway.parts import Answer, Parts, Question
from services.gateway.person import not_there, ref_of
from services.gateway.reading import MOST, filtered, page, plain
from services.gateway.waiting import soon

STEP = ("step", "kind", "state", "code", "benefit", "period_no", "place", "from_week", "to_week")


class Paths:
    """`GET /v1/clients/{ref}/path/anonymous`."""

    def __init__(self, parts: Parts, path: tuple[str, View] | None) -> None:
        self._parts, self._path = parts, path

    async def read(self, request: Request) -> Response:
        """The steps that the caller may see, without anything by which she could be found again; 404: not yours."""
        ref = ref_of(request)
        caller = self._parts.access.caller(request, await self._parts.clock.now())
        filtered(plain(request), {})
        if self._path is None:
            raise not_there()
        answer = await soon(self._parts.reading.read(caller, *self._path, Question({"client_ref": ref}, limit=MOST)))
        if not answer.rows:
            raise not_there()
        told = Answer(anonymous(answer.rows), None, answer.as_of, answer.stale_sources)
        return page(request, told, None, None, STEP if csv_wanted(request) else None)


def anonymous(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Steps in order: weeks since the first one in the place of dates, letters for sites, and no id of anything."""
    dated = sorted((r for r in rows if r.get("from_day")), key=lambda r: (r["from_day"], r["kind"], r["item"]))
    if not dated:
        return []
    first: date = dated[0]["from_day"]
    sites = list(dict.fromkeys(str(r["site_id"]) for r in dated if r.get("site_id")))
    return [
        {
            "step": number,
            **{name: row.get(name) for name in ("kind", "state", "code", "benefit", "period_no")},
            "place": _letter(sites.index(str(row["site_id"]))) if row.get("site_id") else None,
            "from_week": _week(first, row["from_day"]),
            "to_week": _week(first, row["to_day"]) if row.get("to_day") else None,
        }
        for number, row in enumerate(dated, 1)
    ]


def _week(first: date, day: date) -> int:
    return (day - first).days // 7


def _letter(number: int) -> str:
    return ascii_uppercase[number % len(ascii_uppercase)] * (number // len(ascii_uppercase) + 1)
