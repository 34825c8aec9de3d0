"""Rows 14–33: numbers and clients, who refers, how it ends and how long it takes."""

from pathlib import Path

import pytest

from kernel.disclosure import Viewer, disclose, load_policy
from schemas.clients.registered_v1 import ClientRegistered
from schemas.codes import SITES
from schemas.outcomes.recorded_v1 import OutcomeRecorded
from schemas.referrals.accepted_v1 import ReferralAccepted
from services.placements.views.outcomes import view as outcomes
from services.referrals.views.referral_board import view as board
from tests.unit.given import COUNTY, SUBJECT, WORKSHOP
from tests.unit.referrals.story import MONDAY, ONE, later, referred, story
from tests.unit.survey.stating import ROOT, kind, may_state, refused, stated

POLICY = load_policy(Path(ROOT) / "deploy" / "disclosure.toml")
REFERRERS = (
    "employment_authority", "te_office", "adult_social_work", "typ", "kela", "municipal_employment_trial",
    "municipal_employment_services", "mental_health_services", "ohjaamo", "educational_institution",
    "specialised_health_care",
)  # fmt: skip


def test_row_17_only_kela_states_that_somebody_is_entitled() -> None:
    assert kind("eligibility.reported").meta.stated_by == {"kela"}
    assert not may_state("eligibility.reported", "workshop")


def test_row_18_a_referral_tells_what_else_was_considered() -> None:
    said = stated("referral.submitted", alternatives_considered=["open_labour_market", "education"])

    assert said.alternatives_considered == ("open_labour_market", "education")


def test_row_19_ability_is_assessed_before_the_service_is_recommended() -> None:
    said = stated("need_assessment.completed", recommendation=["rehab_work_activity"])

    assert said.recommendation == ("rehab_work_activity",)


@pytest.mark.parametrize("purpose", ["no_stable_daily_rhythm", "substance_problem", "mental_health_problem"])
def test_row_20_a_purpose_that_tells_of_health_is_not_shown_to_the_provider(purpose: str) -> None:
    assert stated("referral.submitted", purpose=[purpose]).purpose == (purpose,)
    assert kind("referral.submitted").meta.data_class == "sensitive"
    classes = {c.name: c.data_class for c in board.columns}
    assert classes.get("purpose", "sensitive") == "sensitive"
    row = {c.name: None for c in board.columns} | {"subject": "s", "target_provider": WORKSHOP[0], "purpose": [purpose]}
    day = stated("referral.submitted").desired_start

    shown = disclose(POLICY, Viewer(WORKSHOP[0], frozenset(SITES), "w"), ("provider",), board, row, day)

    assert shown is not None
    assert "purpose" not in shown[0]


@pytest.mark.parametrize(
    "purpose",
    [
        "promote_functional_ability",
        "burdensome_life_situation",
        "reinforce_work_life_rules",
        "commitment_to_regular_activity",
        "commitment_to_norms_and_community_practices",
    ],
)
def test_rows_22_and_23_functional_ability_and_the_rules_of_working_life_are_purposes(purpose: str) -> None:
    assert stated("referral.submitted", purpose=[purpose]).purpose == (purpose,)


def test_row_24_a_referral_without_its_kind_of_referrer_is_refused() -> None:
    refused("referral.submitted", "referrer_type", referrer_type=None)
    home = ClientRegistered(home_municipality="743", age_band="25plus", language="fi", birth_year=1990)
    told = referred(story().told(home, on=MONDAY, by=COUNTY), ONE, MONDAY, ("9000017-7", "kela"))
    told.told(OutcomeRecorded(outcome_code="education", confirmed_on=later(9)), on=later(9), by=COUNTY)

    (outcome,) = [r for r in told.rows(outcomes) if r["state"] == "outcome"]
    assert (outcome["referrer_type"], "referrer_type" in outcomes.filters) == ("kela", True)


def test_row_25_a_multi_sector_team_s_referral_names_its_plan() -> None:
    plan = "0d8f6f0e-7c1b-4a53-9a0e-2f5d1c3b7a03"

    assert str(stated("referral.submitted", referrer_type="multisector_model", plan_id=plan).plan_id) == plan
    assert may_state("referral.submitted", "multisector_model")


@pytest.mark.parametrize("referrer", REFERRERS)
def test_row_26_every_referrer_of_the_survey_may_refer_and_hears_back_only_when_it_is_permitted(referrer: str) -> None:
    said = stated("referral.submitted", referrer_type=referrer, feedback_permitted=None)

    assert said.referrer_type == referrer
    assert said.feedback_permitted is False
    assert may_state("referral.submitted", referrer)


@pytest.mark.parametrize("referrer", ["educational_institution", "mental_health_services", "specialised_health_care"])
@pytest.mark.parametrize("permitted", [True, False])
def test_row_26_what_became_of_a_referral_is_shown_to_its_referrer_only_when_the_client_permits_it(
    referrer: str, permitted: bool
) -> None:
    school = ("9000022-2", referrer)
    told = referred(story(), ONE, MONDAY, school, feedback_permitted=permitted)
    (row,) = told.told(ReferralAccepted(referral_id=ONE, reason_code="suitable"), on=later(9), by=COUNTY).rows(board)
    full = {c.name: None for c in board.columns} | {"subject": SUBJECT} | row

    shown = disclose(POLICY, Viewer(school[0], frozenset({referrer}), "u"), ("stated",), board, full, later(9))

    assert (shown is not None and shown[0]["state"] == "accepted") is permitted
    other = Viewer("9000019-3", frozenset({referrer}), "u")
    assert disclose(POLICY, other, ("stated",), board, full, later(9)) is None


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (27, "education"),
        (28, "open_labour_market"),
        (30, "rehabilitation_service"),
        (31, "wage_subsidised_work"),
        (31, "pension_clarification"),
        (31, "pension"),
        (31, "sick_leave"),
    ],
)
def test_rows_27_to_31_an_outcome_is_a_code_with_what_made_it_possible(row: int, code: str) -> None:
    said = stated("outcome.recorded", outcome_code=code, enabling=["own_field_found", "ability_risen"])

    assert said.outcome_code == code
    assert said.enabling == ("own_field_found", "ability_risen")


def test_an_outcome_that_is_no_code_is_refused() -> None:
    refused("outcome.recorded", "outcome_code", outcome_code="got a job")


def test_the_county_states_outcomes_and_the_site_does_not() -> None:
    assert may_state("outcome.recorded", COUNTY[1])
    assert not may_state("outcome.recorded", WORKSHOP[1])
