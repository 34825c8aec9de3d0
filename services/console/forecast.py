"""What falls due in the coming weeks: reviews, assessments, ends of periods and day limits, week by week."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from kernel.calendar import day_of
from kernel.pg_errors import translated
from services.console.frame import Visitor, frame_of, render, to_sign_in, visitor_of, words_of
from services.console.inbox import view_named
from services.console.texts import TEXTS
from services.console.whose import WHOSE, asked, clients_of
from services.console.words import Words

LENGTHS = (2, 4, 8, 13, 26)
USUAL = 8
SHOWN = 500
LIVES = "SELECT c.subject FROM view.client_situation c WHERE c.home_municipality = $4::text"
DUE = f"""state IN ('due', 'booked') AND on_day BETWEEN $5::date AND $6::date
    AND ($4::text = '' OR subject IN ({LIVES}))"""


async def forecast(request: Request) -> Response:
    """The visitor's own clients unless she asks for her team's, her organisation's or a municipality's."""
    visitor = visitor_of(request)
    if visitor is None:
        return to_sign_in()
    if visitor.operator:
        return RedirectResponse("/ops", 303)
    frame, words, whose = frame_of(request), words_of(request), asked(request, "mine")
    weeks, municipality = _weeks(request), _municipality(request, visitor)
    with translated():
        now = await frame.journal.now()
        where, values = clients_of(visitor, whose)
        ends = (day_of(now), day_of(now) + timedelta(weeks=weeks))
        rows = await frame.gate.read(
            visitor.viewer(now),
            view_named("review_calendar"),
            f"{where} AND {DUE}",
            [*values, municipality, *ends],
            "on_day, subject, rule, item",
            SHOWN,
        )
    return render(
        request,
        "forecast.html",
        page="forecast",
        path=request.url.path,
        whose=WHOSE,
        chosen_whose=whose,
        municipality=municipality,
        municipalities=[(code, words.team(code)) for code in visitor.organisation.municipalities],
        weeks=weeks,
        lengths=LENGTHS,
        found=by_week(words, rows),
        cut=len(rows) == SHOWN,
        shown=SHOWN,
        as_of=now,
    )


def by_week(words: Words, rows: Sequence[Mapping[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Rows under their ISO week, each with words for what it is."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(_week(row["on_day"]), []).append({**row, "what": _what(words, str(row["kind"] or ""))})
    return found


def _week(day: date) -> str:
    year, week, _ = day.isocalendar()
    return f"{week}/{year}"


def _what(words: Words, kind: str) -> str:
    return words.t(key) if (key := f"k_{kind}") in TEXTS else kind.replace("_", " ")


def _weeks(request: Request) -> int:
    given = request.query_params.get("weeks", "")
    return int(given) if given in map(str, LENGTHS) else USUAL


def _municipality(request: Request, visitor: Visitor) -> str:
    given = request.query_params.get("municipality", "")
    return given if given in visitor.organisation.municipalities else ""
