"""What the partners of a run state: the same for one seed, whatever happens to the processes."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from tests.chaos.model import Life, Statement, life_of, open_matters

WORKSHOP = "9000012-6"
SOURCE = f"urn:polku:{WORKSHOP}:attendance"
FIRST, LAST = date(2026, 1, 12), date(2026, 3, 24)
"""Days that are spoken of; no public holiday lies between the first and the end of a run."""
BEGINS, ENDS = date(2026, 3, 25), date(2026, 4, 1)
"""The driven clock at the beginning and at the end of a run."""
CORRECTED = datetime(2026, 3, 24, 9, tzinfo=UTC)
NAMES = ("mon", "tue", "wed", "thu", "fri")
SITE = "5b7a0001-0000-4000-8000-000000000001"
TYPES = {
    "recorded": "fi.polku.attendance.day_recorded.v1",
    "corrected": "fi.polku.attendance.day_corrected.v1",
    "concern": "fi.polku.absence.concern_raised.v1",
    "retracted": "fi.polku.fact.retracted.v1",
}


@dataclass
class Placed:
    """One person: her reference when the door has told it, her placement and its pattern."""

    placement: str
    weekdays: frozenset[int]
    absent: float
    """How often she is absent."""
    ref: str = ""
    said: list[Statement] = field(default_factory=list)

    @property
    def life(self) -> Life:
        """What counts of all that was said."""
        return life_of(FIRST, self.weekdays, self.said)

    def must_be_open(self, now: date) -> set[tuple[str, str]]:
        """(rule, key) of what the model finds."""
        return open_matters(self.life, self.said, self.placement, now)


class Story:
    """All persons of a run, and an endless line of statements about them."""

    def __init__(self, seed: int, persons: int) -> None:
        self._chance = random.Random(seed)  # noqa: S311 - a story that can be told again, not a secret
        self.persons = [self._placed() for _ in range(persons)]
        self._lines = self._told()

    def _placed(self) -> Placed:
        days = self._chance.sample(range(5), self._chance.choice((1, 2, 3, 4, 5, 5, 5)))
        return Placed(self.new_id(), frozenset(days), self._chance.choice((0.01, 0.03, 0.1, 0.3)))

    def new_id(self) -> str:
        """The id of something new."""
        return str(UUID(int=self._chance.getrandbits(128), version=4))

    def beginnings(self) -> list[dict[str, Any]]:
        """Every person's placement: agreed, with its pattern, started."""
        events = []
        for person in self.persons:
            names = [NAMES[d] for d in sorted(person.weekdays)]
            place = {"placement_id": person.placement}
            said: list[tuple[str, dict[str, Any]]] = [
                ("agreed", {"site_id": SITE, "start_on": FIRST.isoformat(), "end_on": "2026-12-31"}),
                (
                    "terms_changed",
                    {"from": FIRST.isoformat(), "weekdays": names, "days_per_week": len(names), "minutes_per_day": 300},
                ),
                ("started", {"started_on": FIRST.isoformat()}),
            ]
            at = datetime(2026, 1, 9, 9, tzinfo=UTC)
            events += [_event(person, self.new_id(), f"fi.polku.placement.{n}.v1", at, place | d) for n, d in said]
        return events

    def next(self, count: int) -> list[dict[str, Any]]:
        """The next statements as events; from now on the model knows them too."""
        events = []
        for said in (next(self._lines) for _ in range(count)):
            person = self.persons[said.person]
            person.said.append(said)
            events.append(self.event(person, said))
        return events

    def event(self, person: Placed, said: Statement) -> dict[str, Any]:
        """A statement as it goes over the wire."""
        return _event(person, said.id, TYPES[said.kind], said.recorded, _data(person, said), said)

    def _told(self) -> Iterator[Statement]:
        """Each day of each person once, out of order by up to some weeks; then corrections without end."""
        days = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
        plan = [(d, n) for d in days for n, p in enumerate(self.persons) if d.weekday() in p.weekdays]
        plan.sort(key=lambda dn: dn[0] + timedelta(days=self._chance.randrange(20)))
        count = 0
        for day, person in plan:
            yield self._day("recorded", person, day, datetime(day.year, day.month, day.day, 9, tzinfo=UTC), None)
            if self._chance.random() < 0.08 and self.persons[person].said:
                count += 1
                yield self._mended(count, person)
        while True:
            count += 1
            yield self._mended(count, self._chance.randrange(len(self.persons)))

    def _mended(self, count: int, person: int) -> Statement:
        """Something said of her is corrected, named or not, or taken back, or somebody worries."""
        at = CORRECTED + timedelta(milliseconds=50 * count)
        kind = self._chance.choices(("corrected", "named", "retracted", "concern"), (300, 120, 80, 1))[0]
        said = self.persons[person].said[-60:]
        days = [s for s in said if s.day is not None]
        worries = [s for s in said if s.kind == "concern"]
        if kind == "concern" or not days:
            return Statement(self.new_id(), "concern", at, person)
        before = self._chance.choice(days)
        if kind == "retracted":
            return Statement(self.new_id(), "retracted", at, person, names=self._chance.choice([*days, *worries]).id)
        assert before.day is not None
        return self._day("corrected", person, before.day, at, before.id if kind == "named" else None)

    def _day(self, kind: str, person: int, day: date, at: datetime, names: str | None) -> Statement:
        chance = self._chance
        there = chance.choice(["present"] * 12 + ["service_not_provided", "swapped"])
        status = "absent" if chance.random() < self.persons[person].absent else there
        reason = chance.choice([None, "unknown", "own_illness", "agreed_leave"]) if status == "absent" else None
        notified = status == "absent" and chance.random() < 0.5
        return Statement(self.new_id(), kind, at, person, day, status, reason, notified, names)


def _data(person: Placed, said: Statement) -> dict[str, Any]:
    if said.kind == "retracted":
        return {"id": said.names, "reason": "never_happened"}
    if said.kind == "concern":
        return {"placement_id": person.placement, "code": "worry"}
    assert said.day is not None
    data = {"placement_id": person.placement, "date": said.day.isoformat(), "status": said.status}
    return data | ({"reason": said.reason, "notified_by_client": said.notified} if said.status == "absent" else {})


def _event(
    person: Placed, id_: str, type_: str, at: datetime, data: dict[str, Any], said: Statement | None = None
) -> dict[str, Any]:
    when = at.isoformat().replace("+00:00", "Z")
    event = {
        "specversion": "1.0",
        "id": id_,
        "source": SOURCE,
        "type": type_,
        "subject": person.ref,
        "time": when,
        "recordedtime": when,
        "datacontenttype": "application/json",
        "data": data,
    }
    return event | ({"corrects": said.names} if said and said.names and said.kind == "corrected" else {})
