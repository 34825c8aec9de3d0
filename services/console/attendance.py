"""The day at a workshop without a system of its own: who was there, who was not, and whom somebody should call."""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from kernel.calendar import HELSINKI, day_of
from kernel.decide import NotThere
from kernel.pg_errors import translated
from schemas.labels.lookup import LABELS
from services.console.frame import Visitor, checked_form, frame_of, render, to_sign_in, visitor_of, words_of
from services.console.inbox import view_named
from services.console.words import Words

BACK = timedelta(days=14)
"""So far back days may be filled in: as long as a two-week file would be late."""
SHOWN = 200
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
STATUSES = ("present", "absent")
RECORDED, CORRECTED = "fi.polku.attendance.day_recorded.v1", "fi.polku.attendance.day_corrected.v1"
CONTACT = "fi.polku.supervisor.contact_requested.v1"
HERE = """provider_org = $2::text AND state IN ('running', 'agreed', 'suspended')
    AND COALESCE(started_on, start_on, $3::date) <= $3::date AND COALESCE(end_on, $3::date) >= $3::date"""
SAID = "recorded_by = $2::text AND date = $3::date"

Row = Mapping[str, Any]


async def attendance(request: Request, problem: str = "", status: int = 200) -> Response:
    """The form of one day, with what has been said of it already."""
    visitor = _keeper(request)
    if visitor is None:
        return to_sign_in()
    words = words_of(request)
    with translated():
        now = await frame_of(request).journal.now()
        day = _day(request.query_params.get("day", ""), day_of(now)) or day_of(now)
        clients = await _clients(request, visitor, now, day)
    return render(
        request,
        "attendance.html",
        status,
        page="attendance",
        path="/attendance",
        clients=clients,
        on=day,
        first=day_of(now) - BACK,
        last=day_of(now),
        statuses=STATUSES,
        reasons=_labelled(words, "AbsenceReason"),
        certificates=_labelled(words, "Certificate"),
        concerns=_labelled(words, "ConcernCode"),
        saved=request.query_params.get("saved", "") if not problem else "",
        problem=problem,
        as_of=now,
    )


async def record(request: Request) -> Response:
    """State what the form says and nothing that has been said; what others said meanwhile is shown, not overwritten."""
    visitor = _keeper(request)
    if visitor is None:
        return to_sign_in()
    form, frame, words = await checked_form(request), frame_of(request), words_of(request)
    with translated():
        now = await frame.journal.now()
        day = _day(form.get("day", ""), day_of(now))
    if day is None:
        return await attendance(_of(request, day_of(now)), words.t("a_wrong_day"), 422)
    with translated():
        clients = await _clients(request, visitor, now, day)
    form["opened"] = _opened(form.get("opened", ""), now).isoformat()
    stale = [c for c in clients if _meant(c, form) and form.get(f"seen-{c['placement_id']}", "") != c["seen"]]
    events = [e for c in clients if c not in stale for e in _stated(visitor, c, form, day, day_of(now), frame.form_key)]
    fates = await frame.door.state(visitor.organisation, visitor.person, events) if events else []
    await _until_shown(request, visitor, fates)
    if stale:
        return await attendance(_of(request, day), words.t("a_meanwhile"), 409)
    if any(fate["status"] == "failed" for fate in fates):
        return await attendance(_of(request, day), words.t("a_refused"), 422)
    return RedirectResponse(f"/attendance?day={day}&saved={len(fates)}", 303)


def _keeper(request: Request) -> Visitor | None:
    """Who is signed in, when she keeps the attendance of a site; for others there is no such page."""
    visitor = visitor_of(request)
    if visitor is not None and not visitor.keeps_attendance:
        raise NotThere("attendance")
    return visitor


def _of(request: Request, day: date) -> Request:
    """The same request, asking for a day."""
    return Request({**request.scope, "query_string": f"day={day}".encode()}, request.receive)


async def _until_shown(request: Request, visitor: Visitor, fates: Sequence[Row]) -> None:
    receipts = [fate["receipt"] for fate in fates if "receipt" in fate]
    if receipts:
        await frame_of(request).door.seen(visitor.organisation, visitor.person, "/v1/attendance-calendar", receipts)


async def _clients(request: Request, visitor: Visitor, now: datetime, day: date) -> list[dict[str, Any]]:
    """Those who are at the organisation's sites on a day, the expected first, each with what was said of her."""
    gate, viewer, asked = frame_of(request).gate, visitor.viewer(now), [visitor.organisation.id, day]
    rows = await gate.read(viewer, view_named("placement_register"), HERE, asked, "subject, placement_id", SHOWN)
    said = await gate.read(viewer, view_named("attendance_calendar"), SAID, asked, "subject", SHOWN)
    known = {row["placement_id"]: row for row in said}
    found = [_client(row, known.get(row["placement_id"]), day) for row in rows]
    return sorted(found, key=lambda client: not client["expected"])


def _client(row: Row, said: Row | None, day: date) -> dict[str, Any]:
    expected = not row.get("weekdays") or WEEKDAYS[day.weekday()] in row["weekdays"]
    return {
        "client_ref": str(row["client_ref"]),
        "placement_id": str(row["placement_id"]),
        "minutes": row.get("minutes_per_day"),
        "expected": expected and row["state"] != "suspended",
        "status": said["status"] if said else "",
        "seen": said["recorded_at"].isoformat() if said else "",
    }


def _meant(client: Row, form: Mapping[str, str]) -> str:
    """What the form says of a client that is not known yet; the button for all others means those who are expected."""
    chosen = form.get(f"status-{client['placement_id']}", "")
    if not chosen and form.get("rest") == "present" and client["expected"] and not client["status"]:
        chosen = "present"
    told = form.get(f"reason-{client['placement_id']}", "")
    told = told or form.get(f"certificate-{client['placement_id']}", "")
    known = chosen == client["status"] and not (chosen == "absent" and told)
    return "" if known or chosen not in STATUSES else chosen


def _stated(
    visitor: Visitor, client: Row, form: Mapping[str, str], day: date, today: date, key: bytes
) -> Iterator[dict[str, Any]]:
    """The events of one client: her day, and the wish that somebody calls her."""
    placement = client["placement_id"]
    if status := _meant(client, form):
        data = {"placement_id": placement, "date": day.isoformat(), "status": status, **_more(client, form, status)}
        type_ = CORRECTED if client["status"] else RECORDED
        yield _event(visitor, client, type_, day, data, key, _written_down(form["opened"], client["seen"]))
    concern = form.get(f"concern-{placement}", "")
    if concern in LABELS["ConcernCode"]:
        yield _event(visitor, client, CONTACT, today, {"placement_id": placement, "code": concern}, key)


def _more(client: Row, form: Mapping[str, str], status: str) -> dict[str, Any]:
    minutes = client["minutes"]
    known = {} if minutes is None else {"minutes_scheduled": minutes}
    if status == "present":
        return known if minutes is None else {**known, "minutes_present": minutes}
    reason = form.get(f"reason-{client['placement_id']}", "")
    told = reason if reason in LABELS["AbsenceReason"] else "unknown"
    notified = form.get(f"notified-{client['placement_id']}") == "yes"
    certificate = form.get(f"certificate-{client['placement_id']}", "")
    shown = {"certificate": certificate} if certificate in LABELS["Certificate"] else {}
    return {**known, "minutes_present": 0, "reason": told, "notified_by_client": notified, **shown}


def _event(
    visitor: Visitor, client: Row, type_: str, day: date, data: Mapping[str, Any], key: bytes, recorded: str = ""
) -> dict[str, Any]:
    """The event; the same form sent twice makes the same one, whose id tells nobody what it says."""
    source = f"urn:polku:{visitor.organisation.id}:form"
    said = "|".join((source, type_, str(day), recorded, *(f"{k}={v}" for k, v in sorted(data.items()))))
    return {
        "specversion": "1.0",
        "id": "form-" + hmac.digest(key, said.encode(), sha256().name).hex()[:40],
        "source": source,
        "type": type_,
        "subject": client["client_ref"],
        "time": datetime.combine(day, time(), HELSINKI).astimezone(UTC).isoformat(),
        **({"recordedtime": recorded} if recorded else {}),
        "data": dict(data),
    }


def _opened(given: str, now: datetime) -> datetime:
    """When the form was drawn, which counts as when it was written down: so a form sent twice says the same."""
    try:
        opened = datetime.fromisoformat(given)
    except ValueError:
        return now
    return opened if opened.tzinfo and now - BACK <= opened <= now else now


def _written_down(opened: str, seen: str) -> str:
    """Later than the word whose place it takes, also when no time has passed between."""
    moment = datetime.fromisoformat(opened)
    if seen:
        moment = max(moment, datetime.fromisoformat(seen) + timedelta(milliseconds=1))
    return moment.astimezone(UTC).isoformat()


def _day(given: str, today: date) -> date | None:
    """The day that is asked for, if it may be filled in."""
    try:
        day = date.fromisoformat(given)
    except ValueError:
        return None
    return day if today - BACK <= day <= today else None


def _labelled(words: Words, code_list: str) -> list[tuple[str, str]]:
    at = ("fi", "sv", "en").index(words.language)
    return [(code, texts[at]) for code, texts in LABELS[code_list].items()]
