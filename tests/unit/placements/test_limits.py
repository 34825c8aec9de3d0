"""R-LIM-1, R-LIM-2, R-LIM-4, R-LIM-5, R-LIM-7: what the law allows in a week, a day, a period, and how far away."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from kernel.calendar import midnight
from schemas.placements.agreed_v1 import PlacementAgreed as Older
from schemas.placements.agreed_v2 import PlacementAgreed
from schemas.placements.ended_v1 import PlacementEnded
from schemas.placements.extended_v1 import PlacementExtended
from schemas.plans.reviewed_v1 import PlanReviewed
from schemas.plans.signed_v2 import PlanSigned
from schemas.plans.terms import KttTerms
from schemas.rule_parameters.set_v1 import RuleParametersSet
from services.placements.rules.chain_long import rule as chain
from services.placements.rules.days_per_week import rule as week
from services.placements.rules.hours_per_day import rule as hours
from services.placements.rules.period_length import rule as length
from services.placements.rules.site_far_away import rule as far
from tests.unit.given import AUTHORITY, COUNTY, WORKSHOP, Story, keys
from tests.unit.placements.story import (
    KEY,
    OTHER,
    PLACEMENT,
    SITE,
    came,
    corrected,
    day,
    march,
    place,
    placed,
    story,
    terms,
)  # fmt: skip

EPISODE = UUID("0d8f6f0e-7c1b-4a53-9a0e-2f5d1c3b7b00")
PLAN = UUID("0d8f6f0e-7c1b-4a53-9a0e-2f5d1c3b7a03")
FIVE = ("mon", "tue", "wed", "thu", "fri")
WEEK = [march(d) for d in range(2, 7)]


def agreed(
    start: date,
    end: date,
    told: Story | None = None,
    placement: UUID = PLACEMENT,
    *,
    on: date | None = None,
    **more: object,
) -> Story:
    said = PlacementAgreed.model_validate(
        {
            "placement_id": placement,
            "episode_id": EPISODE,
            "site_id": SITE,
            "start_on": start,
            "end_on": end,
            "provider_org": WORKSHOP[0],
            **more,
        }
    )
    return (told or story()).told(said, on=on or start, by=COUNTY)


def test_a_fifth_day_in_a_week_is_found_when_it_is_over() -> None:
    told = came(placed(), *WEEK)

    assert told.open(week, march(6)) == {}
    found = told.open(week, march(7))["week"]
    assert (found.since, found.facts["days"], found.facts["cap"]) == (midnight(march(7)), 5, 4)


def test_four_days_in_each_of_two_weeks_are_lawful() -> None:
    assert came(placed(), *WEEK[1:], *[march(d) for d in (9, 10, 11, 12)]).open(week, march(20)) == {}


def test_two_placements_at_once_are_one_week() -> None:
    told = place(placed(("mon", "tue")), ("wed", "thu", "fri"), OTHER)
    for one in WEEK:
        told.told(day(one, "present", PLACEMENT if one.weekday() < 2 else OTHER), on=one)

    assert keys(told.open(week, march(8))) == ["week"]


def test_a_correction_to_swapped_takes_the_week_away() -> None:
    told = came(placed(), *WEEK)

    assert told.told(corrected(march(6), "swapped"), on=march(9)).open(week, march(9)) == {}


def test_a_day_told_late_makes_the_week_too_long() -> None:
    told = came(placed(), *WEEK[:2], *WEEK[3:])
    assert told.open(week, march(10)) == {}

    assert keys(told.told(day(WEEK[2], "present"), on=march(10)).open(week, march(10))) == ["week"]


def test_the_week_rests_four_weeks_later() -> None:
    told = came(placed(), *WEEK)

    assert told.open(week, march(7) + timedelta(days=27)) != {}
    assert told.open(week, march(7) + timedelta(days=28)) == {}


def test_five_days_a_week_were_lawful_until_the_end_of_june_2015() -> None:
    june = [date(2015, 6, 15) + timedelta(days=n) for n in range(5)]
    july = [date(2015, 7, 6) + timedelta(days=n) for n in range(5)]
    told = came(placed(FIVE, start=date(2015, 6, 1)), *june)

    assert told.open(week, date(2015, 6, 30)) == {}
    assert keys(told.open(week, date(2015, 7, 1))) == [f"{KEY}:2015-06-01"]
    assert keys(came(told, *july).open(week, date(2015, 7, 12))) == [f"{KEY}:2015-06-01", "week"]


def test_a_plan_for_five_days_is_found_until_it_is_changed() -> None:
    told = placed(FIVE)
    assert [f.facts["step"] for f in told.open(week, march(2)).values()] == ["planned"]

    told.told(terms(march(9), FIVE[:4]), on=march(2), by=COUNTY)
    assert told.open(week, march(8)) != {}
    assert told.open(week, march(9)) == {}


def test_the_number_of_days_is_a_parameter_of_its_day() -> None:
    three = RuleParametersSet(rule="R-LIM-1", params={"days_per_week": 3}, valid_from=march(5))

    assert keys(came(placed(), *WEEK[:4]).agreed(three, on=march(1)).open(week, march(6))) == ["week"]
    later = three.model_copy(update={"valid_from": march(6)})
    assert came(placed(), *WEEK[:4]).agreed(later, on=march(1)).open(week, march(6)) == {}


@pytest.mark.parametrize(
    ("minutes", "step"), [(239, "short_day"), (240, None), (480, None), (481, "long_day"), (None, None)]
)
def test_a_day_lasts_from_four_to_eight_hours(minutes: int | None, step: str | None) -> None:
    told = came(placed(), march(2), minutes_present=minutes)

    assert [f.facts["step"] for f in told.open(hours, march(3)).values()] == ([step] if step else [])


@pytest.mark.parametrize(("last", "found"), [(480, False), (481, True)])
def test_a_week_lasts_thirty_two_hours_at_most(last: int, *, found: bool) -> None:
    told = came(placed(), *WEEK[:3], minutes_present=480)
    told.told(day(WEEK[3], "present", minutes_present=last), on=WEEK[3])

    assert (f"{KEY}:long_week" in told.open(hours, march(6))) is found


def test_an_absence_is_no_short_day_and_a_correction_takes_a_short_day_away() -> None:
    told = placed().told(day(march(2), minutes_present=0), on=march(2))
    assert told.open(hours, march(3)) == {}

    told = came(placed(), march(2), minutes_present=60)
    told.told(corrected(march(2), "present", minutes_present=300), on=march(4))
    assert told.open(hours, march(4)) == {}


def test_short_days_near_each_other_are_one_matter_that_rests_after_four_weeks() -> None:
    told = came(placed(), march(2), march(16), minutes_present=100)
    found = told.open(hours, march(17))[f"{KEY}:short_day"]

    assert (found.since, found.facts["days"]) == (midnight(march(3)), 2)
    assert told.open(hours, march(17) + timedelta(days=28)) == {}


@pytest.mark.parametrize(
    ("end", "step"),
    [
        (date(2026, 4, 28), "short"),
        (date(2026, 4, 29), None),
        (date(2028, 1, 30), None),
        (date(2028, 1, 31), "long"),
    ],
)
def test_a_period_lasts_from_three_months_to_two_years(end: date, step: str | None) -> None:
    found = agreed(date(2026, 1, 31), end, on=date(2026, 1, 10)).open(length, date(2026, 1, 11))

    assert [f.facts["step"] for f in found.values()] == ([step] if step else [])


def test_a_period_is_told_when_it_is_agreed_and_again_no_more_when_it_was_put_right() -> None:
    told = agreed(march(2), march(30), on=date(2026, 1, 10))
    assert told.open(length, date(2026, 1, 10)) == {}
    assert keys(told.open(length, date(2026, 1, 11))) == [KEY]

    longer = PlacementExtended(placement_id=PLACEMENT, end_on=date(2026, 6, 30))
    assert told.told(longer, on=date(2026, 1, 12), by=COUNTY).open(length, date(2026, 1, 13)) == {}


def test_a_next_period_of_the_same_placement_is_measured_by_itself() -> None:
    told = agreed(date(2025, 1, 1), date(2025, 12, 31))
    told.told(PlacementExtended(placement_id=PLACEMENT, period_no=2, end_on=date(2026, 2, 28)), on=date(2025, 12, 1))

    assert [f.facts["step"] for f in told.open(length, date(2025, 12, 2)).values()] == ["short"]


def test_the_terms_of_a_plan_are_measured_when_it_is_signed() -> None:
    terms = KttTerms(site_id=SITE, days_per_week=3, minutes_per_day=300, start_on=march(2), end_on=march(30))
    plan = PlanSigned(plan_id=PLAN, plan_type="activation_plan", includes_ktt=True, ktt_terms=terms)
    told = story().told(plan, on=date(2026, 2, 20), by=AUTHORITY)

    assert keys(told.open(length, date(2026, 2, 21))) == [str(PLAN)]
    assert told.retracted(told.last, date(2026, 2, 22), by=AUTHORITY).open(length, date(2026, 2, 23)) == {}


def two_periods() -> Story:
    told = agreed(date(2023, 1, 1), date(2023, 12, 31))
    return agreed(date(2024, 2, 1), date(2026, 1, 31), told, OTHER)


def test_two_years_of_periods_together_ask_for_a_look_at_the_plan() -> None:
    told = two_periods()

    assert told.open(chain, date(2025, 1, 31)) == {}  # 365 days, then 366 of the second period
    found = told.open(chain, date(2025, 2, 1))[str(EPISODE)]
    assert (found.facts["periods"], found.facts["months"]) == (2, 24)


def test_a_plan_that_was_gone_through_since_is_enough() -> None:
    told = two_periods()
    early = PlanReviewed(plan_id=PLAN, reviewed_on=date(2025, 1, 15))
    assert told.told(early, on=date(2025, 1, 15), by=AUTHORITY).open(chain, date(2025, 2, 10)) != {}

    later = PlanReviewed(plan_id=PLAN, reviewed_on=date(2025, 2, 5))
    assert told.told(later, on=date(2025, 2, 5), by=AUTHORITY).open(chain, date(2025, 2, 10)) == {}


def test_a_chain_that_ended_before_or_is_of_another_episode_is_none() -> None:
    ended = PlacementEnded(placement_id=OTHER, ended_on=date(2025, 1, 10), end_reason="employed", planned=False)
    assert two_periods().told(ended, on=date(2025, 1, 10), by=COUNTY).open(chain, date(2025, 3, 1)) == {}

    told = agreed(date(2023, 1, 1), date(2023, 12, 31), episode_id=None)
    assert agreed(date(2024, 2, 1), date(2026, 1, 31), told, OTHER, episode_id=None).open(chain, march(1)) == {}


def test_periods_that_run_at_once_count_their_days_once() -> None:
    told = agreed(date(2024, 1, 1), date(2025, 6, 30))
    agreed(date(2024, 6, 1), date(2025, 9, 30), told, OTHER)

    assert told.open(chain, date(2025, 9, 30)) == {}


def test_the_months_valid_when_they_are_reached_decide() -> None:
    shorter = RuleParametersSet(rule="R-LIM-5", params={"months": 12}, valid_from=date(2024, 6, 1))

    assert keys(two_periods().agreed(shorter, on=date(2024, 1, 1)).open(chain, date(2024, 7, 1))) == [str(EPISODE)]


@pytest.mark.parametrize(("km", "consents", "found"), [(80, False, False), (81, False, True), (81, True, False)])
def test_a_site_farther_than_eighty_kilometres_needs_consent(km: int, *, consents: bool, found: bool) -> None:
    told = agreed(march(2), date(2026, 8, 31), distance_km=km, consents_to_distance=consents, on=date(2026, 2, 1))

    assert bool(told.open(far, date(2026, 2, 2))) is found
    assert told.open(far, date(2026, 2, 1)) == {}
    assert told.open(far, date(2026, 9, 1)) == {}


def test_a_distance_that_nobody_told_is_not_far() -> None:
    older = Older(placement_id=PLACEMENT, site_id=SITE, start_on=march(2), end_on=date(2026, 8, 31))

    assert story().told(older, on=march(1), by=COUNTY).open(far, march(5)) == {}
    assert story().told(PlacementAgreed.upgrade(older), on=march(1), by=COUNTY).open(far, march(5)) == {}


def test_consent_told_later_takes_it_away() -> None:
    told = agreed(march(2), date(2026, 8, 31), distance_km=90)
    assert told.open(far, march(3)) != {}

    assert (
        agreed(march(2), date(2026, 8, 31), told, distance_km=90, consents_to_distance=True, on=march(4)).open(
            far, march(5)
        )
        == {}
    )
