"""Which days of a placement she was expected: the weekly pattern without pauses, swaps, and days not provided."""

from __future__ import annotations

from bisect import bisect_right
from calendar import isleap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from kernel.calendar import add_months, is_working_day
from kernel.facts import Fact
from kernel.rules import Params, Resolved
from schemas.organisations.closing import closing_days
from schemas.organisations.closing_days_set_v1 import ClosingDaysSet
from schemas.services.resumed_v1 import ServiceResumed
from schemas.services.suspended_v1 import ServiceSuspended
from services.placements.placement import Placement, shared

DAY = timedelta(days=1)
NOT_EXPECTED = frozenset({"service_not_provided", "swapped"})
FORESEEN, KEPT = 24, 4
"""Months that the pattern is followed ahead; for how many more it is worked out, to serve the days that come then."""

Span = tuple[date, date]
"""First and last day of a pause; an open one lasts to the end of time."""


@dataclass(slots=True)
class Schedule:
    """The expected days of one placement, with the pauses of its own and those of its site or organiser; `closed`:
    closing days of whoever runs or arranges it.
    """

    placement: Placement
    pauses: Sequence[Span]
    first: date
    last: date
    closed: frozenset[date] = frozenset()
    _known: dict[date, bool] = field(default_factory=dict)
    _counted: tuple[date, date, int] | None = None
    _coming: tuple[date, Sequence[date]] | None = None

    def forget(self, day: date) -> None:
        """Something new was said of a day."""
        self._known.pop(day, None)
        self._counted = None

    def expected(self, day: date) -> bool:
        """Whether she was to be there. A day nobody has recorded follows the pattern; without a pattern none does."""
        known = self._known.get(day)
        if known is None:
            known = self._known[day] = self._expected(day)
        return known

    def _expected(self, day: date) -> bool:
        mark = self.placement.days.get(day)
        if mark is not None and mark.status in NOT_EXPECTED:
            return False
        if self.paused(day):
            return False
        terms = self.placement.terms_on(day)
        if terms is None or not terms.weekdays:
            return mark is not None
        if mark is not None:
            return mark.expected or day.weekday() in terms.weekdays
        return day.weekday() in terms.weekdays and self._open(day)

    def _open(self, day: date) -> bool:
        """Within the period, and no holiday or closing day: nobody works then unless a record says so."""
        if not self.first <= day <= self.last or day in self.closed:
            return False
        return day.weekday() > 4 or is_working_day(day)

    def coming(self, after: date) -> Sequence[date]:
        """The days of the weekly pattern after a day, two years ahead at most, whatever has been recorded of them.

        Asked anew with each day that is recorded: worked out for some months, so that most answers are a slice.
        """
        if self._coming is None or not self._coming[0] <= after <= add_months(self._coming[0], KEPT):
            self._coming = (after, self._planned(after, min(self.last, add_months(after, FORESEEN + KEPT))))
        days, until = self._coming[1], min(self.last, add_months(after, FORESEEN))
        return days[bisect_right(days, after) : bisect_right(days, until)]

    def _planned(self, after: date, last: date) -> Sequence[date]:
        terms = self.placement.terms
        weekdays = frozenset(day for valid in terms for day in valid.weekdays)
        days = _working_years(weekdays, after.year, last.year)
        plain = len(terms) == 1 and not self.pauses and not self.closed
        if plain and max(terms[0].first, self.first) <= after + DAY:
            return days  # the very same of all who have this pattern, beyond both ends of what she is asked for
        days = days[bisect_right(days, after) : bisect_right(days, last)]
        return [day for day in days if self._agreed(day) and self._open(day) and not self.paused(day)]

    def _agreed(self, day: date) -> bool:
        terms = self.placement.terms_on(day)
        return terms is not None and day.weekday() in terms.weekdays

    def paused(self, day: date) -> bool:
        """Whether the placement, its site or its organiser pauses on a day."""
        return bool(self.pauses) and any(first <= day <= last for first, last in self.pauses)

    def same_span(self, other: Schedule) -> bool:
        """Whether both have the same first and last day."""
        return self.first == other.first and self.last == other.last

    def same_days(self, other: Schedule) -> bool:
        """Whether nothing but the placement's own facts can tell them apart."""
        return self.pauses == other.pauses and self.closed == other.closed

    def days(self, first: date, last: date) -> Iterator[date]:
        """The expected days from one day to another, both included."""
        day = first
        while day <= last:
            if self.expected(day):
                yield day
            day += DAY

    def count(self, first: date, last: date) -> int:
        """How many they are. Windows asked for one after another mostly overlap: only what differs is counted."""
        if self._counted is not None:
            known_first, known_last, count = self._counted
            if abs(last - known_last) + abs(first - known_first) < last - first:
                count += self._between(first, known_first) + self._between(known_last + DAY, last + DAY)
                self._counted = (first, last, count)
                return count
        count = self._between(first, last + DAY)
        self._counted = (first, last, count)
        return count

    def _between(self, first: date, end: date) -> int:
        """Expected days from one day up to the day before another; negative when that comes earlier."""
        if end < first:
            return -self._between(end, first)
        return sum([self.expected(first + timedelta(days=n)) for n in range((end - first).days)])

    def after_first(self, count: int) -> date:
        """The day on which the expected days from the start reach a number; the end of time when they do not yet."""
        last = self.placement.newest
        for number, day in enumerate(self.days(self.first, last), start=1):
            if number == count:
                return day
        return date.max if count else date.min


@lru_cache(maxsize=1_024)
def _working(weekdays: frozenset[int], year: int) -> Sequence[date]:
    """The days of a year on such weekdays without public holidays, the same for everybody with that pattern."""
    days = (date(year, 1, 1) + timedelta(days=n) for n in range(365 + isleap(year)))
    return [shared(d) for d in days if d.weekday() in weekdays and (d.weekday() > 4 or is_working_day(d))]


@lru_cache(maxsize=256)
def _working_years(weekdays: frozenset[int], first: int, last: int) -> Sequence[date]:
    return [day for year in range(first, last + 1) for day in _working(weekdays, year)]


def schedule_of(placement: Placement, params: Resolved[Params]) -> Schedule:
    """The schedule of a placement with everything that pauses it."""
    spans = pauses(placement.suspensions, placement.resumptions)
    suspended = params.reference(ServiceSuspended)
    if suspended:
        spans = [*spans, *_general(placement, suspended, params.reference(ServiceResumed))]
    asked = Schedule(placement, spans, placement.first, placement.last, closed_days(placement, params))
    known = placement.schedule
    if isinstance(known, Schedule) and known.same_span(asked) and known.same_days(asked):
        return known
    placement.schedule = asked
    return asked


def forget(placement: Placement, day: date) -> None:
    """Ask anew whether she was expected on a day."""
    if isinstance(placement.schedule, Schedule):
        placement.schedule.forget(day)


def closed_days(placement: Placement, params: Resolved[Params]) -> frozenset[date]:
    """Days on which its site, its provider or its organiser is closed, besides public holidays."""
    said = params.reference(ClosingDaysSet)
    if not said:
        return frozenset()
    orgs = {placement.organiser, placement.provider_org} - {""}
    return frozenset(day for org in orgs for day in closing_days(said, org, placement.site))


def pauses(suspensions: Sequence[tuple[date, date | None]], resumptions: Sequence[date]) -> list[Span]:
    """Each pause lasts to its stated last day, or to the day before it was resumed, whichever comes first."""
    spans = []
    for first, last in suspensions:
        ends = [r - DAY for r in resumptions if r >= first]
        spans.append((first, min([last or date.max, *ends])))
    return spans


def _general(placement: Placement, suspended: Sequence[Fact], resumed: Sequence[Fact]) -> Iterator[Span]:
    for fact in suspended:
        if not _concerns(fact, placement):
            continue
        ends = [f.data.from_ for f in resumed if f.org == fact.org and f.data.scope == fact.data.scope]
        yield from pauses([(fact.data.from_, fact.data.to)], ends)


def _concerns(fact: Fact, placement: Placement) -> bool:
    """Without a scope a pause holds for all that the stating organisation arranges or runs."""
    scope: Any = fact.data.scope
    if scope.site:
        return bool(scope.site == placement.site)
    if scope.organiser:
        return scope.organiser in {placement.organiser, placement.provider_org}
    return bool(scope.region) or fact.org in {placement.organiser, placement.provider_org}
