"""How days at the site go: mostly well, sometimes not, and written down by the site in its own rhythm."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from simulator.life import AFTERNOON, Life, Placement
from simulator.setting import FORTNIGHTLY
from simulator.statement import Data, Statement, at

REASONS = (
    ("own_illness", 46),
    ("agreed_leave", 16),
    ("other_service", 12),
    ("child_illness_u10", 9),
    ("job_interview", 6),
    ("other", 11),
)
REGULAR, SHAKY = 4.0, 15.0
"""Days in a hundred missed with a reason."""
FORTNIGHT = timedelta(days=14)
LATE_BY = 6
"""Days by which one host's second batch is late."""


@dataclass
class Habits:
    """How somebody attends: per cent of days missed with a reason; days missed without a word, days that the site is
    closed, days on which she certainly comes, days of a pause. `days` is what has been told.
    """

    missed: float = REGULAR
    vanished: frozenset[date] = frozenset()
    closed: frozenset[date] = frozenset()
    present: frozenset[date] = frozenset()
    resting: frozenset[date] = frozenset()
    days: dict[date, Statement] = field(default_factory=dict)


def attend(life: Life, place: Placement, habits: Habits, first: date, last: date) -> None:
    """State every scheduled day from a day to a day, and keep what was stated in the habits."""
    ill = False
    for day in place.scheduled(first, last):
        if day in habits.resting:
            continue
        ill = ill and life.chance(45)
        data = _day(life, place, habits, day, ill)
        ill = data.get("reason") == "own_illness"
        habits.days[day] = state_day(life, place, day, data)


def tell_kela(life: Life, place: Placement, habits: Habits, until: date) -> None:
    """Each second Monday the provider tells Kela of the fortnight's absences, on one form (TT3)."""
    days = [d for d, said in habits.days.items() if said.data["status"] == "absent"]
    first = min(days, default=until)
    monday = first - timedelta(days=first.weekday())
    while monday + FORTNIGHT < until:
        last = monday + FORTNIGHT - timedelta(days=1)
        if missed := [d for d in days if monday <= d <= last]:
            sent = max(last + timedelta(days=1), *(habits.days[d].sent for d in missed))
            period = {"period_from": monday.isoformat(), "period_to": last.isoformat()}
            notice = {"placement_id": place.id, **period, "days": len(missed), "form": "TT3"}
            if sent < until:
                life.say(place.host, "kela_absence_notice.sent", sent, notice, part=AFTERNOON)
        monday += FORTNIGHT


def state_day(life: Life, place: Placement, day: date, data: Data) -> Statement:
    """A day as the host writes it: the same day, or with its two-week file."""
    sent = sent_on(life, place, day)
    return life.say(
        place.host,
        "attendance.day_recorded",
        day,
        data,
        part=AFTERNOON,
        sent=sent,
        batch=True,
        recorded=at(sent, 13 * 60) if sent > day else None,
        wave=0 if day < life.setting.start else 1,
    )


def sent_on(life: Life, place: Placement, day: date) -> date:
    """The day on which a host sends what it wrote about a day."""
    rhythm, week = life.setting.rhythms[place.host.id]
    if rhythm != FORTNIGHTLY:
        return day
    since = (day - life.setting.start).days - 7 * week
    friday = life.setting.start + timedelta(days=7 * week + since // 14 * 14 + 11)
    friday += timedelta(days=14 if friday < day else 0)
    return friday + timedelta(days=LATE_BY) if _is_late(life, place, friday) else friday


def _is_late(life: Life, place: Placement, friday: date) -> bool:
    filing = sorted(o for o, (r, _) in life.setting.rhythms.items() if r == FORTNIGHTLY)
    first = life.setting.start + timedelta(days=7 * life.setting.rhythms[place.host.id][1] + 25)
    return place.host.id == filing[0] and friday == first


def _day(life: Life, place: Placement, habits: Habits, day: date, ill: bool) -> dict[str, object]:
    data: dict[str, object] = {
        "placement_id": place.id,
        "date": day.isoformat(),
        "minutes_scheduled": place.minutes,
    }
    if day in habits.closed:
        return {**data, "status": "service_not_provided", "minutes_present": 0, "notified_by_client": False}
    if day in habits.vanished:
        return {**data, **no_show()}
    if day not in habits.present and (ill or life.chance(habits.missed)):
        return {**data, **_absent(life, ill)}
    if life.chance(3):
        return {**data, "status": "partial", "minutes_present": place.minutes // 3, "notified_by_client": True}
    return {**data, "status": "present", "minutes_present": place.minutes, "notified_by_client": False}


def no_show() -> dict[str, object]:
    """Absent, and nobody knows why."""
    return {
        "status": "absent",
        "minutes_present": 0,
        "reason": "unknown",
        "notified_by_client": False,
        "certificate": "not_needed",
    }


def _absent(life: Life, ill: bool) -> dict[str, object]:
    reason = "own_illness" if ill else life.random.choices([r for r, _ in REASONS], [w for _, w in REASONS])[0]
    notified = reason != "other" and life.chance(92)
    certificate = life.random.choice(("received", "missing")) if ill and life.chance(60) else "not_needed"
    return {
        "status": "absent",
        "minutes_present": 0,
        "reason": reason,
        "notified_by_client": notified,
        "certificate": certificate,
    }


def correct(life: Life, place: Placement, wrong: Statement, on: date, better: Mapping[str, object]) -> Statement:
    """The host says a day anew, naming what it had said."""
    day = date.fromisoformat(str(wrong.data["date"]))
    data = {**wrong.data, **better}
    return life.say(
        place.host,
        "attendance.day_corrected",
        day,
        data,
        part=AFTERNOON,
        sent=on,
        corrects=wrong.id,
        recorded=at(on, 14 * 60 + 35),
        wave=2,
    )
