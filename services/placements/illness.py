"""Rows of scheduled days missed for one and the same reason: her own illness, or that of a child."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from services.placements.placement import Mark, Placement
from services.placements.schedule import DAY, Schedule
from services.placements.spells import AGO

REST = timedelta(days=366)
"""The longest for which any parameters let a matter rest after its last day."""


@dataclass(frozen=True, slots=True)
class Row:
    """Days missed for one reason, in order; `ended_on` is the first recorded day after them that was otherwise."""

    days: Sequence[date]
    ended_on: date | None


def rows_of(schedule: Schedule, reason: str, told_on: date) -> Iterator[Row]:
    """The rows, oldest first, without those that have been over for so long that they are no matter any more.

    A scheduled day that was spent otherwise ends a row, and so does one nobody recorded; days on which the service was
    not provided do not.
    """
    placement, row = schedule.placement, list[date]()
    for at in range(_begin(schedule, reason, told_on - AGO - REST), len(placement.dates)):
        day = placement.dates[at]
        if not schedule.expected(day):
            continue
        same = _is(placement.days[day], reason)
        if row and (not same or _gap(schedule, row[-1], day)):
            yield Row(row, day)
            row = []
        if same:
            row.append(day)
    if row:
        yield Row(row, None)


def _begin(schedule: Schedule, reason: str, day: date) -> int:
    """The place of the first day to look at: where the row begins in which this day lies, or would lie."""
    placement = schedule.placement
    at = bisect_left(placement.dates, day)
    while at and (_is(placement.days[before := placement.dates[at - 1]], reason) or not schedule.expected(before)):
        at -= 1
    return at


def ill(placement: Placement, reason: str) -> bool:
    """Whether any day was missed for this reason: most people need no closer look."""
    return reason in placement.missed_for


def _is(mark: Mark, reason: str) -> bool:
    return mark.status == "absent" and mark.reason == reason


def _gap(schedule: Schedule, before: date, after: date) -> bool:
    return next(schedule.days(before + DAY, after - DAY), None) is not None
