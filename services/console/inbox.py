"""The worklist: whom must I see to today, and has somebody already?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from kernel.calendar import day_of
from kernel.pg_errors import translated
from kernel.processor import every_view
from kernel.views import View
from services.console.frame import Visitor, frame_of, render, to_sign_in, visitor_of, words_of

Alerts = Sequence[Mapping[str, Any]]
ALIVE = ("open", "claimed", "waiting")
REMINDERS = frozenset({"review", "period_end"})
"""Families that tell of a day to come; they are not urgent from the first moment."""
WHOSE = ("all", "team", "mine")
SHOWN, HANDLED_SHOWN = 300, 20
COPY = "jsonb_build_object('to', jsonb_build_object('org', $2::text, 'via', 'copy'))"
HERS = f"responsible_org = $2 OR notices @> jsonb_build_array({COPY})"
"""What an organisation answers for, and what it got a copy of."""


def view_named(name: str) -> View:
    """A view by its name; the pages know no more of the services."""
    return next(v for _, v in every_view() if v.name == name)


async def inbox(request: Request) -> Response:
    """The worklist of the visitor's organisation: now, with a day to come, waiting, and what is over."""
    visitor = visitor_of(request)
    if visitor is None:
        return to_sign_in()
    if visitor.operator:
        return RedirectResponse("/ops", 303)
    frame, words = frame_of(request), words_of(request)
    with translated():
        now = await frame.journal.now()
        alerts = await frame.gate.read(
            visitor.viewer(now),
            view_named("absence_alerts"),
            HERS,
            [visitor.organisation.id],
            "(status = 'open') DESC, (priority = 'high') DESC, raised_at DESC",
            SHOWN,
        )
    whose, kind = request.query_params.get("whose", "all"), request.query_params.get("kind", "")
    chosen = [a for a in of_whom(visitor, alerts, whose) if kind in ("", a["family"])]
    return render(
        request,
        "inbox.html",
        page="inbox",
        path=request.url.path,
        whose=[(w, len(of_whom(visitor, alerts, w))) for w in WHOSE],
        chosen_whose=whose if whose in WHOSE else "all",
        kinds=sorted({a["family"] for a in alerts}, key=lambda f: words.family({"family": f})),
        chosen_kind=kind,
        groups=grouped(visitor, chosen),
        today=words.day(day_of(now)),
        now=now,
        as_of=now,
    )


def of_whom(visitor: Visitor, alerts: Alerts, whose: str) -> Alerts:
    """Those of the visitor herself, of her team, or all that her organisation answers for."""
    me, team = visitor.person.ref, visitor.person.team
    colleagues = {p.ref for p in visitor.organisation.person if team and p.team == team} | {me}
    if whose == "mine":
        return [a for a in alerts if is_hers(visitor, a)]
    if whose == "team":
        return [a for a in alerts if {a["responsible_person"], a["claimed_by"]} & colleagues or _of_team(a, team)]
    return alerts


def is_hers(visitor: Visitor, alert: Mapping[str, Any]) -> bool:
    """Whether the visitor answers for it, or has taken it."""
    return bool(visitor.person.ref == (alert["claimed_by"] or alert["responsible_person"]))


def grouped(visitor: Visitor, alerts: Alerts) -> dict[str, Alerts]:
    """By what is to be done; in each group the visitor's own come first. What others answer for comes after that."""
    mine_first = sorted(alerts, key=lambda a: not is_hers(visitor, a))
    every = [a for a in mine_first if a["status"] == "open"]
    opened = [a for a in every if a["responsible_org"] == visitor.organisation.id]
    return {
        "now": [a for a in opened if not _can_wait(a)],
        "due": [a for a in opened if _can_wait(a)],
        "for_information": [a for a in every if a not in opened],
        "waiting": [a for a in mine_first if a["status"] in ALIVE[1:]],
        "handled": [a for a in alerts if a["status"] not in ALIVE][:HANDLED_SHOWN],
    }


def _can_wait(alert: Mapping[str, Any]) -> bool:
    return alert["family"] in REMINDERS and alert["priority"] != "high" and not alert["escalated_to"]


def _of_team(alert: Mapping[str, Any], team: str) -> bool:
    return bool(team) and alert["responsible_team"] == team
