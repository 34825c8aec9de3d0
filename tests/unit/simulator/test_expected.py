"""The simulator's own calendar, and how its model is held against what was shown."""

from datetime import date, timedelta

import holidays
import pytest

from simulator.expected.calendar import after_working_days, easter, months_later, works
from simulator.expected.compare import compare, kept, lines, table, together
from simulator.expected.shown import Shown

DAYS = [date(2026, 3, 2) + timedelta(days=n) for n in range(6)]
MATTER = ("R-ABS-2", "place")


def shown(days: str) -> dict[int, dict[date, frozenset[tuple[str, str]]]]:
    """One person's matter on the days that are marked."""
    return {7: {d: frozenset([MATTER] if sign == "x" else []) for d, sign in zip(DAYS, days, strict=True)}}


@pytest.mark.parametrize("year", range(2015, 2036))
def test_the_simulators_calendar_is_the_finnish_one(year: int) -> None:
    official = holidays.country_holidays("FI", years=year)
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(366)]

    assert [d for d in days if d.year == year and works(d) == (d.weekday() > 4 or d in official)] == []


def test_easter_and_working_days_around_it() -> None:
    assert easter(2026) == date(2026, 4, 5)
    assert after_working_days(date(2026, 4, 2), 1) == date(2026, 4, 7)
    assert months_later(date(2026, 1, 31), 3) == date(2026, 4, 30)


def test_the_same_days_are_right() -> None:
    (found,) = compare(shown("-xx-x-"), shown("-xx-x-"), ["R-ABS-2"])

    assert (found.expected, found.shown, found.open, found.right) == (2, 2, 0, True)


def test_shown_a_day_late_is_missed_and_kept_too_long_is_unexpected() -> None:
    (found,) = compare(shown("-xxx--"), shown("--xxx-"), [])

    assert [(m.person, m.day) for m in found.missed] == [(7, DAYS[1])]
    assert [(m.person, m.day) for m in found.unexpected] == [(7, DAYS[4])]
    assert (found.precision, found.recall) == (0.0, 0.0)
    assert table([found])[0]["missed"] == [{"person": 7, "day": "2026-03-03", "key": "place"}]
    assert "missed: person 7 on 2026-03-03" in "\n".join(lines([found]))


def test_what_people_have_put_aside_may_be_hidden_until_it_comes_anew() -> None:
    closed = kept([(7, DAYS[1], frozenset({MATTER}))])

    assert compare(shown("xxx--x"), shown("xx---x"), [], closed)[0].right
    assert not compare(shown("xxx--x"), shown("xx----"), [], closed)[0].right


def test_a_rule_that_the_model_does_not_know_is_unexpected_by_name() -> None:
    (found,) = compare({}, shown("x-----"), [])

    assert (found.rule, found.right) == ("R-ABS-2", False)


def test_what_is_shown_is_kept_as_the_days_on_which_it_changes_and_read_back_as_every_day() -> None:
    seen = Shown()
    for day, names in shown("-xx-x-")[7].items():
        seen.note(day, {7: names} if names else {})

    assert [day for day, _ in seen.turns[7]] == [DAYS[1], DAYS[3], DAYS[4], DAYS[5]]
    assert {7: seen.of(7)} == shown("-xx-x-")
    assert set(seen.without("R-ABS-2".__eq__).of(7).values()) == {frozenset()}
    assert seen.only([8]).of(8) == dict.fromkeys(DAYS, frozenset())


def test_scores_of_some_persons_and_of_others_are_one_score() -> None:
    some, others = compare(shown("-xx-x-"), shown("-xx-x-"), []), compare(shown("-xxx--"), shown("------"), ["R-REV-1"])

    absent, reviews = together([some, others])

    assert (absent.expected, absent.shown, absent.recall) == (3, 2, 1 - 1 / 3)
    assert (reviews.rule, reviews.right) == ("R-REV-1", True)
