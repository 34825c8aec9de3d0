"""The day at a workshop without a system of its own: who was there, who was not, and whom somebody should call."""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from kernel.calendar import HELSINKI, day_of
from kernel.decide import NotThere
from kernel.pg_errors import translated
from schemas.labels.lookup import LABELS
from services.console.day_form import STATUSES, client_of, meant, more, paged, unnamed
from services.console.frame import Visitor, checked_form, frame_of, render, to_sign_in, visitor_of, words_of
from services.console.inbox import view_named
from services.console.words import Words

BACK = timedelta(days=14)
"""So far back days may be filled in: as long as a two-week file would be late."""
SHOWN = 200
RECORDED, CORRECTED = "fi.polku.attendance.day_recorded.v1", "fi.polku.attendance.day_corrected.v1"
CONTACT = "fi.polku.supervisor.contact_requested.v1"
HERE = """provider_org = $2::text AND placement_id > $4::uuid AND state <> 'planned'
    AND (agreed OR started_on IS NOT NULL OR last_recorded_on IS NOT NULL OR state = 'suspended')
    AND COALESCE(started_on, start_on, $3::date) <= $3::date AND COALESCE(ended_on, end_on, $3::date) >= $3::date"""
"""Who was there on a day, whatever has become of the placement since."""
SAID = "recorded_by = $2::text AND date = $3::date AND placement_id = ANY($4::uuid[])"
FIRST = str(UUID(int=0))
"""Comes before every placement."""

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
        after = _after(request.query_params.get("after", ""))
        clients, following = await _clients(request, visitor, now, day, after)
    return render(
        request,
        "attendance.html",
        status,
        page="attendance",
        path="/attendance",
        clients=clients,
        on=day,
        after=after,
        further=after != FIRST,
        following=following,
        shown=SHOWN,
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
    after = _after(form.get("after", ""))
    with translated():
        clients, _ = await _clients(request, visitor, now, day, after)
    form["opened"] = _opened(form.get("opened", ""), now).isoformat()
    stale = [c for c in clients if meant(c, form) and form.get(f"seen-{c['placement_id']}", "") != c["seen"]]
    bare = [c for c in clients if c not in stale and unnamed(c, form)]
    said = [c for c in clients if c not in stale and c not in bare]
    events = [e for c in said for e in _stated(visitor, c, form, day, day_of(now), frame.form_key)]
    fates = await frame.door.state(visitor.organisation, visitor.person, events) if events else []
    await _until_shown(request, visitor, fates)
    failed = any(fate["status"] == "failed" for fate in fates)
    for wrong, told, status in ((stale, "a_meanwhile", 409), (bare, "a_unnamed", 422), (failed, "a_refused", 422)):
        if wrong:
            return await attendance(_of(request, day, after), words.t(told), status)
    return RedirectResponse(f"/attendance?{_address(day, after)}&saved={len(fates)}", 303)


def _keeper(request: Request) -> Visitor | None:
    """Who is signed in, when she keeps the attendance of a site; for others there is no such page."""
    visitor = visitor_of(request)
    if visitor is not None and not visitor.keeps_attendance:
        raise NotThere("attendance")
    return visitor


def _of(request: Request, day: date, after: str = FIRST) -> Request:
    """The same request, asking for a day."""
    return Request({**request.scope, "query_string": _address(day, after).encode()}, request.receive)


def _address(day: date, after: str) -> str:
    return f"day={day}" + (f"&after={after}" if after != FIRST else "")


async def _until_shown(request: Request, visitor: Visitor, fates: Sequence[Row]) -> None:
    receipts = [fate["receipt"] for fate in fates if "receipt" in fate]
    if receipts:
        await frame_of(request).door.seen(visitor.organisation, visitor.person, "/v1/attendance-calendar", receipts)


async def _clients(
    request: Request, visitor: Visitor, now: datetime, day: date, after: str
) -> tuple[list[dict[str, Any]], str]:
    """Those who are at the organisation's sites on a day, the expected first, each with what was said of her.

    So many as a page holds, and after whom the next page begins, if there is one.
    """
    gate, viewer, asked = frame_of(request).gate, visitor.viewer(now), [visitor.organisation.id, day]
    register, calendar = view_named("placement_register"), view_named("attendance_calendar")
    rows, following = paged(await gate.read(viewer, register, HERE, [*asked, after], "placement_id", SHOWN + 1), SHOWN)
    said = await gate.read(viewer, calendar, SAID, [*asked, [r["placement_id"] for r in rows]], "subject", SHOWN)
    known = {row["placement_id"]: row for row in said}
    found = [client_of(row, known.get(row["placement_id"]), day) for row in rows]
    return sorted(found, key=lambda client: not client["expected"]), following


def _stated(
    visitor: Visitor, client: Row, form: Mapping[str, str], day: date, today: date, key: bytes
) -> Iterator[dict[str, Any]]:
    """The events of one client: her day, and the wish that somebody calls her."""
    placement = client["placement_id"]
    if status := meant(client, form):
        data = {"placement_id": placement, "date": day.isoformat(), "status": status, **more(client, form, status)}
        type_ = CORRECTED if client["status"] else RECORDED
        yield _event(visitor, client, type_, day, data, key, _written_down(form["opened"], client["seen"]))
    concern = form.get(f"concern-{placement}", "")
    if concern in LABELS["ConcernCode"]:
        yield _event(visitor, client, CONTACT, today, {"placement_id": placement, "code": concern}, key)


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


def _after(given: str) -> str:
    """After which placement the page begins."""
    try:
        return str(UUID(given))
    except ValueError:
        return FIRST


def _labelled(words: Words, code_list: str) -> list[tuple[str, str]]:
    at = ("fi", "sv", "en").index(words.language)
    return [(code, texts[at]) for code, texts in LABELS[code_list].items()]
