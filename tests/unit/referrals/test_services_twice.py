"""D06, D10 and D11: assessments, places and services that two have begun."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from schemas.need_assessments.completed_v1 import NeedAssessmentCompleted
from schemas.need_assessments.started_v1 import NeedAssessmentStarted
from schemas.parallel_services.agreed_v1 import ParallelServiceAgreed
from schemas.parallel_services.ended_v1 import ParallelServiceEnded
from schemas.placements.ended_v1 import PlacementEnded
from schemas.rule_parameters.set_v1 import RuleParametersSet
from schemas.supports.assigned_v1 import SupportAssigned
from services.referrals.rules.places_overlap import rule as places
from services.referrals.rules.service_agreed_twice import rule as services
from services.referrals.rules.two_assessments import rule as assessments
from tests.unit.given import AUTHORITY, COUNTY, OFFICE, WORKSHOP, By, Story, keys
from tests.unit.referrals.story import COACHING, MONDAY, ONE, OTHER_PLACE, PLACE, TEAM, TWO, later, placed, story


def assessed(told: Story, id_: UUID, on: date, by: By, kind: Any = "social") -> Story:
    return told.told(NeedAssessmentStarted(assessment_id=id_, kind=kind), on=on, by=by)


def completed(told: Story, id_: UUID, on: date, by: By, kind: Any = "social") -> Story:
    return told.told(NeedAssessmentCompleted(assessment_id=id_, kind=kind), on=on, by=by)


def test_a_social_and_a_multisector_assessment_open_at_once_are_found() -> None:
    told = assessed(assessed(story(), ONE, MONDAY, COUNTY), TWO, later(4), TEAM, "multisector")
    (found,) = told.open(assessments, later(5)).values()

    assert found.facts["assessment_kinds"] == ["social", "multisector"]
    assert (
        completed(completed(told, ONE, later(6), COUNTY), TWO, later(7), TEAM, "multisector").open(
            assessments, later(8)
        )
        == {}
    )


@pytest.mark.parametrize(("days", "found"), [(90, 1), (91, 0)])
def test_what_was_assessed_90_days_ago_can_still_be_used(days: int, found: int) -> None:
    told = completed(assessed(story(), ONE, later(-10), COUNTY), ONE, MONDAY, COUNTY)

    assert len(assessed(told, TWO, later(days), AUTHORITY).open(assessments, later(days + 1))) == found


def test_one_kind_by_one_organisation_is_its_own_matter() -> None:
    told = assessed(assessed(story(), ONE, MONDAY, COUNTY), TWO, later(4), COUNTY)

    assert told.open(assessments, later(5)) == {}


def two_places(first: tuple[str, ...], second: tuple[str, ...], start: date = date(2026, 3, 7)) -> Story:
    told = placed(story(), PLACE, MONDAY, start, first, COUNTY, WORKSHOP[0])
    return placed(told, OTHER_PLACE, later(3), start, second, OFFICE, OFFICE[0])


def test_two_places_on_the_same_weekday_are_found() -> None:
    (found,) = two_places(("mon", "wed"), ("wed", "thu")).open(places, later(4)).values()

    assert (found.facts["same_weekdays"], found.facts["days_per_week"]) == (["wed"], 4)
    assert found.facts["severity"] == "high"


def test_more_than_4_days_a_week_together_are_found_and_4_are_not() -> None:
    assert two_places(("mon", "tue"), ("wed", "thu")).open(places, later(4)) == {}
    assert len(two_places(("mon", "tue"), ("wed", "thu", "fri")).open(places, later(4))) == 1


def test_until_june_2015_five_days_a_week_were_allowed() -> None:
    told = placed(story(), PLACE, date(2015, 3, 2), date(2015, 3, 2), ("mon", "tue"), COUNTY, WORKSHOP[0])
    placed(told, OTHER_PLACE, date(2015, 3, 3), date(2015, 3, 4), ("wed", "thu", "fri"), OFFICE, OFFICE[0])

    assert told.open(places, date(2015, 4, 1)) == {}


def test_places_of_one_organisation_and_places_one_after_the_other_are_none() -> None:
    same = placed(story(), PLACE, MONDAY, later(5), ("mon",), COUNTY, WORKSHOP[0])
    assert placed(same, OTHER_PLACE, MONDAY, later(5), ("mon",), COUNTY, WORKSHOP[0]).open(places, later(6)) == {}

    after = placed(story(), PLACE, MONDAY, later(5), ("mon",), COUNTY, WORKSHOP[0])
    assert placed(after, OTHER_PLACE, MONDAY, later(300), ("mon",), OFFICE, OFFICE[0]).open(places, later(6)) == {}


def test_the_end_of_one_place_ends_the_overlap() -> None:
    told = two_places(("mon",), ("mon",))
    told.told(
        PlacementEnded(placement_id=PLACE, ended_on=later(20), end_reason="moved", planned=False),
        on=later(20),
        by=COUNTY,
    )

    assert len(told.open(places, later(20))) == 1
    assert told.open(places, later(21)) == {}


def agreed(told: Story, id_: UUID, on: date, by: By, kind: Any = "debt_counselling") -> Story:
    return told.told(ParallelServiceAgreed(ps_id=id_, service_type=kind), on=on, by=by)


@pytest.mark.parametrize(("days", "found"), [(30, 1), (31, 0)])
def test_a_service_that_ended_30_days_ago_still_counts(days: int, found: int) -> None:
    told = agreed(story(), ONE, later(-30), AUTHORITY)
    told.told(ParallelServiceEnded(ps_id=ONE, ended_on=later(-1)), on=MONDAY, by=AUTHORITY)

    assert len(agreed(told, TWO, later(days), COUNTY).open(services, later(days + 1))) == found


def test_one_service_agreed_by_two_is_found_until_one_ends() -> None:
    told = agreed(agreed(story(), ONE, MONDAY, AUTHORITY), TWO, later(4), COUNTY)
    assert keys(told.open(services, later(5))) == [f"D11:{ONE}:{TWO}"]

    told.told(ParallelServiceEnded(ps_id=TWO, ended_on=later(9)), on=later(9), by=COUNTY)
    assert told.open(services, later(10)) == {}


def test_a_service_agreed_by_mistake_is_taken_back() -> None:
    told = agreed(agreed(story(), ONE, MONDAY, AUTHORITY), TWO, later(4), COUNTY)

    assert told.retracted(told.last, later(5), by=COUNTY).open(services, later(6)) == {}


def test_another_gap_for_services_holds_from_its_day() -> None:
    told = agreed(story(), ONE, later(-30), AUTHORITY)
    told.told(ParallelServiceEnded(ps_id=ONE, ended_on=later(-1)), on=MONDAY, by=AUTHORITY)
    agreed(told, TWO, later(20), COUNTY)
    told.agreed(RuleParametersSet(rule="D11", params={"gap_days": 5}, valid_from=later(21)), on=MONDAY)
    assert len(told.open(services, later(22))) == 1

    told.agreed(RuleParametersSet(rule="D11", params={"gap_days": 5}, valid_from=later(20)), on=MONDAY)
    assert told.open(services, later(22)) == {}


def test_the_legitimate_pair_of_different_parallel_services_is_silent() -> None:
    told = agreed(agreed(story(), ONE, MONDAY, AUTHORITY), TWO, later(4), COUNTY, "substance_services")

    assert told.open(services, later(5)) == {}


def test_the_legitimate_pair_of_own_worker_job_coach_and_individual_coach_is_silent() -> None:
    told = story()
    for kind, org in (("job_coaching", COACHING), ("individual_coaching", OFFICE)):
        support: Any = {"type": kind, "phase": "during", "org": org[0]}
        told.told(SupportAssigned.model_validate(support), on=MONDAY, by=COUNTY)
        agreed(told, ONE if kind == "job_coaching" else TWO, MONDAY, org, kind)

    assert told.open(services, later(5)) == {}
