"""A stay at a site as its partners have told it: the period, the days of the week, the pauses, and each day."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property

from simulator.expected.agreed import Agreed, Place
from simulator.expected.calendar import DAY, works
from simulator.expected.heard import OFFICES, SITES, Heard, day, maybe_day
from simulator.life import WEEKDAYS
from simulator.statement import Data, Statement

OPEN = date.max
KINDS = (
    *("placement.agreed", "placement.extended", "placement.started", "placement.ended", "placement.terms_changed"),
    *("placement.suspended", "placement.resumed", "attendance.day_recorded", "attendance.day_corrected"),
    *("absence.concern_raised", "assessment.held"),
    *("placement.shop_steward_informed", "placement.insurance_confirmed"),
)


@dataclass
class Stay:
    """One placement. `told` are the statements about it by kind; unknown is None."""

    id: str
    told: Mapping[str, Sequence[Statement]]
    heard: Heard
    agreed: Agreed
    _expected: dict[date, bool] = field(default_factory=dict)

    def last_said(self, *names: str) -> Statement | None:
        """The newest word of these kinds."""
        return max(
            (s for n in names for s in self.told.get(n, ())), key=lambda s: (s.time, s.recorded_at), default=None
        )

    @cached_property
    def days(self) -> Mapping[date, Data]:
        """What counts of each day that was told."""
        said = [s for n in ("attendance.day_recorded", "attendance.day_corrected") for s in self.told.get(n, ())]
        return {day(s.data["date"]): s.data for s in said}

    @cached_property
    def newest(self) -> date | None:
        """The newest day that was told."""
        return max(self.days, default=None)

    @cached_property
    def place(self) -> Place:
        """Where it is, who organises and who runs it."""
        site, organiser, provider = None, "", ""
        for said in self._of("placement.agreed", "placement.extended", "placement.started"):
            if said.name == "placement.started":
                runs = self.heard.social(said) or self.heard.types(said) & (SITES | OFFICES)
                provider = provider or (said.org if runs else "")
                continue
            site = str(said.data.get("site_id") or site)
            if said.name == "placement.agreed":
                named = str(said.data.get("provider_org") or "")
                organiser = said.org if self.heard.social(said) else organiser
                provider = named or (provider if self.heard.social(said) else said.org)
        recorders = self._of("attendance.day_recorded", "attendance.day_corrected")
        return Place(site, organiser, provider or (recorders[-1].org if recorders else ""))

    def _of(self, *names: str) -> list[Statement]:
        return sorted((s for n in names for s in self.told.get(n, ())), key=lambda s: (s.time, s.recorded_at))

    @cached_property
    def start_on(self) -> date | None:
        """The first day as agreed."""
        said = self._of("placement.agreed")
        return day(said[-1].data["start_on"]) if said else None

    @cached_property
    def end_on(self) -> date | None:
        """The last day as agreed, or agreed anew."""
        said = self._of("placement.agreed", "placement.extended")
        return maybe_day(said[-1].data.get("end_on")) if said else None

    @cached_property
    def agreed_at(self) -> datetime | None:
        """When it was last agreed."""
        said = self.last_said("placement.agreed", "placement.extended")
        return said.time if said else None

    @cached_property
    def period_start(self) -> date | None:
        """The first day of the period that was agreed last: one that is added begins where the other ends."""
        first, end, number = None, None, 1
        for said in self._of("placement.agreed", "placement.extended"):
            own = int(str(said.data.get("period_no") or 1))
            if said.name == "placement.agreed":
                first, number = day(said.data["start_on"]), own
            elif own > number and end is not None:
                first, number = end + DAY, own
            end = maybe_day(said.data.get("end_on"))
        return first

    @cached_property
    def started_on(self) -> date | None:
        """The day on which it really began."""
        said = self.last_said("placement.started")
        return day(said.data["started_on"]) if said else None

    @cached_property
    def ended_on(self) -> date | None:
        """The day on which it really ended."""
        said = self.last_said("placement.ended")
        return day(said.data["ended_on"]) if said else None

    @cached_property
    def over_on(self) -> date | None:
        """The last day, as it was or as it is agreed."""
        return self.ended_on or self.end_on

    @cached_property
    def first(self) -> date:
        """The first day on which she can have been expected."""
        return self.started_on or self.start_on or min(self.days, default=OPEN)

    @cached_property
    def last(self) -> date:
        """The last such day; days told after the agreed end show that it goes on."""
        if self.ended_on is not None or self.end_on is None:
            return self.ended_on or OPEN
        return max(self.end_on, self.newest or self.end_on)

    @cached_property
    def patterns(self) -> Sequence[tuple[date, frozenset[int], Data]]:
        """From which day on she comes on which weekdays."""
        said = sorted(self.told.get("placement.terms_changed", ()), key=lambda s: (day(s.data["from"]), s.time))
        return [(day(s.data["from"]), _weekdays(s.data), s.data) for s in said]

    def pattern(self, on: date) -> tuple[frozenset[int], Data] | None:
        """The week that holds on a day."""
        held = [(weekdays, data) for first, weekdays, data in self.patterns if first <= on]
        return held[-1] if held else None

    @cached_property
    def pauses(self) -> Sequence[tuple[date, date]]:
        """Stretches in which nobody expects her, both days included."""
        again = [day(s.data["from"]) for s in self.told.get("placement.resumed", ())]
        found = []
        for said in self.told.get("placement.suspended", ()):
            first, last = day(said.data["from"]), maybe_day(said.data.get("to")) or OPEN
            found.append((first, min([last, *(d - DAY for d in again if d >= first)])))
        return [*found, *self.agreed.pauses(self.place)]

    @cached_property
    def closed(self) -> frozenset[date]:
        """Days on which site, provider or organiser is closed."""
        return self.agreed.closed({self.place.organiser, self.place.provider} - {""}, self.place.site)

    def expected(self, on: date) -> bool:
        """Whether she was to be there."""
        if on not in self._expected:
            self._expected[on] = self._is_expected(on)
        return self._expected[on]

    def _is_expected(self, on: date) -> bool:
        told = self.days.get(on)
        if told is not None and told["status"] in ("service_not_provided", "swapped"):
            return False
        if any(first <= on <= last for first, last in self.pauses):
            return False
        pattern = self.pattern(on)
        if pattern is None or not pattern[0]:
            return told is not None
        in_week = on.weekday() in pattern[0]
        if told is not None:
            return in_week or bool(told.get("minutes_scheduled"))
        within = self.first <= on <= self.last and on not in self.closed
        return in_week and within and (on.weekday() > 4 or works(on))

    def expected_from(self, first: date, last: date) -> Iterator[date]:
        """The expected days of a stretch."""
        return (d for n in range((last - first).days + 1) if self.expected(d := first + timedelta(days=n)))

    def nth_expected(self, count: int) -> date:
        """The day on which she was expected for so many times; never, when that has not come yet."""
        if not count:
            return date.min
        for n, on in enumerate(self.expected_from(self.first, self.newest or date.min), start=1):
            if n == count:
                return on
        return OPEN

    def number(self, rule: str, name: str, default: int, on: date) -> int:
        """A number of a rule, as it holds here on a day."""
        return self.agreed.number(rule, name, default, on, self.place)


def stays(heard: Heard, agreed: Agreed) -> list[Stay]:
    """Every placement of hers."""
    known = heard.worked_out.get("stays")
    if not isinstance(known, list):
        known = heard.worked_out["stays"] = _stays(heard, agreed)
    return known


def _stays(heard: Heard, agreed: Agreed) -> list[Stay]:
    told: dict[str, dict[str, list[Statement]]] = {}
    for name in KINDS:
        for said in heard.of(name):
            told.setdefault(str(said.data["placement_id"]), {}).setdefault(name, []).append(said)
    return [Stay(id_, statements, heard, agreed) for id_, statements in told.items()]


def _weekdays(data: Data) -> frozenset[int]:
    listed = data.get("weekdays")
    return frozenset(WEEKDAYS.index(str(w)) for w in listed) if isinstance(listed, list | tuple) else frozenset()


def between(days: Sequence[date], first: date, last: date) -> Sequence[date]:
    """Those of the days (in order) that lie in a stretch, both ends included."""
    return days[bisect_left(days, first) : bisect_right(days, last)]
