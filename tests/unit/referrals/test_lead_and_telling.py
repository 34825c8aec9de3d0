"""Who is proposed to lead what two have begun, and who may be told of it."""

from datetime import date
from typing import Any

import pytest

from schemas.clients.registered_v1 import ClientRegistered
from schemas.consents.given_v1 import ConsentGiven
from schemas.consents.withdrawn_v1 import ConsentWithdrawn
from schemas.disclosure_permits.prohibited_v1 import DisclosurePermitProhibited
from schemas.multisector.started_v1 import MultisectorStarted
from schemas.parallel_services.agreed_v1 import ParallelServiceAgreed
from schemas.responsibilities.agreed_v1 import ResponsibilityAgreed
from services.referrals.rules.review_booked_twice import rule as booked
from services.referrals.rules.service_agreed_twice import rule as agreed_twice
from services.referrals.rules.two_plans import rule as plans
from services.referrals.rules.two_referrals import rule as referrals
from services.referrals.telling import ground
from tests.unit.given import AUTHORITY, CLINIC, COUNTY, WORKSHOP, Story
from tests.unit.referrals.story import (
    KELA,
    MONDAY,
    ONE,
    OTHER_PLAN,
    PLACE,
    PLAN,
    TEAM,
    TWO,
    later,
    lives_on,
    named,
    placed,
    planned,
    referred,
    story,
)
from tests.unit.referrals.test_meetings_twice import twice

SCHOOL = ("9000022-2", "educational_institution")


def pair(**more: Any) -> Story:
    return referred(referred(story(), ONE, MONDAY, AUTHORITY), TWO, later(3), CLINIC, **more)


def facts(told: Story, rule: Any = referrals) -> dict[str, Any]:
    (found,) = told.open(rule, later(5)).values()
    return found.facts


def test_what_is_agreed_for_the_area_comes_first() -> None:
    told = twice(1)
    home = ClientRegistered(home_municipality="743", age_band="25plus", language="fi", birth_year=1980)
    told.told(home, on=MONDAY, by=COUNTY)
    agreed = {"task_kind": "plan_review", "lead_role": "social_instructor", "lead_org": COUNTY[0]}
    elsewhere = ResponsibilityAgreed.model_validate({**agreed, "area": "152", "valid_from": MONDAY})
    assert facts(told.agreed(elsewhere, on=MONDAY), booked)["lead"]["why"] == "statute"

    here = ResponsibilityAgreed.model_validate({**agreed, "area": "743", "valid_from": MONDAY})
    assert facts(told.agreed(here, on=MONDAY), booked)["lead"] == {
        **{"role": "social_instructor", "org": COUNTY[0]},
        "why": "agreed",
    }


def test_an_agreement_that_is_over_counts_no_more() -> None:
    told = twice(1)
    home = ClientRegistered(home_municipality="743", age_band="25plus", language="fi", birth_year=1980)
    over = {"task_kind": "plan_review", "lead_role": "social_instructor", "area": "743"}
    told.told(home, on=MONDAY, by=COUNTY)
    told.agreed(
        ResponsibilityAgreed.model_validate({**over, "valid_from": date(2025, 1, 1), "valid_to": later(1)}), on=MONDAY
    )

    assert facts(told, booked)["lead"]["why"] == "statute"


def test_of_multisector_plans_no_statute_decides_but_who_began_first_with_most_people() -> None:
    told = planned(planned(story(), PLAN, MONDAY, AUTHORITY), OTHER_PLAN, later(3), TEAM, "multisector_employment_plan")
    lives_on(told, "labour_market_subsidy", date(2026, 1, 1))

    assert facts(told, plans)["lead"] == {"role": None, "org": AUTHORITY[0], "why": "earliest"}


def test_where_nothing_decides_the_own_worker_does() -> None:
    told = named(story(), MONDAY)
    planned(told, PLAN, later(3), AUTHORITY)
    planned(told, OTHER_PLAN, later(3), TEAM, "multisector_employment_plan")

    assert facts(told, plans)["lead"] == {"role": "own_worker", "org": COUNTY[0], "why": "own_worker"}


def test_arranging_is_the_countys() -> None:
    assert facts(pair())["lead"] == {"role": "social_instructor", "org": None, "why": "statute"}


@pytest.mark.parametrize(
    ("service", "why"),
    [("social_guidance", "default"), ("social_rehabilitation", "default"), ("education", "earliest")],
)
def test_social_guidance_and_rehabilitation_are_adult_social_works_where_nothing_was_agreed(
    service: str, why: str
) -> None:
    told = story()
    for by, id_, on in ((AUTHORITY, ONE, MONDAY), (COUNTY, TWO, later(1))):
        said = ParallelServiceAgreed.model_validate({"ps_id": id_, "service_type": service})
        told.told(said, on=on, by=by)
    lead = facts(told, agreed_twice)["lead"]

    assert lead["why"] == why
    assert lead["org"] == (COUNTY[0] if why == "default" else AUTHORITY[0])


def test_parties_to_the_plan_are_both_told_with_the_provision() -> None:
    told = twice(1)

    assert facts(told, booked)["tell"] == "both"
    assert facts(told, booked)["told"] == [
        {"org": COUNTY[0], "ground": "L189-12"},
        {"org": AUTHORITY[0], "ground": "L189-12"},
    ]


def test_a_guidance_centre_without_permit_is_not_told() -> None:
    found = facts(pair())

    assert (found["tell"], found["untold"]) == ("one", [CLINIC[0]])


def test_feedback_permitted_or_a_consent_lets_it_be_told_until_withdrawn() -> None:
    assert facts(pair(feedback_permitted=True))["tell"] == "both"

    consent = ConsentGiven(permit_id=PLAN, scope=("situation",), recipients=(CLINIC[0],))
    told = pair().told(consent, on=MONDAY, by=COUNTY)
    assert facts(told)["told"][-1] == {"org": CLINIC[0], "ground": "L703-53"}
    told.told(ConsentWithdrawn(permit_id=PLAN), on=later(2), by=COUNTY)
    assert facts(told)["tell"] == "one"


def test_when_none_is_entitled_it_stays_with_the_organisers_own_team() -> None:
    told = referred(referred(story(), ONE, MONDAY, SCHOOL), TWO, later(3), CLINIC)

    assert (facts(told)["tell"], facts(told)["told"]) == ("none", [])


def test_a_provider_is_told_only_where_somebody_else_has_brought_it_in() -> None:
    state = placed(story(), PLACE, MONDAY, MONDAY, ("mon",), COUNTY, WORKSHOP[0]).state()
    alone = placed(story(), PLACE, MONDAY, MONDAY, ("mon",), WORKSHOP, None).state()

    assert ground(state, *WORKSHOP, later(1)) == "L703-14"
    assert ground(alone, *WORKSHOP, later(1)) == ""


def test_a_prohibition_goes_before_everything_but_the_plans_own_parties() -> None:
    told = placed(story(), PLACE, MONDAY, MONDAY, ("mon",), COUNTY, WORKSHOP[0])
    told.told(DisclosurePermitProhibited(permit_id=PLAN, recipients=(WORKSHOP[0], COUNTY[0])), on=MONDAY, by=COUNTY)

    assert ground(told.state(), *WORKSHOP, later(1)) == ""
    assert ground(told.state(), *COUNTY, later(1)) == "L189-12"


@pytest.mark.parametrize(("began", "expected"), [(MONDAY, "L381-15"), (later(5), "")])
def test_kela_is_told_once_multisector_support_has_begun(began: date, expected: str) -> None:
    told = story().told(MultisectorStarted(started_on=began), on=began, by=TEAM)

    assert ground(told.state(), *KELA, later(1)) == expected


def test_the_id_of_a_pair_is_the_same_whatever_came_first() -> None:
    turned = referred(referred(story(), TWO, later(3), CLINIC), ONE, MONDAY, AUTHORITY)

    assert facts(turned)["duplicate_id"] == facts(pair())["duplicate_id"]
