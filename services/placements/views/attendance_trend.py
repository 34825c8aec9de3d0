"""How attendance goes from month to month, beside what the work activity was meant for (survey, row 23)."""

from __future__ import annotations

from typing import Any

from kernel.facts import Fact
from kernel.views import Column, Rows, View
from schemas.attendance.day import AttendanceDay
from schemas.attendance.day_corrected_v1 import AttendanceDayCorrected
from schemas.attendance.day_recorded_v1 import AttendanceDayRecorded
from schemas.referrals.submitted_v2 import ReferralSubmitted

MONTH, PURPOSE = "month", "purpose"
CAME, STAYED_AWAY = frozenset({"present", "partial"}), frozenset({"absent"})

view = View(
    name="attendance_trend",
    version=1,
    key=("kind", "item"),
    columns=(
        Column("kind", "text"),
        Column("item", "text"),
        Column("placement_id", "uuid"),
        Column("month", "text"),
        Column("came", "integer"),
        Column("absent", "integer"),
        Column("rate_pct", "integer"),
        Column("change_pct", "integer"),
        Column("purpose", "text[]", "sensitive"),
    ),
    title={"fi": "Läsnäolon kehitys", "sv": "Närvarons utveckling", "en": "Trend of attendance"},
    filters=("kind", "placement_id", "month", "purpose"),
)


@view.on(AttendanceDayRecorded, AttendanceDayCorrected)
def day(rows: Rows, fact: Fact) -> None:
    """One day more of a month; days that were swapped or not provided are no measure of anything."""
    said: AttendanceDay = fact.data
    if said.status not in CAME | STAYED_AWAY:
        return
    month = f"{said.date:%Y-%m}"
    item = f"{said.placement_id}:{month}"
    known: dict[str, Any] = rows.get(MONTH, item) or {"came": 0, "absent": 0, "purpose": _purpose(rows)}
    name = "came" if said.status in CAME else "absent"
    row = {**known, name: known[name] + 1, "kind": MONTH, "item": item}
    row["rate_pct"] = round(100 * row["came"] / (row["came"] + row["absent"]))
    rows.put(**{**row, "placement_id": said.placement_id, "month": month})
    if "change_pct" not in known or row["rate_pct"] != known["rate_pct"]:  # else it compares as it did
        _compare(rows, said)


def _compare(rows: Rows, said: AttendanceDay) -> None:
    """Each month against the one before it that has any days."""
    hers = [r for r in rows if r["kind"] == MONTH and r["placement_id"] == said.placement_id]
    months = sorted(hers, key=lambda r: str(r["month"]))
    for before, row in zip([None, *months], months, strict=False):
        change = row["rate_pct"] - before["rate_pct"] if before is not None else None
        if "change_pct" not in row or row["change_pct"] != change:
            rows.put(**{**row, "change_pct": change})


@view.on(ReferralSubmitted)
def meant(rows: Rows, fact: Fact) -> None:
    """What she was referred for, by the newest referral."""
    said: ReferralSubmitted = fact.data
    rows.put(kind=PURPOSE, item=PURPOSE, purpose=list(said.purpose))
    for row in [r for r in rows if r["kind"] == MONTH]:
        rows.put(**{**row, "purpose": list(said.purpose)})


def _purpose(rows: Rows) -> list[str]:
    return list((rows.get(PURPOSE, PURPOSE) or {}).get("purpose") or [])
