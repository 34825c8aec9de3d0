"""A placement's missed days, counted the ways that the absence rules count them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Literal

from kernel.calendar import is_working_day
from kernel.rules import Params, Resolved
from services.placements.placement import CHILD_ILL, UNKNOWN_REASONS, Placement
from services.placements.schedule import DAY, Schedule, schedule_of

Among = Literal["unnoticed", "missed"]
"""Which days make a row."""


@dataclass(frozen=True, slots=True)
class Absences:
    """The days that count, in order. `missed`: absent for whatever reason, or there less than half of the time;
    `unexcused` and `unnoticed`: absent without a good reason, absent without notice.
    """

    schedule: Schedule
    child_days: int
    days: Sequence[date]
    missed: Sequence[date]
    unexcused: Sequence[date]
    unnoticed: Sequence[date]
    _grace: dict[int, date] = field(default_factory=dict)

    @property
    def placement(self) -> Placement:
        """The placement in question."""
        return self.schedule.placement

    def past_grace(self, day: date, count: int) -> bool:
        """Whether the first expected days, so many, lie before this day."""
        if count not in self._grace:
            self._grace[count] = self.schedule.after_first(count)
        return day > self._grace[count]

    def in_row(self, day: date, among: Among = "unnoticed") -> Sequence[date]:
        """The unnoticed (or missed) days in a row up to one of them; a day that nobody has recorded breaks the row."""
        days: Sequence[date] = getattr(self, among)
        first = at = bisect_left(days, day)
        while first and next(self.schedule.days(days[first - 1] + DAY, days[first] - DAY), None) is None:
            first -= 1
        return days[first : at + 1]

    def row_broken_on(self, day: date, among: Among = "unnoticed") -> date | None:
        """The first recorded day after this one on which she came (or, of unnoticed days, had given notice)."""
        for at in range(bisect_right(self.days, day), len(self.days)):
            mark = self.placement.days[self.days[at]]
            in_row = mark.missed if among == "missed" else mark.status == "absent" and not mark.noticed
            if not in_row and self.schedule.expected(self.days[at]):
                return self.days[at]
        return None

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
    """Count a placement's days, once for all rules. `child_days`: working days for which a child's illness is a good
    reason at a time.
    """
    schedule = schedule_of(placement, params)
    known = placement.worked_out
    if isinstance(known, Absences) and known.child_days == child_days and known.schedule.same_days(schedule):
        return known
    book = _count(schedule, child_days)
    placement.worked_out = book
    return book


def _count(schedule: Schedule, child_days: int) -> Absences:
    marks = schedule.placement.days
    missed = [d for d in schedule.placement.dates if marks[d].missed and schedule.expected(d)]
    absent = [d for d in missed if marks[d].status == "absent"]
    days = schedule.placement.dates if missed else ()
    return Absences(
        schedule,
        child_days,
        days,
        missed,
        unexcused=[d for d in absent if not _excused(d, days, schedule, child_days)],
        unnoticed=[d for d in absent if not marks[d].noticed],
    )


def within(days: Sequence[date], first: date, last: date) -> int:
    """How many of the days lie in a window, both ends included."""
    return bisect_right(days, last) - bisect_left(days, first)


def _excused(day: date, days: Sequence[date], schedule: Schedule, child_days: int) -> bool:
    mark = schedule.placement.days[day]
    if not mark.noticed or mark.reason in UNKNOWN_REASONS:
        return False
    return (
        mark.reason != CHILD_ILL or working_days(_spell_start(day, days, schedule), day, schedule.closed) <= child_days
    )


def _spell_start(day: date, days: Sequence[date], schedule: Schedule) -> date:
    """The first day of the child's illness that this day belongs to: no other recorded day lies between."""
    for at in range(bisect_left(days, day) - 1, -1, -1):
        earlier = schedule.placement.days[days[at]]
        if not schedule.expected(days[at]):
            continue
        if earlier.status != "absent" or earlier.reason != CHILD_ILL:
            break
        day = days[at]
    return day


def working_days(first: date, last: date, closed: frozenset[date] = frozenset()) -> int:
    """Monday to Friday without public holidays and closing days, from one day to another, both included."""
    return sum(is_working_day(first + timedelta(days=n), closed) for n in range((last - first).days + 1))
