"""The day limit stands in the calendar before it is reached, by the agreed weekdays; nobody is told too early."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from kernel.calendar import is_working_day
from kernel.params import ParamSets, Reference
from schemas.attendance.day_recorded_v1 import AttendanceDayRecorded
from schemas.organisations.closing_days_set_v1 import ClosingDaysSet
from schemas.placements.extended_v1 import PlacementExtended
from schemas.placements.resumed_v1 import PlacementResumed
from schemas.placements.suspended_v1 import PlacementSuspended
from schemas.rule_parameters.set_v1 import RuleParametersSet
from services.placements.rules import cap_approaching, cap_exceeded
from services.placements.views import benefit_day_counters, review_calendar
from tests.unit.given import COUNTY, Story, days
from tests.unit.placements.story import FOUR_DAYS, OTHER, PLACEMENT, day, place, placed, terms
from tests.unit.placements.test_more_views import forecast

START, LAST = date(2026, 3, 2), date(2027, 8, 31)
FIVE_DAYS = (*FOUR_DAYS, "fri")
MON_TO_THU, MON_TO_FRI = range(4), range(5)


def agreed(weekdays: tuple[str, ...] = FOUR_DAYS, last: date = LAST) -> Story:
    return placed(weekdays, start=START).told(
        PlacementExtended(placement_id=PLACEMENT, end_on=last), on=START, by=COUNTY
    )


def limits(told: Story) -> dict[str, date]:
    """Rule → the day on which the calendar expects its limit."""
    rows = forecast(told, review_calendar.view, cap_approaching.rule, cap_exceeded.rule)
    assert {r["kind"] for r in rows} <= {"day_limit"}
    return {r["rule"]: r["on_day"] for r in rows}


def working(first: date, weekdays: Sequence[int] = MON_TO_THU) -> Iterator[date]:
    """The days agreed, as a calendar on the wall has them."""
    return (d for d in days(first, date(2028, 12, 31)) if d.weekday() in weekdays and is_working_day(d))


def after(number: int, found: Iterator[date]) -> date:
    """The day after so many days."""
    return [next(found) for _ in range(number)][-1] + timedelta(days=1)


def came(told: Story, *on: date) -> Story:
    every: list[AttendanceDayRecorded] = [day(d, "present") for d in on]
    return told.told(*every, on=max(on))


def test_the_warning_and_the_limit_are_foreseen_from_the_first_day_and_nothing_is_said_of_them() -> None:
    told = agreed()
    expected = {"R-LIM-3": after(160, working(START)), "R-LIM-3-CAP": after(178, working(START))}
    assert limits(told) == expected

    (row, _) = forecast(told, review_calendar.view, cap_approaching.rule, cap_exceeded.rule)
    assert (row["state"], row["placement_id"]) == ("due", PLACEMENT)
    assert forecast(told, benefit_day_counters.view, cap_approaching.rule) == []
    for on in (expected["R-LIM-3"], expected["R-LIM-3-CAP"], LAST):
        assert told.open(cap_approaching.rule, on) == told.open(cap_exceeded.rule, on) == {}


def test_who_comes_as_agreed_reaches_it_on_the_very_day_foreseen_and_then_it_is_foreseen_no_more() -> None:
    found = working(START)
    expected = after(160, working(START))
    told = came(agreed(), *(next(found) for _ in range(159)))
    assert limits(told)["R-LIM-3"] == expected

    came(told, next(found))
    assert cap_approaching.rule.id in limits(told)
    assert [str(f.since.date()) for f in told.open(cap_approaching.rule, expected).values()] == [
        str(expected - timedelta(days=1))  # its midnight, told in UTC
    ]
    assert [r["item"] for r in forecast(told, review_calendar.view, cap_approaching.rule)] == ["12_months"]


def test_a_day_missed_puts_it_off_and_a_day_that_is_still_to_be_told_does_not() -> None:
    first, second, third, *_ = [d for d, _ in zip(working(START), range(5), strict=False)]
    told = came(agreed(), first, third)
    assert limits(told)["R-LIM-3"] == after(159, working(second + timedelta(days=1)))

    told.told(day(second, "absent"), on=third)
    assert limits(told)["R-LIM-3"] == after(159, working(third)) > after(160, working(START))


def test_an_extension_brings_it_and_a_period_that_ends_before_does_not() -> None:
    told = agreed(last=date(2026, 11, 30))
    assert limits(told) == {}

    told.told(PlacementExtended(placement_id=PLACEMENT, end_on=LAST), on=START, by=COUNTY)
    assert set(limits(told)) == {"R-LIM-3", "R-LIM-3-CAP"}


def test_a_pause_and_closing_days_put_it_off() -> None:
    pause = PlacementSuspended.model_validate({"placement_id": PLACEMENT, "from": date(2026, 6, 1), "reason": "other"})
    told = agreed().told(pause, on=START)
    assert limits(told) == {}  # nobody knows until when

    told.told(PlacementResumed.model_validate({"placement_id": PLACEMENT, "from": date(2026, 8, 3)}), on=START)
    paused = [d for d in working(START) if d < date(2026, 6, 1) or d >= date(2026, 8, 3)]
    assert limits(told)["R-LIM-3"] == after(160, iter(paused))

    told.agreed(ClosingDaysSet(year=2026, days=(date(2026, 10, 5), date(2026, 10, 6))), on=START)
    assert limits(told)["R-LIM-3"] == after(160, (d for d in paused if d not in {date(2026, 10, 5), date(2026, 10, 6)}))


def test_other_weekdays_from_a_day_on_bring_it_nearer() -> None:
    change = date(2026, 5, 4)
    told = agreed().told(terms(change, FIVE_DAYS), on=START)

    both = [*(d for d in working(START) if d < change), *working(change, MON_TO_FRI)]
    assert limits(told)["R-LIM-3"] == after(160, iter(both)) < after(160, working(START))


def test_three_days_a_week_never_come_to_it_and_two_places_together_do() -> None:
    told = agreed(("mon", "tue", "wed"))
    assert limits(told) == {}

    place(told, ("thu",), OTHER, START)
    told.told(PlacementExtended(placement_id=OTHER, end_on=LAST), on=START, by=COUNTY)
    assert limits(told)["R-LIM-3"] == after(160, working(START))


def test_the_numbers_agreed_decide() -> None:
    fewer = RuleParametersSet(rule="R-LIM-3", params={"warn": 100, "cap": 120}, valid_from=START)

    assert limits(agreed().agreed(fewer, on=START)) == {
        "R-LIM-3": after(100, working(START)),
        "R-LIM-3-CAP": after(120, working(START)),
    }


def test_what_is_foreseen_does_not_depend_on_when_it_was_asked_before() -> None:
    """A schedule keeps the days that come: those kept since long ago are the same as those worked out anew."""
    told, kept = agreed(), agreed().state()
    sets = ParamSets(cap_approaching.rule, Reference([]))
    for number, on in enumerate(d for d in working(START) if d < date(2026, 12, 1)):
        told.fold.evolve(kept, came(told, on).facts[-1])
        asked = list(cap_approaching.rule.find(kept, sets))
        if number % 40 == 0:
            assert asked and asked == list(cap_approaching.rule.find(told.state(), sets))
