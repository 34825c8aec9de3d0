"""D02, D04 and D16: plans begun twice, led by two, or made instead of one another."""

from datetime import date, timedelta

import pytest

from schemas.duplicates.dismissed_v1 import DuplicateWorkDismissed
from schemas.plans.ended_v1 import PlanEnded
from schemas.plans.superseded_v1 import PlanSuperseded
from schemas.rule_parameters.set_v1 import RuleParametersSet
from services.referrals.rules.employment_plan_instead import rule as instead
from services.referrals.rules.two_leads import rule as leads
from services.referrals.rules.two_plans import rule as plans
from tests.unit.given import AUTHORITY, COUNTY, Story, keys
from tests.unit.referrals.story import (
    MONDAY,
    OTHER_PLAN,
    PLAN,
    TEAM,
    eligible,
    later,
    lives_on,
    planned,
    signed_by_all,
    story,
)

MULTI, EMPLOYMENT = "multisector_employment_plan", "employment_plan"
BOTH = f"{PLAN}:{OTHER_PLAN}"


def two_kinds() -> Story:
    return planned(planned(story(), PLAN, MONDAY, AUTHORITY), OTHER_PLAN, later(3), TEAM, MULTI)


def test_an_activation_plan_and_a_multisector_plan_in_preparation_are_found_at_the_second_start() -> None:
    assert two_kinds().open(plans, later(3)) == {}
    found = two_kinds().open(plans, later(4))[f"D02:{BOTH}"]

    assert [i["org"] for i in found.facts["items"]] == [AUTHORITY[0], TEAM[0]]
    assert (found.facts["severity"], found.facts["tell"]) == ("high", "both")


def test_the_other_kind_begun_while_the_first_is_in_force_is_found_and_after_its_end_not() -> None:
    told = signed_by_all(planned(story(), PLAN, MONDAY, AUTHORITY), PLAN, later(1))
    told.told(PlanEnded(plan_id=PLAN, ended_on=later(20), reason="needs_changed"), on=later(20), by=AUTHORITY)

    assert keys(planned(told, OTHER_PLAN, later(20), TEAM, MULTI).open(plans, later(20) + timedelta(hours=0))) == []
    assert keys(told.open(plans, later(21))) == []
    earlier = planned(
        signed_by_all(planned(story(), PLAN, MONDAY, AUTHORITY), PLAN, later(1)), OTHER_PLAN, later(9), TEAM, MULTI
    )
    assert keys(earlier.open(plans, later(10))) == [f"D02:{BOTH}"]


def test_it_is_over_when_one_of_the_two_ends() -> None:
    told = two_kinds().told(PlanEnded(plan_id=PLAN, ended_on=later(5), reason="replaced"), on=later(5), by=AUTHORITY)

    assert keys(told.open(plans, later(5))) == [f"D02:{BOTH}"]
    assert told.open(plans, later(6)) == {}


def test_a_plan_taken_back_leaves_one_plan() -> None:
    told = two_kinds()
    started = told.facts[2].id

    assert told.retracted(started, later(5), by=TEAM).open(plans, later(6)) == {}


def test_a_dismissed_pair_of_plans_stays_dismissed_under_its_own_rule_only() -> None:
    told = two_kinds().told(
        DuplicateWorkDismissed(duplicate_id="r", key=f"D16:{BOTH}", reason="joint_work"), on=later(4)
    )
    assert keys(told.open(plans, later(5))) == [f"D02:{BOTH}"]

    told.told(DuplicateWorkDismissed(duplicate_id="r", key=f"D02:{BOTH}", reason="joint_work"), on=later(5))
    assert told.open(plans, later(6)) == {}


@pytest.mark.parametrize(("days", "found"), [(7, ["D16"]), (8, ["D02"])])
def test_one_kind_begun_by_both_sides_within_7_days_is_a_conflict_about_the_lead(days: int, found: list[str]) -> None:
    told = planned(planned(story(), PLAN, MONDAY, AUTHORITY), OTHER_PLAN, later(days), COUNTY)

    assert [k[:3] for r in (leads, plans) for k in told.open(r, later(days + 1))] == found


def test_unemployment_benefit_makes_the_authority_lead_and_social_assistance_the_county() -> None:
    told = planned(planned(story(), PLAN, MONDAY, AUTHORITY), OTHER_PLAN, later(3), COUNTY)
    key = f"D16:{BOTH}"
    assistance = lives_on(told, "basic_social_assistance", date(2026, 1, 1)).open(leads, later(4))[key].facts
    assert (assistance["lead"]["org"], assistance["lead"]["why"], assistance["both_benefits"]) == (
        *(COUNTY[0], "statute"),
        False,
    )

    both = lives_on(told, "labour_market_subsidy", date(2026, 1, 1)).open(leads, later(4))[key].facts
    assert (both["lead"]["role"], both["lead"]["org"]) == ("employment_officer", AUTHORITY[0])
    assert both["both_benefits"] is True


def test_another_gap_for_the_lead_may_be_agreed() -> None:
    told = planned(planned(story(), PLAN, MONDAY, AUTHORITY), OTHER_PLAN, later(10), COUNTY)
    assert told.open(leads, later(11)) == {}

    told.agreed(RuleParametersSet(rule="D16", params={"gap_days": 10}, valid_from=MONDAY), on=MONDAY)
    assert keys(told.open(leads, later(11))) == [f"D16:{BOTH}"]


def employment_plan(on: date, told: Story | None = None) -> Story:
    return planned(told or story(), OTHER_PLAN, on, AUTHORITY, EMPLOYMENT)


def test_an_employment_plan_while_an_activation_plan_is_due_is_found_under_the_law_until_2025() -> None:
    told = employment_plan(date(2025, 12, 31), eligible(story(), date(2025, 12, 1)))
    found = told.open(instead, date(2026, 1, 1))

    assert [f.facts["why"] for f in found.values()] == ["activation_due"]
    assert found[keys(found)[0]].facts["instead_of"] == "activation_plan"


def test_from_2026_only_for_those_on_social_assistance() -> None:
    told = employment_plan(date(2026, 1, 1), eligible(story(), date(2025, 12, 1)))
    assert told.open(instead, date(2026, 1, 2)) == {}

    lives_on(told, "basic_social_assistance", date(2025, 11, 1))
    assert [f.facts["why"] for f in told.open(instead, date(2026, 1, 2)).values()] == ["activation_due"]


def test_once_the_activation_plan_is_begun_it_is_over() -> None:
    told = employment_plan(date(2025, 6, 10), eligible(story(), date(2025, 6, 2)))
    planned(told, PLAN, date(2025, 6, 20), AUTHORITY)

    assert len(told.open(instead, date(2025, 6, 20))) == 1
    assert told.open(instead, date(2025, 6, 21)) == {}


@pytest.mark.parametrize(
    ("year", "kind", "found"), [(2025, "activation_plan", 1), (2026, "activation_plan", 0), (2026, MULTI, 1)]
)
def test_beside_a_plan_in_force_by_the_law_of_the_day(year: int, kind: str, found: int) -> None:
    told = signed_by_all(planned(story(), PLAN, date(year, 3, 3), TEAM, kind), PLAN, date(year, 3, 5), TEAM)

    assert len(employment_plan(date(year, 3, 10), told).open(instead, date(year, 3, 11))) == found


def test_an_employment_plan_reported_late_is_found_as_of_its_day() -> None:
    told = eligible(story(), date(2025, 6, 2))
    planned(told, PLAN, date(2025, 6, 20), AUTHORITY)
    employment_plan(date(2025, 6, 10), told)

    assert len(told.open(instead, date(2025, 6, 12))) == 1
    assert told.open(instead, date(2025, 6, 22)) == {}


def test_the_legitimate_pair_employment_plan_before_the_activation_plan_is_silent() -> None:
    told = signed_by_all(employment_plan(date(2025, 3, 3)), OTHER_PLAN, date(2025, 3, 4))
    eligible(told, date(2025, 4, 1))
    planned(told, PLAN, date(2025, 4, 10), AUTHORITY)

    assert told.open(instead, date(2025, 4, 5)) == told.open(instead, date(2025, 5, 1)) == {}
    assert told.open(plans, date(2025, 5, 1)) == {}


def test_the_legitimate_pair_of_a_renewal_overlapping_the_old_plan_is_silent() -> None:
    told = signed_by_all(planned(story(), PLAN, later(-30), AUTHORITY), PLAN, later(-25))
    planned(told, OTHER_PLAN, later(2), TEAM, MULTI, predecessor_plan_id=PLAN)
    assert told.open(plans, later(10)) == {}

    unlinked = signed_by_all(planned(story(), PLAN, later(-30), AUTHORITY), PLAN, later(-25))
    planned(unlinked, OTHER_PLAN, later(2), TEAM, MULTI)
    assert keys(unlinked.open(plans, later(10))) == [f"D02:{BOTH}"]
    said = PlanSuperseded(plan_id=PLAN, successor=OTHER_PLAN, superseded_on=later(12))
    assert unlinked.told(said, on=later(12), by=AUTHORITY).open(plans, later(13)) == {}


def test_a_renewal_that_is_not_signed_for_more_than_60_days_is_found() -> None:
    told = signed_by_all(planned(story(), PLAN, later(-30), AUTHORITY), PLAN, later(-25))
    planned(told, OTHER_PLAN, MONDAY, AUTHORITY, predecessor_plan_id=PLAN)

    assert told.open(plans, later(60)) == {}
    assert keys(told.open(plans, later(61))) == [f"D02:{BOTH}"]
    assert signed_by_all(told, OTHER_PLAN, later(61)).open(plans, later(62)) == {}
