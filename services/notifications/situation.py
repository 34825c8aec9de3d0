"""How the row of one person's situation is kept while her facts are read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from kernel.calendar import day_of
from kernel.facts import Fact
from kernel.views import Row, Rows
from services.notifications.next_step import Step, next_step

EMPTY: Mapping[str, Any] = {
    "workers": [],
    "placements": {},
    "plans": {},
    "reviews": {},
    "referrals": {},
    "referrals_elsewhere": {},
    "services": {},
    "assessments": {},
    "alerts": [],
    "open_alerts": 0,
    "steps": {},
    "involved": {},
}


def row_of(rows: Rows) -> Row:
    return rows.get() or dict(EMPTY)


def put(rows: Rows, fact: Fact, **columns: Any) -> None:
    """Change the row, and note that the stating organisation is involved."""
    row = {**row_of(rows), **columns}
    if not fact.own:
        known = row["involved"].get(fact.org) or {"since": told_on(fact)}
        last = max(known.get("last", ""), told_on(fact))
        row["involved"] = {**row["involved"], fact.org: {**known, "last": last}}
    rows.put(**{**row, "next_step": next_step(row)})


def without(steps: Mapping[str, Step], id_: str) -> dict[str, Step]:
    return {name: step for name, step in steps.items() if name != id_}


def told_on(fact: Fact) -> str:
    return day_of(fact.time).isoformat()


def put_one(rows: Rows, fact: Fact, column: str, key: str, states: Mapping[str, str], fields: tuple[str, ...]) -> None:
    """Keep what is known of one thing by its id, and where it stands since the newest statement about it."""
    things = row_of(rows)[column]
    id_ = str(getattr(fact.data, key))
    said = {f: _plain(v) for f in fields if (v := getattr(fact.data, f, None)) is not None}
    thing = {**things.get(id_, {}), **said, "state": states[fact.name], "org": fact.org}
    put(rows, fact, **{column: {**things, id_: thing}})


def reviewed_on(rows: Rows, fact: Fact, on: date | None) -> None:
    """What is booked comes first; else what the newest plan says."""
    row = row_of(rows)
    booked = [r["starts_at"][:10] for r in row["reviews"].values() if r["state"] == "scheduled" and r.get("starts_at")]
    said = [p["next_review_on"] for p in row["plans"].values() if p["state"] == "in_force" and p.get("next_review_on")]
    coming = min(booked, default=None) or max(said, default=None)
    held = max((d for d in (on, row.get("last_review_on")) if d), default=None)
    put(rows, fact, next_review_on=coming and date.fromisoformat(coming), last_review_on=held)


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value if isinstance(value, int) else str(value)
