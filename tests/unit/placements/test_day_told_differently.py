"""D18: two systems tell of one day, and the site's word goes first."""

from datetime import date
from typing import Any

from schemas.duplicates.dismissed_v1 import DuplicateWorkDismissed
from schemas.rule_parameters.set_v1 import RuleParametersSet
from services.placements.rules.day_told_differently import rule
from tests.unit.given import COUNTY, OFFICE, WORKSHOP, Story, keys
from tests.unit.placements.story import PLACEMENT, corrected, day, placed

MONDAY, TUESDAY = date(2026, 3, 2), date(2026, 3, 3)
KEY = f"D18:{PLACEMENT}:2026-03-02"


def both(site: str = "absent", county: str = "present", **more: Any) -> Story:
    told = placed().told(day(MONDAY, site), on=MONDAY, by=WORKSHOP)
    return told.told(day(MONDAY, county, **more), on=TUESDAY, by=COUNTY)


def test_site_and_county_differ_and_the_sites_word_counts() -> None:
    told = both()
    assert told.open(rule, TUESDAY) == {}
    found = told.open(rule, date(2026, 3, 4))[KEY].facts

    assert [(i["org"], i["state"]) for i in found["items"]] == [(WORKSHOP[0], "counts"), (COUNTY[0], "outweighed")]
    assert (found["differs"], found["provider_org"], found["tell"]) == (["status"], WORKSHOP[0], "none")
    (placement,) = told.state().placements.values()
    assert placement.days[MONDAY].status == "absent"


def test_the_providers_office_goes_before_everybody_else() -> None:
    told = placed().told(day(MONDAY, "present"), on=TUESDAY, by=COUNTY)
    told.told(day(MONDAY, "absent"), on=MONDAY, by=OFFICE)

    assert told.open(rule, date(2026, 3, 4))[KEY].facts["items"][0]["org"] == OFFICE[0]


def test_the_same_said_twice_or_something_left_out_is_no_difference() -> None:
    assert both(county="absent").open(rule, date(2026, 3, 5)) == {}
    assert both(county="absent", reason="unknown").open(rule, date(2026, 3, 5)) == {}
    assert both(county="absent", minutes_present=0).open(rule, date(2026, 3, 5)) == {}


def test_one_system_that_says_it_again_corrects_itself() -> None:
    told = placed().told(day(MONDAY, "absent"), on=MONDAY).told(day(MONDAY, "present"), on=TUESDAY)

    assert told.open(rule, date(2026, 3, 5)) == {}


def test_taking_either_one_back_or_correcting_it_ends_it() -> None:
    told = both()
    assert told.retracted(told.last, TUESDAY, by=COUNTY).open(rule, date(2026, 3, 4)) == {}

    again = both()
    again.told(day(MONDAY, "absent"), on=date(2026, 3, 5), by=COUNTY, corrects=again.last)
    assert again.open(rule, date(2026, 3, 6)) == {}


def test_a_day_that_the_site_has_corrected_since_is_answered_until_somebody_differs_again() -> None:
    told = placed().told(day(MONDAY, "absent"), on=MONDAY, by=WORKSHOP)
    first = told.last
    told.told(day(MONDAY, "absent"), on=MONDAY, by=COUNTY)
    told.told(corrected(MONDAY, "swapped"), on=TUESDAY, by=WORKSHOP, corrects=first)
    assert told.open(rule, date(2026, 3, 5)) == {}

    told.told(day(MONDAY, "absent"), on=date(2026, 3, 5), by=OFFICE)
    assert keys(told.open(rule, date(2026, 3, 6))) == [KEY]


def test_it_is_over_after_a_while_or_when_people_have_put_it_aside() -> None:
    assert keys(both().open(rule, date(2026, 4, 1))) == [KEY]
    assert both().open(rule, date(2026, 4, 2)) == {}

    aside = both().told(DuplicateWorkDismissed(duplicate_id="r", key=KEY, reason="data_error"), on=TUESDAY)
    assert aside.open(rule, date(2026, 3, 5)) == {}


def test_how_long_it_is_asked_for_may_be_agreed() -> None:
    told = both().agreed(RuleParametersSet(rule="D18", params={"open_days": 2}, valid_from=MONDAY), on=MONDAY)

    assert (len(told.open(rule, date(2026, 3, 4))), told.open(rule, date(2026, 3, 5))) == (1, {})
