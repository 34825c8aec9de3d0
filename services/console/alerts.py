"""One alert: what others have done stands first, then why it rang, then what one can do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import orjson
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from kernel.calendar import day_of
from kernel.decide import Decision, NotAllowed, NotThere, Stale
from kernel.discover import units
from kernel.pg_errors import translated
from services.console.frame import Visitor, checked_form, frame_of, render, to_sign_in, visitor_of, words_of
from services.console.inbox import ALIVE, view_named
from services.console.texts import REASONS, TEXTS
from services.console.words import Words

SHOWN_DAYS = 28
STATUSES = ("present", "partial", "absent", "service_not_provided", "swapped")
LONGEST_WAIT = timedelta(days=92)
FIELDS = ("reason", "until", "to")
DOUBLES = frozenset(f"D{n:02}" for n in range(1, 19))
"""Rules of double work: what they suspect has a page of its own."""


def decision_named(name: str) -> Decision[Any]:
    """A decision by its name."""
    found = [d for d in units("services.notifications.decisions", Decision) if d.name == name]
    if not found:
        raise NotThere(name)
    return found[0]


async def alert(request: Request, problem: str = "", status: int = 200, tried: str = "") -> Response:
    """One alert as it stands; what is not yours looks as if it were not there. `tried` is what was not done."""
    visitor = visitor_of(request)
    if visitor is None:
        return to_sign_in()
    found = await _one(request, visitor)
    with translated():
        now = await frame_of(request).journal.now()
        seen = {
            "days": await _days(request, visitor, found),
            "held": await _is_held(request, found),
            **await _situation(request, visitor, found, day_of(now)),
        }
    return render(
        request,
        "alert.html",
        status,
        page="alert",
        path=f"/alerts/{found['alert_id']}",
        a=found,
        **seen,
        **_doing(words_of(request), visitor, found, day_of(now)),
        problem=problem,
        tried=tried,
        as_of=now,
    )


def _doing(words: Words, visitor: Visitor, found: Mapping[str, Any], today: date) -> dict[str, Any]:
    """What was done, and what the visitor may do."""
    history = [_told(words, h) for h in reversed(found.get("history") or ())]
    return {
        "statuses": STATUSES,
        "done": [h for h in history if h["by_people"]],
        "history": history,
        "alive": found["status"] in ALIVE,
        "elsewhere": bool(found["claimed_org"]) and found["claimed_org"] != visitor.organisation.id,
        "mine": found["claimed_by"] == visitor.person.ref,
        "colleagues": [p for p in visitor.organisation.person if p.ref != visitor.person.ref],
        "reason_codes": REASONS,
        "doubles": DOUBLES,
        "shown": orjson.dumps(found.get("raises") or []).decode(),
        "earliest": today + timedelta(days=1),
        "latest": today + LONGEST_WAIT,
    }


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


async def _situation(
    request: Request, visitor: Visitor, found: Mapping[str, Any], today: date
) -> Mapping[str, Mapping[str, Any] | list[Any]]:
    """What is known of the client elsewhere and who is there for her today, as far as the visitor may see it."""
    frame = frame_of(request)
    rows = await frame.gate.read(
        visitor.viewer(await frame.journal.now()), view_named("client_situation"), "subject = $2", [found["client_ref"]]
    )
    known: Mapping[str, Any] = rows[0] if rows else {}
    workers = [w for w in known.get("workers") or () if w["from"] <= today.isoformat() <= w.get("to", "9999")]
    return {"situation": known, "workers": workers}


async def _is_held(request: Request, found: Mapping[str, Any]) -> bool:
    """Whether something about the client waits to be mended."""
    pool = frame_of(request).journal.pool
    held = await pool.fetchval("SELECT EXISTS (SELECT FROM react.hold WHERE subject = $1)", found["client_ref"])
    return bool(held)


def _told(words: Words, entry: Mapping[str, Any]) -> dict[str, Any]:
    """One line of what was done: when, what, who."""
    at, reason = entry.get("at"), str(entry.get("reason") or "")
    return {
        "at": datetime.fromisoformat(at) if isinstance(at, str) else at,
        "what": words.t(key) if (key := f"h_{entry.get('what')}") in TEXTS else entry.get("what", ""),
        "who": words.name_of(entry.get("by")) if entry.get("by") else words.t("service"),
        "by_people": bool(entry.get("by")),
        "detail": words.t(key) if (key := f"r_{reason}") in TEXTS else reason.replace("_", " "),
    }


async def back(request: Request) -> Response:
    """An action's address opened by hand, or after a refused action: the alert itself."""
    return RedirectResponse(f"/alerts/{request.path_params['alert_id']}", 303)


async def act(request: Request) -> Response:
    """Claim, acknowledge, wait, hand over, close or reopen; what somebody else did meanwhile is never overwritten."""
    visitor = visitor_of(request)
    if visitor is None:
        return to_sign_in()
    form, words = await checked_form(request), words_of(request)
    found = await _one(request, visitor)
    decision = decision_named(f"alert.{request.path_params['action']}")
    if form.get("to") not in (None, *(p.ref for p in visitor.organisation.person)):  # the page offers colleagues only
        return await alert(request, f"{words.t('wrong_field')}: {_field(words, 'to')}", 422)
    try:
        command = decision.command.model_validate(command_of(decision, found, form))
        await frame_of(request).decider.run(decision, str(found["client_ref"]), command, visitor.actor)
    except Stale:
        return await alert(request, words.t("stale"), 412, _tried(words, decision, form))
    except NotAllowed as refused:
        key = f"no_{refused.code}"
        reason = words.t(key) if key in TEXTS else refused.detail
        return await alert(request, f"{words.t('not_allowed')}: {reason}", 409, _tried(words, decision, form))
    except ValidationError as wrong:
        fields = ", ".join(sorted({_field(words, str(e["loc"][0])) for e in wrong.errors(include_input=False)}))
        return await alert(request, f"{words.t('wrong_field')}: {fields}", 422)
    return RedirectResponse(f"/alerts/{found['alert_id']}", 303)


def command_of(decision: Decision[Any], found: Mapping[str, Any], form: Mapping[str, str]) -> dict[str, Any]:
    """The command that the form stands for: only the raises that the page showed are closed, never more."""
    given: dict[str, Any] = {"alert_id": str(found["alert_id"]), **{k: form[k] for k in FIELDS if k in form}}
    if "version" in form:
        given["version"] = form["version"]
    if "shown" in form:
        given["closes"] = _named(form["shown"])
    return {k: v for k, v in given.items() if k in decision.command.model_fields}


def _named(shown: str) -> Any:
    """The raises that the page named; what is no JSON names none, which the command refuses."""
    try:
        return orjson.loads(shown)
    except orjson.JSONDecodeError:
        return None


def _field(words: Words, name: str) -> str:
    return words.t(key) if (key := f"f_{name}") in TEXTS else name


def _tried(words: Words, decision: Decision[Any], form: Mapping[str, str]) -> str:
    """What the visitor wanted, so that she need not remember it."""
    told = words.t(key) if (key := decision.name.removeprefix("alert.")) in TEXTS else decision.name
    reason = form.get("reason", "")
    return f"{told} ({words.t(f'r_{reason}')})" if reason in REASONS else told
