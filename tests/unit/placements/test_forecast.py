"""What will fall due stands in the calendar before any rule has found it: outcomes, evidence, limits."""

from __future__ import annotations

from datetime import date

from schemas.placements.extended_v1 import PlacementExtended
from services.placements.rules import chain_long, outcome_missing
from services.placements.views import review_calendar
from tests.unit.given import COUNTY, Story
from tests.unit.placements.story import PLACEMENT, placed
from tests.unit.placements.test_more_views import forecast

START = date(2026, 3, 2)


def until(end: date) -> Story:
    """Placed from the first day to this one."""
    return placed(start=START).told(PlacementExtended(placement_id=PLACEMENT, end_on=end), on=START, by=COUNTY)


def test_two_years_of_periods_are_foreseen_from_the_first_day() -> None:
    told = until(date(2028, 6, 30))
    (row,) = forecast(told, review_calendar.view, chain_long.rule)

    assert (row["kind"], row["state"], row["on_day"], str(row["placement_id"])) == (
        "day_limit",
        "due",
        date(2028, 3, 2),
        str(PLACEMENT),
    )


def test_an_outcome_is_foreseen_a_month_after_the_end_of_a_period() -> None:
    told = until(date(2026, 5, 29))
    rows = forecast(told, review_calendar.view, outcome_missing.rule)

    assert [(r["kind"], r["on_day"]) for r in rows] == [("outcome", date(2026, 6, 28))]


def test_a_short_period_comes_to_no_limit() -> None:
    assert forecast(until(date(2026, 5, 29)), review_calendar.view, chain_long.rule) == []
