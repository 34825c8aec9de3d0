"""What must be open in the end, from the statements alone, in the words of the handbook.

It takes nothing from the product: neither its rules nor its mechanism. R-ABS-1, 2, 3 and 7, and the one alert that
comes of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

DAY = timedelta(days=1)
RULES = ("R-ABS-1", "R-ABS-2", "R-ABS-3", "R-ABS-7")


@dataclass(frozen=True, slots=True)
class Statement:
    """One fact as its source states it. `day`, `status`, `reason`, `notified` are empty where they do not belong."""

    id: str
    kind: str
    recorded: datetime
    person: int
    day: date | None = None
    status: str = ""
    reason: str | None = None
    notified: bool = False
    names: str | None = None
    """The statement that this one corrects or retracts."""


@dataclass
class Life:
    """A placement: its first day, its weekdays (Monday 0), what counts of each day. No public holiday lies within."""

    start: date
    weekdays: frozenset[int]
    told: dict[date, Statement] = field(default_factory=dict)
    _known: dict[str, dict[date, bool]] = field(default_factory=dict)

    def _once(self, what: str, day: date, work: Callable[[], bool]) -> bool:
        known = self._known.setdefault(what, {})
        if day not in known:
            known[day] = work()
        return known[day]

    def scheduled(self, day: date) -> bool:
        there = self.told.get(day)
        in_pattern = day >= self.start and day.weekday() in self.weekdays
        return in_pattern and (there is None or there.status not in {"service_not_provided", "swapped"})

    def absent(self, day: date) -> bool:
        return self._once("absent", day, lambda: self.scheduled(day) and self._status(day) == "absent")

    def _status(self, day: date) -> str:
        return self.told[day].status if day in self.told else ""

    def unexcused(self, day: date) -> bool:
        if not self.absent(day) or self.told[day].reason == "agreed_leave":
            return False
        return not self.told[day].notified or self.told[day].reason in {None, "unknown"}

    def no_show(self, day: date) -> bool:
        return self.absent(day) and not self.told[day].notified and self.told[day].reason != "agreed_leave"

    def in_grace(self, day: date) -> bool:
        """The first five scheduled days count for nothing but a row."""
        return sum(self.scheduled(self.start + DAY * n) for n in range((day - self.start).days + 1)) <= 5


def counting(statements: Iterable[Statement]) -> list[Statement]:
    """Those that are neither retracted nor replaced by a correction that counts."""
    every = list(statements)
    gone = {s.names for s in every if s.kind == "retracted"}
    left = [s for s in every if s.id not in gone]
    replaced = {s.names for s in left if s.kind != "retracted" and s.names}
    return [s for s in left if s.id not in replaced]


def life_of(start: date, weekdays: frozenset[int], statements: Iterable[Statement]) -> Life:
    """Of several statements about one day the one recorded last counts, then the greater id."""
    life = Life(start, weekdays)
    for said in counting(statements):
        if said.day is not None:
            known = life.told.get(said.day)
            if known is None or (said.recorded, said.id) > (known.recorded, known.id):
                life.told[said.day] = said
    return life


def open_matters(life: Life, statements: Iterable[Statement], placement: str, now: date) -> set[tuple[str, str]]:
    """(rule, key) of everything that is open at the first moment of a day."""
    found = set()
    for rule, is_open in (("R-ABS-1", _count), ("R-ABS-2", _row), ("R-ABS-3", _rate)):
        for step, key in ((1, placement), (2, f"{placement}:double")):
            if is_open(life, now, step):
                found.add((rule, key))
    concerns = (s for s in counting(statements) if s.kind == "concern")
    return found | {("R-ABS-7", f"{placement}:{s.recorded.isoformat()}") for s in concerns}


Fires = Callable[[date], int | None]


def _spell(life: Life, now: date, fires: Fires, holds: Callable[[date, date, int], bool]) -> bool:
    """Open from the day after it fired until it has been below the threshold for 14 days."""
    for ago in range(1, (now - life.start).days + 1):
        day = now - DAY * ago
        threshold = fires(day)
        if threshold is None:
            continue
        below = day + DAY
        while below < now and holds(below, day, threshold):
            below += DAY
        if now < below + DAY * 14:
            return True
    return False


def _window(day: date, length: int) -> list[date]:
    return [day - DAY * n for n in range(length)]


def _count(life: Life, now: date, step: int) -> bool:
    """R-ABS-1: three unexcused days within 28, two when at most four were scheduled."""

    def fires(day: date) -> int | None:
        if not life.unexcused(day) or life.in_grace(day):
            return None
        sparse = sum(map(life.scheduled, _window(day, 28))) <= 4
        threshold = step * (2 if sparse else 3)
        return threshold if sum(map(life.unexcused, _window(day, 28))) >= threshold else None

    def holds(day: date, fired: date, threshold: int) -> bool:
        return sum(life.unexcused(d) for d in _window(day, 28) if d <= fired) >= threshold

    return _spell(life, now, fires, holds)


def _row(life: Life, now: date, step: int) -> bool:
    """R-ABS-2: two scheduled days in a row without notice."""

    def fires(day: date) -> int | None:
        row, back = 0, day
        while back >= life.start and (life.no_show(back) or not life.scheduled(back)):
            row += life.no_show(back)
            back -= DAY
        return row if life.no_show(day) and row >= 2 * step else None

    def holds(day: date, fired: date, _: int) -> bool:
        between = [fired + DAY * n for n in range(1, (day - fired).days + 1)]
        return not any(life.scheduled(d) and d in life.told and not life.no_show(d) for d in between)

    return _spell(life, now, fires, holds)


def _rate(life: Life, now: date, step: int) -> bool:
    """R-ABS-3: at least 30 % of at least six scheduled days."""
    length = 56 if len(life.weekdays) == 1 else 28

    def too_much(day: date) -> bool:
        expected = sum(map(life.scheduled, _window(day, length)))
        return expected >= 6 and sum(map(life.absent, _window(day, length))) / expected >= 0.3 * step

    def fires(day: date) -> int | None:
        return 1 if life.absent(day) and not life.in_grace(day) and too_much(day) else None

    return _spell(life, now, fires, lambda day, *_: too_much(day))
