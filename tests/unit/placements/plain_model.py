"""The absence rules once more, slowly and in the words of the handbook; it takes nothing from the services."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Told:
    """One day as the site told it."""

    status: str
    reason: str | None = None
    notified: bool = False


@dataclass(frozen=True)
class Life:
    """A placement: its first day, its weekdays (Monday 0) and what was told. No public holiday lies within."""

    start: date
    weekdays: frozenset[int]
    told: dict[date, Told]

    def scheduled(self, day: date) -> bool:
        there = self.told.get(day)
        in_pattern = day >= self.start and day.weekday() in self.weekdays
        return in_pattern and (there is None or there.status not in {"service_not_provided", "swapped"})

    def absent(self, day: date) -> bool:
        return self.scheduled(day) and day in self.told and self.told[day].status == "absent"

    def unexcused(self, day: date) -> bool:
        if not self.absent(day):
            return False
        there = self.told[day]
        if there.reason == "agreed_leave":
            return False
        return not there.notified or there.reason in {None, "unknown"}

    def no_show(self, day: date) -> bool:
        return self.absent(day) and not self.told[day].notified and self.told[day].reason != "agreed_leave"

    def window(self, day: date, length: int) -> list[date]:
        return [day - DAY * n for n in range(length)]

    def grace(self, day: date) -> bool:
        return sum(self.scheduled(self.start + DAY * n) for n in range((day - self.start).days + 1)) <= 5


def _open(life: Life, now: date, fires: object, holds: object) -> bool:
    """Whether something is open at the first moment of a day."""
    for ago in range(1, 260):
        day = now - DAY * ago
        threshold = fires(day)  # type: ignore[operator]  # plain functions of a day
        if threshold is None:
            continue
        below = day + DAY
        while below < now and holds(below, day, threshold):  # type: ignore[operator]  # as above
            below += DAY
        if now < below + DAY * 14:
            return True
    return False


def count_open(life: Life, now: date, step: int) -> bool:
    """R-ABS-1."""

    def fires(day: date) -> int | None:
        if not life.unexcused(day) or life.grace(day):
            return None
        sparse = sum(map(life.scheduled, life.window(day, 28))) <= 4
        threshold = step * (2 if sparse else 3)
        return threshold if sum(map(life.unexcused, life.window(day, 28))) >= threshold else None

    def holds(day: date, fired: date, threshold: int) -> bool:
        return sum(life.unexcused(d) for d in life.window(day, 28) if d <= fired) >= threshold

    return _open(life, now, fires, holds)


def row_open(life: Life, now: date, step: int) -> bool:
    """R-ABS-2."""

    def fires(day: date) -> int | None:
        row, back = 0, day
        while back >= life.start and (life.no_show(back) or not life.scheduled(back)):
            row += life.no_show(back)
            back -= DAY
        return row if life.no_show(day) and row >= 2 * step else None

    def holds(day: date, fired: date, _: int) -> bool:
        between = [fired + DAY * n for n in range(1, (day - fired).days + 1)]
        return not any(life.scheduled(d) and d in life.told and not life.no_show(d) for d in between)

    return _open(life, now, fires, holds)


def rate_open(life: Life, now: date, step: int) -> bool:
    """R-ABS-3."""
    length = 56 if len(life.weekdays) == 1 else 28

    def too_much(day: date) -> bool:
        expected = sum(map(life.scheduled, life.window(day, length)))
        return expected >= 6 and sum(map(life.absent, life.window(day, length))) / expected >= 0.3 * step

    def fires(day: date) -> int | None:
        return 1 if life.absent(day) and not life.grace(day) and too_much(day) else None

    return _open(life, now, fires, lambda day, *_: too_much(day))
