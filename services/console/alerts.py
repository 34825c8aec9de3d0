"""The worklist and one alert: what others have done stands first, then why, then what one can do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from kernel.calendar import day_of
from kernel.decide import Decision, NotAllowed, NotThere, Stale
from kernel.discover import units
from kernel.pg_errors import translated
from kernel.processor import every_view
from kernel.views import View
from services.console.frame import Visitor, checked_form, frame_of, language_of, render, to_sign_in, visitor_of
from services.console.texts import REASONS, TEXTS
from services.console.words import Words

ALIVE = ("open", "claimed", "waiting")
SHOWN_DAYS = 28


def view_named(name: str) -> View:
    """A view by its name; the pages know no more of the services."""
    return next(v for _, v in every_view() if v.name == name)


def decision_named(name: str) -> Decision[Any]:
    """A decision by its name."""
    found = [d for d in units("services.notifications.decisions", Decision) if d.name == name]
    if not found:
        raise NotThere(name)
    return found[0]


async def inbox(request: Request) -> Response:
    """The worklist of the visitor's organisation: now, waiting, and what was closed or withdrawn lately."""
    visitor = visitor_of(request)
    if visitor is None:
        return to_sign_in()
    if visitor.operator:
        return RedirectResponse("/ops", 303)
    frame = frame_of(request)
    with translated():
        now = await frame.journal.now()
        alerts = await frame.gate.read(
            visitor.viewer(now),
            view_named("absence_alerts"),
            "responsible_org = $2",
            [visitor.organisation.id],
            "(status = 'open') DESC, (priority = 'high') DESC, raised_at DESC",
            300,
        )
    groups = {
        "now": [a for a in alerts if a["status"] == "open"],
        "waiting": [a for a in alerts if a["status"] in ("claimed", "waiting")],
        "handled": [a for a in alerts if a["status"] not in ALIVE][:20],
    }
    words = Words(language_of(request), frame.organisations)
    return render(request, "inbox.html", page="inbox", groups=groups, today=words.day(day_of(now)), as_of=now)


async def alert(request: Request, problem: str = "", status: int = 200) -> Response:
    """One alert; NotThere looks the same for what is not there and what is not yours."""
    visitor = visitor_of(request)
    if visitor is None:
        return to_sign_in()
    frame = frame_of(request)
    found = await _one(request, visitor)
    with translated():
        now = await frame.journal.now()
        days = await _days(request, visitor, found)
    words = Words(language_of(request), frame.organisations)
    return render(
        request,
        "alert.html",
        status,
        page="alert",
        a=found,
        days=days,
        statuses=("present", "partial", "absent", "service_not_provided", "swapped"),
        history=[_told(words, h) for h in found.get("history") or ()],
        reasons=REASONS,
        shown=orjson.dumps(found.get("raises") or []).decode(),
        problem=problem,
        as_of=now,
    )


async def _one(request: Request, visitor: Visitor) -> Mapping[str, Any]:
    frame = frame_of(request)
    with translated():
        now = await frame.journal.now()
        rows = await frame.gate.read(
            visitor.viewer(now), view_named("absence_alerts"), "alert_id = $2", [request.path_params["alert_id"]]
        )
    if visitor.operator or not rows:
        raise NotThere("alert")
    return rows[0]


async def _days(request: Request, visitor: Visitor, found: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """The days that were counted, without reasons: those are for the people entitled, on their own page."""
    if found["family"] not in ("absence", "silence") or not found.get("placement_id"):
        return []
    frame = frame_of(request)
    rows = await frame.gate.read(
        visitor.viewer(await frame.journal.now()),
        view_named("attendance_calendar"),
        "placement_id = $2 AND subject = $3",
        [found["placement_id"], found["client_ref"]],
        "date DESC",
        SHOWN_DAYS,
    )
    return sorted(rows, key=lambda r: r["date"])


def _told(words: Words, entry: Mapping[str, Any]) -> dict[str, Any]:
    """One line of what was done: when, what, who."""
    at = entry.get("at")
    return {
        "at": datetime.fromisoformat(at) if isinstance(at, str) else at,
        "what": words.t(key) if (key := f"h_{entry.get('what')}") in TEXTS else entry.get("what", ""),
        "who": words.name_of(entry.get("by")) if entry.get("by") else words.t("service"),
        "detail": words.t(f"r_{entry['reason']}") if entry.get("reason") in REASONS else entry.get("reason") or "",
    }


async def act(request: Request) -> Response:
    """Claim, acknowledge or close; what somebody else did meanwhile is shown, never overwritten."""
    visitor = visitor_of(request)
    if visitor is None:
        return to_sign_in()
    form = await checked_form(request)
    found = await _one(request, visitor)
    frame = frame_of(request)
    words = Words(language_of(request), frame.organisations)
    decision = decision_named(f"alert.{request.path_params['action']}")
    try:
        command = decision.command.model_validate(command_of(decision, found, form))
        await frame.decider.run(decision, str(found["client_ref"]), command, visitor.actor)
    except Stale:
        return await alert(request, words.t("stale"), 412)
    except NotAllowed as refused:
        return await alert(request, f"{words.t('not_allowed')}: {refused.detail}", 409)
    except ValidationError as wrong:
        fields = ", ".join(".".join(map(str, e["loc"])) for e in wrong.errors(include_input=False))
        return await alert(request, f"{words.t('not_allowed')}: {fields}", 422)
    return RedirectResponse(f"/alerts/{found['alert_id']}", 303)


def command_of(decision: Decision[Any], found: Mapping[str, Any], form: Mapping[str, str]) -> dict[str, Any]:
    """The command that the form stands for: only the raises that the page showed are closed, never more."""
    given: dict[str, Any] = {"alert_id": str(found["alert_id"])}
    if "version" in form:
        given["version"] = int(form["version"])
    if "reason" in form:
        given["reason"] = form["reason"]
    if "shown" in form:
        given["closes"] = orjson.loads(form["shown"])
    return {k: v for k, v in given.items() if k in decision.command.model_fields}
