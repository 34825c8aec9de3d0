"""Asks the door after a play what can be seen now: counts, work done twice, and one alert's whole story."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from simulator.partner import Door, DoorError
from simulator.region import Org, Region
from simulator.statement import HELSINKI

Row = Mapping[str, Any]


async def seen(door: Door, region: Region, first: Iterable[str] = ()) -> dict[str, Any]:
    """What the organiser sees: referrals, placements, alerts, doubles; and the story of one of its alerts.

    `first` are client references whose alerts make good stories.
    """
    county = region.county
    referrals = await rows(door, "referrals", county)
    placements = await rows(door, "placements", county)
    alerts = await rows(door, "alerts", county)
    doubles = await rows(door, "duplicates", county)
    still_open = [a for a in alerts if a["status"] in ("open", "claimed", "waiting")]
    return {
        "referrals": _counts(referrals, "state"),
        "referrers": _counts(referrals, "referrer_type"),
        "placements": _counts(placements, "state"),
        "alerts": _counts(alerts, "status"),
        "open_alerts": _counts(still_open, "family"),
        "doubles": [_double(d, region) for d in doubles],
        "story": await _story(door, region, alerts, frozenset(first)),
        "sign_in": _sign_in(region, still_open),
    }


async def rows(door: Door, path: str, org: Org, **asked: str) -> list[Row]:
    """All rows of a read model that an organisation may see."""
    found: list[Row] = []
    params = {**asked, "limit": "500"}
    while True:
        answer = await door.ask("GET", f"/v1/{path}", org.id, params=params)
        if answer.status_code != 200:
            raise DoorError(f"GET /v1/{path}: {answer.status_code} {answer.text[:300]}")
        page = answer.json()
        found += page["items"]
        if not page.get("next"):
            return found
        params["cursor"] = page["next"]


def _counts(found: Sequence[Row], column: str) -> dict[str, int]:
    return dict(Counter(str(row.get(column) or "unknown") for row in found).most_common())


def _double(row: Row, region: Region) -> dict[str, Any]:
    orgs = [region.by_id[o].name if o in region.by_id else o for o in row.get("orgs") or ()]
    return {"rule": row["rule"], "state": row["state"], "since": row.get("since"), "organisations": orgs}


def _sign_in(region: Region, still_open: Sequence[Row]) -> dict[str, Any]:
    """Who has most to do: a good one to sign in as."""
    county = region.county
    people = {w.ref: w for w in county.person}
    busy = Counter(a.get("responsible_person") for a in still_open if a.get("responsible_org") == county.id)
    ref = next((r for r, _ in busy.most_common() if r in people), next(iter(people), ""))
    worker = people.get(ref)
    name = worker.name if worker else ""
    return {"name": name, "ref": ref, "organisation": county.name, "alerts": busy.get(ref, 0)}


async def _story(door: Door, region: Region, alerts: Sequence[Row], first: frozenset[str]) -> dict[str, Any] | None:
    """The fullest story from an absence to a close."""
    absences = [a for a in alerts if a["family"] == "absence"]
    if not absences:
        return None

    def fullness(alert: Row) -> tuple[bool, bool, int]:
        return alert["client_ref"] in first, alert["status"] == "closed", len(alert["history"] or ())

    chosen = max(absences, key=fullness)
    days = await rows(
        door, "attendance-calendar", region.county, client_ref=chosen["client_ref"], placement_id=chosen["placement_id"]
    )
    facts = _numbers(chosen)
    raised = _instant(chosen["raised_at"])
    told = [d for d in days if facts["from"] <= d["date"] <= raised.date().isoformat() and d["status"] == "absent"]
    ended = max((str(e["at"]) for e in chosen["history"] or () if e["what"] == "closed"), default="")
    later = [d for d in days if ended and d["status"] == "absent" and d["date"] > _instant(ended).date().isoformat()]
    return {
        "alert_id": chosen["alert_id"],
        "client_ref": chosen["client_ref"],
        "status": chosen["status"],
        "why": facts["why"],
        "days": [
            {
                "date": d["date"],
                "status": d["status"],
                "notified": bool(d.get("notified_by_client")),
                "site": _name(region, d.get("recorded_by")),
                "recorded_at": d.get("recorded_at"),
            }
            for d in sorted(told, key=lambda d: d["date"])[-8:]
        ],
        "absent_later": len(later),
        "steps": [_step(entry, region) for entry in chosen["history"] or ()],
        "responsible": _person(region, chosen.get("responsible_org"), chosen.get("responsible_person")),
        "closed_as": chosen.get("closed_reason"),
    }


def _numbers(alert: Row) -> dict[str, Any]:
    """The figures of the rules behind an alert, and the first day they speak of."""
    why = [{"rule": w["rule"], **w["facts"]} for w in alert["why"] or ()]
    starts = [str(w["window_from"]) for w in why if w.get("window_from")]
    return {"why": why, "from": min(starts, default=date.min.isoformat())}


def _step(entry: Row, region: Region) -> dict[str, Any]:
    by = _person(region, entry.get("org"), entry.get("by"))
    return {"at": entry["at"], "what": entry["what"], "by": by, "reason": entry.get("reason")}


def _person(region: Region, org: object, ref: object) -> str:
    """Name and organisation of somebody who works there."""
    found = region.by_id.get(str(org))
    if found is None:
        return ""
    name = next((w.name for w in found.person if w.ref == ref), str(ref or ""))
    return f"{name}, {found.name}" if name else found.name


def _name(region: Region, org: object) -> str:
    found = region.by_id.get(str(org))
    return found.name if found else str(org or "")


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(HELSINKI)
