"""Rows 34–71: co-operation, roles, parallel services, client managers, follow-up and its cadences."""

from datetime import date

import pytest

from kernel.disclosure import Viewer, load_policy
from schemas.absence.concern_raised_v1 import AbsenceConcernRaised
from schemas.plans.signed_v1 import PlanSigned as First
from schemas.plans.signed_v2 import PlanSigned
from services.notifications.families import MATTERS
from services.placements.rules.absence_count import rule as counted
from services.placements.rules.concern import rule as concern
from tests.unit.placements.story import PLACEMENT, march, missed, placed
from tests.unit.survey.stating import ROOT, may_state, refused, stated

POLICY = load_policy(ROOT / "deploy" / "disclosure.toml")
DAY = date(2026, 3, 2)
PARALLEL = (
    "adult_social_work_service", "social_guidance", "financial_social_work", "substance_services", "health_services",
    "basic_social_assistance", "kela_rehabilitation", "rehabilitation", "social_rehabilitation", "job_coaching",
    "mental_health_services", "coaching_services", "vocational_rehab_assessment", "work_ability_assessment",
    "debt_counselling", "psychiatry", "employment_services",
)  # fmt: skip
BENEFITS = {"basic_social_assistance"}


def classes(org_type: str, record: str, relation: str = "participant") -> set[str]:
    viewer = Viewer("0245458-3", frozenset({org_type}), "u")
    return set(POLICY.classes(viewer, (relation,), record, DAY, {}))


def test_row_35_the_nurse_and_the_multi_professional_team_take_part_and_health_needs_a_permit() -> None:
    assert stated("caseworker.assigned", role_code="unemployed_health_nurse").role_code == "unemployed_health_nurse"
    assert may_state("referral.submitted", "work_ability_team")
    assert stated("disclosure_permit.given", scope=["health"]).scope == ("health",)
    assert "sensitive" not in classes("work_ability_team", "client_situation")


def test_row_36_a_project_ends_on_a_day_and_that_is_said() -> None:
    said = stated("org.deactivated", org="9000015-0")

    assert (said.org, said.from_) == ("9000015-0", date(2025, 12, 31))


def test_row_42_who_leads_a_plan_is_said_when_its_preparation_begins() -> None:
    assert stated("plan.preparation_started", lead_org="9000008-9").lead_org == "9000008-9"


@pytest.mark.parametrize("answer", [True, False, None])
def test_row_45_a_signed_plan_tells_whether_her_wishes_stand_in_it_and_who_supported_her(answer: bool | None) -> None:
    said = stated("plan.signed", client_wishes_recorded=answer, support_person_present=answer)

    assert (said.client_wishes_recorded, said.support_person_present) == (answer, answer)


def test_row_45_of_an_older_plan_nobody_knows() -> None:
    older = PlanSigned.upgrade(First.example())

    assert (older.client_wishes_recorded, older.support_person_present) == (None, None)


def test_row_48_every_review_tells_who_was_there_not_only_the_first() -> None:
    there = [{"role": "client"}, {"role": "social_instructor", "org": "9000003-8"}]

    assert [p.role for p in stated("review.held", participants=there).participants] == ["client", "social_instructor"]
    assert [p.role for p in stated("plan.reviewed", participants=there).participants] == ["client", "social_instructor"]


@pytest.mark.parametrize("service", [s for s in PARALLEL if s not in BENEFITS])
def test_rows_51_and_52_each_service_of_the_survey_may_run_beside(service: str) -> None:
    assert stated("parallel_service.agreed", service_type=service).service_type == service


def test_row_51_social_assistance_beside_is_a_benefit_and_not_a_service() -> None:
    assert stated("benefit_status.reported", benefit_type="basic_social_assistance").benefit_type
    refused("parallel_service.agreed", "service_type", service_type="basic_social_assistance")


@pytest.mark.parametrize("qualification", ["social_welfare_professional", "none"])
def test_row_53_an_own_worker_s_qualification_is_recorded_and_blocks_nothing(qualification: str) -> None:
    said = stated("caseworker.assigned", role_code="own_worker", qualification_class=qualification)

    assert said.qualification_class == qualification


def test_row_54_the_provider_s_client_manager_gets_a_copy_of_what_concerns_absences_and_ends() -> None:
    assert stated("caseworker.assigned", role_code="provider_client_manager").role_code == "provider_client_manager"
    for name in ("absence.threshold_exceeded", "period.end_approaching"):
        assert "provider" in MATTERS[name].copies  # her manager there, as test_whom_each_rule_tells says


@pytest.mark.parametrize("months", [1, 12])
def test_row_56_meetings_lie_between_one_month_and_twelve(months: int) -> None:
    assert stated("review_policy.set", interval_months=months).interval_months == months


@pytest.mark.parametrize("months", [0, 13])
def test_row_56_an_interval_outside_is_refused(months: int) -> None:
    refused("review_policy.set", "interval_months", interval_months=months)


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        (58, "on_demand"),
        (66, "usual_interval"),
        (68, "max_interval"),
        (69, "at_contract_event"),
        (69, "by_period_length"),
        (70, "usual_interval"),
        (71, "before_period_end"),
    ],
)
def test_rows_58_to_71_each_practice_of_follow_up_is_a_kind_of_policy(row: int, kind: str) -> None:
    assert stated("review_policy.set", kind=kind).kind == kind


def test_row_69_contact_once_or_twice_in_three_months_is_a_policy() -> None:
    said = stated("review_policy.set", kind="n_times_per_window", n_min=1, n_max=2, window_months=3)

    assert (said.n_min, said.n_max, said.window_months) == (1, 2, 3)


@pytest.mark.parametrize("mode", ["phone", "site_visit", "office_visit"])
def test_row_60_a_contact_may_be_a_call_or_a_visit_either_way(mode: str) -> None:
    assert stated("contact.logged", mode=mode).mode == mode


def test_row_61_a_supervisor_asks_for_contact_with_one_code() -> None:
    assert may_state("supervisor.contact_requested", "workshop")
    assert stated("supervisor.contact_requested", code="worry").code == "worry"


def test_row_62_many_absences_are_told_by_the_recorded_days_or_by_a_supervisor_who_does_not_count() -> None:
    days = missed(placed(), march(2), march(4), march(9))
    said = AbsenceConcernRaised(placement_id=PLACEMENT, code="many")

    assert days.open(counted, march(9)) == {}
    assert len(days.open(counted, march(10))) == 1
    assert len(placed().told(said, on=march(2)).open(concern, march(3))) == 1


def test_row_62_a_supervisor_says_that_absences_are_many_without_counting() -> None:
    assert may_state("absence.concern_raised", "workshop")
    assert stated("absence.concern_raised", code="many").code == "many"
    assert "absence.concern_open" in MATTERS
