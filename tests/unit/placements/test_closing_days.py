"""Closing days of whoever runs or arranges a placement are no days on which she is expected."""

from datetime import date

from schemas.fields import SiteRef
from schemas.organisations.closing_days_set_v1 import ClosingDaysSet
from services.placements.rules.child_illness_long import rule as child
from services.placements.rules.no_show_row import rule as row
from tests.unit.given import AUTHORITY, COUNTY, WORKSHOP, By, Story, keys
from tests.unit.placements.story import KEY, SITE, march, missed, placed

FIVE_DAYS = ("mon", "tue", "wed", "thu", "fri")


def closed(told: Story, *days: date, by: By = WORKSHOP, site: SiteRef | None = None) -> Story:
    return told.agreed(ClosingDaysSet(year=2026, days=days, site=site), on=date(2026, 1, 2), by=by)


def test_a_closing_day_between_two_missed_days_does_not_break_the_row() -> None:
    told = missed(placed(), march(2), march(4))
    assert told.open(row, march(5)) == {}

    assert keys(closed(told, march(3)).open(row, march(5))) == [KEY]


def test_the_organisers_and_the_sites_closing_days_count_and_those_of_others_do_not() -> None:
    assert closed(missed(placed(), march(2), march(4)), march(3), by=COUNTY).open(row, march(5)) != {}
    assert closed(missed(placed(), march(2), march(4)), march(3), by=AUTHORITY).open(row, march(5)) == {}
    assert closed(missed(placed(), march(2), march(4)), march(3), site=str(SITE)).open(row, march(5)) != {}


def test_a_day_that_was_recorded_although_it_was_closed_counts_as_it_was_recorded() -> None:
    told = closed(missed(placed(), march(2), march(3)), march(3))

    assert keys(told.open(row, march(4))) == [KEY]


def test_a_closing_day_is_no_working_day_of_a_childs_illness() -> None:
    days = [march(n) for n in (2, 3, 4, 6)]
    told = missed(placed(FIVE_DAYS), *days, reason="child_illness_u10", notified_by_client=True)

    assert closed(told, march(5)).open(child, march(8)) == {}


def test_a_year_stated_anew_takes_the_place_of_what_was_said_before() -> None:
    told = closed(closed(missed(placed(), march(2), march(4)), march(3)), march(20))

    assert told.open(row, march(5)) == {}
