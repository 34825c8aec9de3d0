"""One placement of a person as its partners have told it: its period, its weekdays, its pauses and its days."""

from __future__ import annotations

from bisect import insort
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple

from services.placements.contested import Contested

UNKNOWN_REASONS = frozenset({None, "unknown", "other"})
AGREED_REASONS = frozenset({"agreed_leave", "other_service"})
"""Agreed beforehand, so that notice was given whatever the record says."""
CHILD_ILL = "child_illness_u10"


class Mark(NamedTuple):
    """What was said of one day.

    `attended`: she was there, be it for a while; `expected`: the site had planned minutes for it; `missed`: absent,
    or there for less than half of the minutes;
    `noticed`: she told by the end of the day, or it had been agreed before; `certificate` its code when one was told;
    `minutes` those for which she was there (None: not told).
    """

    status: str
    reason: str | None
    attended: bool
    expected: bool
    missed: bool
    noticed: bool
    certificate: str | None = None
    minutes: int | None = None


@lru_cache(maxsize=4096)
def mark(
    status: str,
    reason: str | None,
    notified: bool,
    scheduled: int | None,
    present: int | None,
    certificate: str | None = None,
) -> Mark:
    """The mark of a day; equal days share one. Minutes may be unknown (None)."""
    short = status == "partial" and scheduled is not None and present is not None and 2 * present < scheduled
    missed = status == "absent" or short
    attended = status in {"present", "partial"}
    noticed = notified or reason in AGREED_REASONS
    return Mark(status, reason, attended, bool(scheduled), missed, noticed, certificate, present if attended else None)


@lru_cache(maxsize=65_536)
def shared(day: date) -> date:
    """The same day as one object for everybody: a year of days of many persons would else fill the memory."""
    return day


@dataclass(slots=True)
class Terms:
    """The weekly pattern from a day on; `weekdays` (Monday 0) is empty when only the number of days is known; `minutes`
    a day.
    """

    first: date
    weekdays: frozenset[int]
    days_per_week: int
    minutes: int = 0


@dataclass(slots=True)
class Concern:
    """Somebody at the site is worried; `at` is the instant in ISO form."""

    at: str
    code: str
    org: str


@dataclass(slots=True)
class Placement:
    """A placement; organisations by business id, days by local date, everything unknown is None or empty.

    `period_no` and `period_start` are those of the newest period agreed under this id, `agreed_at` when that was;
    `far_ok`: she agreed to a site outside her commuting area; `evidence`: days of assessments with a document.
    """

    id: str
    site: str | None = None
    episode: str | None = None
    organiser: str = ""
    provider: str = ""
    recorder: str = ""
    provider_type: str = ""
    agreed_at: datetime | None = None
    period_no: int = 1
    period_start: date | None = None
    distance_km: int | None = None
    far_ok: bool = False
    steward_on: date | None = None
    insured_on: date | None = None
    start_on: date | None = None
    end_on: date | None = None
    started_on: date | None = None
    ended_on: date | None = None
    terms: list[Terms] = field(default_factory=list)
    suspensions: list[tuple[date, date | None]] = field(default_factory=list)
    resumptions: list[date] = field(default_factory=list)
    days: dict[date, Mark] = field(default_factory=dict)
    concerns: list[Concern] = field(default_factory=list)
    assessed: list[date] = field(default_factory=list)
    evidence: list[date] = field(default_factory=list)
    contested: dict[date, Contested] = field(default_factory=dict)
    dates: list[date] = field(default_factory=list, compare=False, repr=False)
    """The same days in order."""
    newest: date = date.min
    """The last of the days; the beginning of time when there are none."""
    missed_for: set[str | None] = field(default_factory=set)
    """Reasons for which she has been absent on any day, be it that a correction told another one later."""
    worked_out: object | None = field(default=None, compare=False, repr=False)
    """What the rules have counted from all this; void with the next fact."""
    schedule: object | None = field(default=None, compare=False, repr=False)
    """Her expected days as far as anybody has asked; a day that is recorded leaves the others as they are."""

    def record(self, day: date, told: Mark) -> None:
        """Take in what was said of a day."""
        if day not in self.days:
            insort(self.dates, day)
        self.days[day] = told
        self.newest = self.dates[-1]
        if told.status == "absent":
            self.missed_for.add(told.reason)

    @property
    def provider_org(self) -> str:
        """Who runs it: as agreed or started, else whoever records its days."""
        return self.provider or self.recorder

    def terms_on(self, day: date) -> Terms | None:
        """The pattern valid on a day, or None when none is known yet."""
        valid: Terms | None = None
        for terms in self.terms:
            if terms.first <= day and (valid is None or terms.first >= valid.first):
                valid = terms
        return valid

    @property
    def first(self) -> date:
        """The first day on which she could have been expected."""
        return self.started_on or self.start_on or (self.dates[0] if self.dates else date.max)

    @property
    def last(self) -> date:
        """The last such day; open is the end of time."""
        if self.ended_on is not None:
            return self.ended_on
        if self.end_on is None:
            return date.max
        return max(self.end_on, self.newest)
