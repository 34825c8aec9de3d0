"""What nobody tells: no day of a stay for two weeks (R-ABS-8), absences of which Kela does not hear (R-KELA-1)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from simulator.expected.agreed import Agreed
from simulator.expected.calendar import DAY, begins
from simulator.expected.heard import Heard, Standing, day
from simulator.expected.stays import OPEN, Stay, stays

FORTNIGHT = 14


def silences(heard: Heard, agreed: Agreed, _: date) -> Iterator[Standing]:
    """Stays that run and of which nothing is told; pauses do not count."""
    for stay in stays(heard, agreed):
        newest = max((d for d in (stay.newest, stay.started_on) if d), default=None)
        if newest is None:
            continue
        since = _days_later(stay, newest, stay.number("R-ABS-8", "days", FORTNIGHT, newest))
        end = stay.over_on
        if since is not None and (end is None or since <= end):
            yield Standing("R-ABS-8", stay.id, begins(since), begins(end + DAY) if end else None)


def _days_later(stay: Stay, on: date, count: int) -> date | None:
    """So many days later, without those of pauses; nothing when a pause has no end."""
    while count:
        on += DAY
        within = [last for first, last in stay.pauses if first <= on <= last]
        if OPEN in within:
            return None
        count -= not within
    return on


def untold_to_kela(heard: Heard, agreed: Agreed, _: date) -> Iterator[Standing]:
    """From two weeks after the oldest absence that stands on no form, until it stands on one."""
    forms = heard.of("kela_absence_notice.sent")
    for stay in stays(heard, agreed):
        told = [
            (day(f.data["period_from"]), day(f.data["period_to"]))
            for f in forms
            if f.data.get("placement_id") in (None, stay.id)
        ]
        absent = sorted(d for d, said in stay.days.items() if said["status"] == "absent" and stay.expected(d))
        first = next((d for d in absent if not any(a <= d <= b for a, b in told)), OPEN)
        if first < OPEN:
            wait = timedelta(days=stay.number("R-KELA-1", "days", FORTNIGHT, first))
            yield Standing("R-KELA-1", stay.id, begins(first + wait))
