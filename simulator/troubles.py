"""Where attendance goes wrong: the stories that the social instructor is to hear of in time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta

from simulator.attendance import SHAKY, Habits, correct
from simulator.endings import interrupt, pause
from simulator.life import AFTERNOON, Placement
from simulator.paths import Path
from simulator.planted import Planted
from simulator.setting import weighted, working_day

Trouble = Callable[[Path, Placement, Habits, Planted], None]
AGAIN = 14
"""Days after a corrected no-show on which the same person misses days again."""


def give(path: Path, planted: Planted, trouble: str = "") -> None:
    """Decide how somebody attends, before a single day is told."""
    if path.place is not None and path.habits is not None:
        chosen = trouble or weighted(path.life.random, SHARES)
        TROUBLES[chosen](path, path.place, path.habits, planted)


def put_right(path: Path, planted: Planted) -> None:
    """After the days have been told: those that had been swapped are corrected some days later."""
    if path.place is None or path.habits is None:
        return
    days = {day for person, day in planted.found.get("withdrawn", []) if person == path.life.number}
    for first in days:
        missed = [d for d in sorted(path.habits.vanished) if first <= d < first + timedelta(days=AGAIN)]
        for day in missed:
            if (wrong := path.habits.days.get(day)) is not None:
                on = working_day(max(missed[-1], wrong.sent) + timedelta(days=4))
                correct(path.life, path.place, wrong, on, {"status": "swapped", "reason": None})


def _well(_: Path, __: Placement, ___: Habits, ____: Planted) -> None:
    """As most people do."""


def _shaky(_: Path, __: Placement, habits: Habits, ___: Planted) -> None:
    habits.missed = SHAKY


def _hero(path: Path, place: Placement, habits: Habits, planted: Planted) -> None:
    """Well until the third week, then two scheduled days in a row without a word, and well again."""
    missed = place.scheduled(path.life.setting.day(15), path.last)[:2]
    _only(habits, missed, place.scheduled(path.first, path.last))
    _note(planted, "hero", path, missed)


def _swapped(path: Path, place: Placement, habits: Habits, planted: Planted) -> None:
    """Two no-shows that were swapped days, which nobody had told the office; two real ones some weeks later."""
    begin = path.life.setting.day(path.life.random.randrange(8, 20))
    missed = list(place.scheduled(begin, path.last)[:2])
    later = place.scheduled(missed[-1] + timedelta(days=AGAIN), path.last)[:2] if missed else ()
    _only(habits, [*missed, *later], place.scheduled(path.first, path.last))
    _note(planted, "withdrawn", path, missed)


def _sliding(path: Path, place: Placement, habits: Habits, planted: Planted) -> None:
    """From some week on more than every other day missed without a word, for two weeks."""
    begin = path.life.setting.day(path.life.random.randrange(3, 35))
    days = place.scheduled(begin, begin + timedelta(days=16))
    missed = [d for d in days if path.life.chance(60)] or days[:2]
    habits.vanished |= frozenset(missed)
    _note(planted, "sliding", path, missed)


def _gone(path: Path, place: Placement, habits: Habits, planted: Planted) -> None:
    """From a day on she does not come, and after some weeks the placement is ended."""
    begin = path.life.setting.day(path.life.random.randrange(7, 28))
    ends = working_day(begin + timedelta(days=path.life.random.randrange(20, 27)))
    if place.start_on <= begin and ends < place.end_on:
        missed = place.scheduled(begin, ends)
        habits.vanished |= frozenset(missed)
        interrupt(path.life, path.plan, place, ends)
        _note(planted, "gone", path, missed)


def _paused(path: Path, place: Placement, habits: Habits, planted: Planted) -> None:
    first = working_day(path.life.setting.day(path.life.random.randrange(5, 30)))
    last = first + timedelta(days=13)
    if place.start_on <= first and last < place.end_on:
        pause(path.life, place, first, last)
        habits.resting |= frozenset(place.scheduled(first, last))
        planted.note("paused", path.life.number, first)


def _concern(path: Path, place: Placement, _: Habits, planted: Planted) -> None:
    """The supervisor sees it coming and says so by hand."""
    on = working_day(path.life.setting.day(path.life.random.randrange(4, 45)))
    if place.start_on <= on <= place.end_on:
        code = path.life.random.choice(("many", "pattern", "worry"))
        path.life.say(
            place.host, "absence.concern_raised", on, {"placement_id": place.id, "code": code}, part=AFTERNOON
        )
        planted.note("concern", path.life.number, on)


def _only(habits: Habits, missed: Iterable[date], scheduled: Iterable[date]) -> None:
    """Exactly these days are missed, so that the story is one story."""
    habits.vanished = frozenset(missed)
    habits.present = frozenset(scheduled) - habits.vanished


def _note(planted: Planted, kind: str, path: Path, missed: Iterable[date]) -> None:
    first = next(iter(missed), None)
    if first is not None and first < path.life.setting.end:
        planted.note(kind, path.life.number, first)


TROUBLES: dict[str, Trouble] = {
    "": _well,
    "shaky": _shaky,
    "hero": _hero,
    "withdrawn": _swapped,
    "sliding": _sliding,
    "gone": _gone,
    "paused": _paused,
    "concern": _concern,
}
SHARES = (("", 70), ("shaky", 12), ("sliding", 6), ("withdrawn", 3), ("gone", 2), ("paused", 3), ("concern", 4))
