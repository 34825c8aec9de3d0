"""What the form of a day says of one client, beside what her site has said of that day before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from schemas.labels.lookup import LABELS

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
STATUSES = ("present", "absent")
MISSED = frozenset({"absent", "partial"})
"""Of such days the reason, the certificate and whether she told of it herself are kept."""
UNKNOWN, NO_CERTIFICATE = "unknown", "none"
CERTIFICATES = frozenset({*LABELS["Certificate"], NO_CERTIFICATE})

Row = Mapping[str, Any]


def client_of(row: Row, said: Row | None, day: date) -> dict[str, Any]:
    """Her placement as it was on a day, with what was said of that day."""
    expected = not row.get("weekdays") or WEEKDAYS[day.weekday()] in row["weekdays"]
    known = said or {}
    missed = known if known.get("status") in MISSED else {}
    return {
        "client_ref": str(row["client_ref"]),
        "placement_id": str(row["placement_id"]),
        "minutes": known.get("minutes_scheduled") or row.get("minutes_per_day"),
        "expected": expected and not _paused(row, day),
        "status": known.get("status", ""),
        "seen": known["recorded_at"].isoformat() if said else "",
        "minutes_present": known.get("minutes_present"),
        "reason": _kept(missed, "reason", UNKNOWN),
        "certificate": _kept(missed, "certificate", NO_CERTIFICATE),
        "notified": bool(missed.get("notified_by_client")),
    }


def paged(rows: list[dict[str, Any]], most: int) -> tuple[list[dict[str, Any]], str]:
    """So many placements as a page holds, and the last of them where others follow."""
    shown = rows[:most]
    return shown, str(shown[-1]["placement_id"]) if len(rows) > most else ""


def _kept(missed: Row, name: str, none: str) -> str:
    """What was said; nothing ("") where the reader may not know whether something was."""
    return "" if missed and name not in missed else str(missed.get(name) or none)


def _paused(row: Row, day: date) -> bool:
    first, last, resumed = row.get("suspended_from"), row.get("suspended_to"), row.get("resumed_from")
    if first is None or day < first or (last is not None and last < day):
        return False
    return resumed is None or not first < resumed <= day


def meant(client: Row, form: Mapping[str, str]) -> str:
    """The status of a day that is to be stated, or nothing where the form says what is known.

    The button for all others means those who are expected.
    """
    chosen = form.get(f"status-{client['placement_id']}", "")
    if not chosen and form.get("rest") == "present" and client["expected"] and not client["status"]:
        chosen = "present"
    if chosen != client["status"]:
        return chosen if chosen in STATUSES else ""
    before = {name: client[name] for name in ("reason", "certificate", "notified")}
    return chosen if chosen in MISSED and _details(client, form) != before else ""


def unnamed(client: Row, form: Mapping[str, str]) -> bool:
    """Whether it would take away a reason or certificate that the reader may not see: she must name both anew."""
    details = _details(client, form)
    return meant(client, form) in MISSED and not (details["reason"] and details["certificate"])


def _details(client: Row, form: Mapping[str, str]) -> dict[str, Any]:
    """What stands beside a missed day; what the form does not name stays as it was."""
    placement = client["placement_id"]
    reason, certificate = form.get(f"reason-{placement}", ""), form.get(f"certificate-{placement}", "")
    return {
        "reason": reason if reason in LABELS["AbsenceReason"] else client["reason"],
        "certificate": certificate if certificate in CERTIFICATES else client["certificate"],
        "notified": form.get(f"notified-{placement}") == "yes",
    }


def more(client: Row, form: Mapping[str, str], status: str) -> dict[str, Any]:
    """What a day's fact tells beside its status."""
    minutes = client["minutes"]
    known = {} if minutes is None else {"minutes_scheduled": minutes}
    if status == "present":
        return known if minutes is None else {**known, "minutes_present": minutes}
    details, there = _details(client, form), client["minutes_present"] if status == "partial" else 0
    return {
        **known,
        **({} if there is None else {"minutes_present": there}),
        "reason": details["reason"],
        "notified_by_client": details["notified"],
        **({} if details["certificate"] == NO_CERTIFICATE else {"certificate": details["certificate"]}),
    }
