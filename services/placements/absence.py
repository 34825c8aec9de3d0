"""A placement's missed days, counted the ways that the absence rules count them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from kernel.calendar import is_working_day
from kernel.rules import Params, Resolved
from services.placements.placement import CHILD_ILL, UNKNOWN_REASONS, Mark, Placement
from services.placements.schedule import DAY, Schedule, schedule_of


@dataclass(frozen=True, slots=True)
class Absences:
    """The days that count, in order. `missed`: absent for whatever reason, or there less than half of the time;
    `unexcused` and `unnoticed`: absent without a good reason, absent without notice.
    """

    schedule: Schedule
    recorded: Sequence[tuple[date, Mark]]
    missed: Sequence[date]
    unexcused: Sequence[date]
    unnoticed: Sequence[date]
    _grace: dict[int, date] = field(default_factory=dict)

    def past_grace(self, day: date, count: int) -> bool:
        """Whether the first expected days, so many, lie before this day."""
        if count not in self._grace:
            self._grace[count] = self.schedule.after_first(count)
        return day > self._grace[count]

    @property
    def placement(self) -> Placement:
        """The placement in question."""
        return self.schedule.placement

    def in_row(self, day: date) -> Sequence[date]:
        """The unnoticed days in a row up to one of them; a day that nobody has recorded breaks the row."""
        at = bisect_left(self.unnoticed, day)
        start = at
        while start > 0 and self._adjacent(self.unnoticed[start - 1], self.unnoticed[start]):
            start -= 1
        return self.unnoticed[start : at + 1]

    def _adjacent(self, earlier: date, later: date) -> bool:
        between = self.schedule.days(earlier + DAY, later - DAY)
        return next(between, None) is None

    def row_broken_on(self, day: date) -> date | None:
        """The first recorded day after this one on which she came or had given notice."""
        unnoticed = set(self.unnoticed)
        start = bisect_right(self.recorded, day, key=lambda r: r[0])
        return next((d for d, _ in self.recorded[start:] if d not in unnoticed), None)

    def facts(self, first: date, last: date, row: int) -> dict[str, Any]:
        """The numbers of a window (both days included) that an alert tells; reasons are not among them."""
        expected = self.schedule.count(first, last)
        absent = within(self.missed, first, last)
        return {
            "placement_id": self.placement.id,
            "site_id": self.placement.site,
            "provider_org": self.placement.provider_org,
            "window_from": first.isoformat(),
            "window_to": last.isoformat(),
            "scheduled_days": expected,
            "absent_days": absent,
            "unexcused_days": within(self.unexcused, first, last),
            "consecutive": row,
            "rate_pct": (200 * absent + expected) // (2 * expected) if expected else 0,
        }


def absences_of(placement: Placement, params: Resolved[Params], child_days: int) -> Absences:
    """Count a placement's days. `child_days`: working days for which a child's illness is a good reason at a time."""
    schedule = schedule_of(placement, params)
    if not any(m.missed for m in placement.days.values()):
        return Absences(schedule, (), (), (), ())
    recorded = schedule.recorded()
    absent = [(d, m) for d, m in recorded if m.status == "absent"]
    return Absences(
        schedule,
        recorded,
        missed=[d for d, m in recorded if m.missed],
        unexcused=[d for d, m in absent if not _excused(d, m, recorded, child_days)],
        unnoticed=[d for d, m in absent if not m.noticed],
    )


def within(days: Sequence[date], first: date, last: date) -> int:
    """How many of the days lie in a window, both ends included."""
    return bisect_right(days, last) - bisect_left(days, first)


def _excused(day: date, mark: Mark, recorded: Sequence[tuple[date, Mark]], child_days: int) -> bool:
    if not mark.noticed or mark.reason in UNKNOWN_REASONS:
        return False
    return mark.reason != CHILD_ILL or _working_days(_spell_start(day, recorded), day) <= child_days


def _spell_start(day: date, recorded: Sequence[tuple[date, Mark]]) -> date:
    """The first day of the child's illness that this day belongs to: no other expected day lies between."""
    at = bisect_left(recorded, day, key=lambda r: r[0])
    while at > 0 and recorded[at - 1][1].status == "absent" and recorded[at - 1][1].reason == CHILD_ILL:
        at -= 1
    return recorded[at][0]


def _working_days(first: date, last: date) -> int:
    return sum(is_working_day(first + timedelta(days=n)) for n in range((last - first).days + 1))
