"""Facts as a region states them: persons with a history of days at a workshop, and new days in two mixes."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import orjson

from kernel import persons
from kernel.journal import NewFact
from kernel.pg_journal import PgJournal

COUNTY, WORKSHOP = "9000003-8", "9000012-6"
START, TODAY = date(2025, 3, 3), date(2026, 3, 2)
BATCH, TOGETHER = 500, 32
WEEK = ("mon", "tue", "wed", "thu")


class Load:
    """States facts about `count` persons, each at the workshop four days a week since `first`."""

    def __init__(self, count: int, first: date = START) -> None:
        self._count, self._first = count, first
        self.refs: list[str] = []
        self._places: dict[str, str] = {}
        self._site = str(uuid4())
        self._told = 0
        self._last = first

    async def people(self, journal: PgJournal) -> Load:
        """Make the persons known."""
        for start in range(0, self._count, TOGETHER):
            numbers = range(start, min(self._count, start + TOGETHER))
            codes = [f"bench-{uuid4().hex}-{number}" for number in numbers]
            self.refs += await asyncio.gather(*(persons.resolve(journal, code, WORKSHOP) for code in codes))
        self._places = {ref: str(uuid4()) for ref in self.refs}
        return self

    def beginnings(self) -> Iterator[NewFact]:
        """Each person's placement: agreed, its week, begun."""
        first = self._first.isoformat()
        for ref in self.refs:
            place = {"placement_id": self._places[ref]}
            agreed = {"site_id": self._site, "start_on": first, "end_on": "2027-12-31", "provider_org": WORKSHOP}
            week = {"days_per_week": 4, "weekdays": WEEK, "minutes_per_day": 300, "from": first}
            yield self._fact("placement.agreed", ref, self._first, {**place, **agreed}, COUNTY, "wellbeing_county")
            yield self._fact("placement.terms_changed", ref, self._first, {**place, **week}, COUNTY, "wellbeing_county")
            yield self._fact("placement.started", ref, self._first, {**place, "started_on": first})

    def history(self, until: date = TODAY) -> Iterator[NewFact]:
        """Every day from the beginning, person after person within a day, as partners report."""
        yield from self.beginnings()
        yield from self.days((until - self._first).days)

    def days(self, count: int) -> Iterator[NewFact]:
        """The next so many days of the calendar, for everybody."""
        for _ in range(count):
            if self._last.weekday() < len(WEEK):
                for number, ref in enumerate(self.refs):
                    yield self.day(ref, self._last, number)
            self._last += timedelta(days=1)

    def some_days(self, count: int, persons: int) -> Iterator[NewFact]:
        """The next so many days at the workshop, of the first so many persons only."""
        told = 0
        while told < count:
            if self._last.weekday() < len(WEEK):
                told += 1
                for number, ref in enumerate(self.refs[:persons]):
                    yield self.day(ref, self._last, number)
            self._last += timedelta(days=1)

    def fortnights(self, weeks: int = 2) -> Iterator[NewFact]:
        """The next weeks person by person: the file of one workshop after another."""
        days = [self._last + timedelta(days=n) for n in range(7 * weeks)]
        for number, ref in enumerate(self.refs):
            for on in (d for d in days if d.weekday() < len(WEEK)):
                yield self.day(ref, on, number)
        self._last += timedelta(days=7 * weeks)

    def day(self, ref: str, on: date, number: int) -> NewFact:
        """One day: mostly there, every ninth missed."""
        said: dict[str, object] = {"placement_id": self._places[ref], "date": on.isoformat(), "status": "present"}
        if (on.toordinal() + number) % 9 == 0:
            said |= {"status": "absent", "reason": "own_illness" if number % 2 else "unknown"}
        else:
            said |= {"minutes_scheduled": 300, "minutes_present": 300}
        return self._fact("attendance.day_recorded", ref, on, said)

    def _fact(
        self, name: str, ref: str, on: date, data: dict[str, object], org: str = WORKSHOP, org_type: str = "workshop"
    ) -> NewFact:
        self._told += 1
        at = datetime(on.year, on.month, on.day, 12, tzinfo=UTC)
        return NewFact(
            source=f"urn:polku:{org}:attendance",
            id=f"{ref[:8]}-{self._told}",
            type=f"fi.polku.{name}.v1",
            subject=ref,
            time=at,
            recorded=at + timedelta(microseconds=self._told % 900_000),
            data=orjson.dumps(data),
            org_type=org_type,
        )


async def append(journal: PgJournal, facts: Sequence[NewFact]) -> None:
    """Append in batches."""
    for start in range(0, len(facts), BATCH):
        await journal.append(facts[start : start + BATCH])


SIGNS = "0123456789ABCDEFHJKLMNPRSTUVWXY"


def identity(number: int) -> str:
    """A test code of its own for each number: individual numbers from 900 are given to nobody."""
    day = date.fromordinal(date(1960, 1, 1).toordinal() + number // 98)
    digits, own = day.strftime("%d%m%y"), 902 + number % 98
    return f"{digits}-{own}{SIGNS[int(f'{digits}{own}') % 31]}"
