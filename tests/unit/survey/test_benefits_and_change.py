"""Rows 72–101: job coaching, benefits, travel and meals, and what should change."""

from datetime import date

import pytest

from kernel.disclosure import Viewer, disclose, load_policy
from schemas.catalogue import catalogue
from services.placements.views.parallel_services import view as parallel_services
from tests.unit.survey.stating import ROOT, kind, may_state, refused, stated

POLICY = load_policy(ROOT / "deploy" / "disclosure.toml")


@pytest.mark.parametrize("reason", ["attitude", "competence", "resources"])
def test_row_73_why_an_area_has_no_job_coaching_is_a_code(reason: str) -> None:
    assert stated("service_gap.explained", service_type="job_coaching", reasons=[reason]).reasons == (reason,)
    assert stated("referral.rejected", reason_code="no_service_in_area").reason_code == "no_service_in_area"


def test_row_76_housing_allowance_is_a_benefit_that_kela_states_for_the_entitled() -> None:
    assert stated("benefit_status.reported", benefit_type="housing_allowance").benefit_type == "housing_allowance"
    assert kind("benefit_status.reported").meta.data_class == "benefit"
    assert not may_state("benefit_status.reported", "workshop")


@pytest.mark.parametrize("basis", ["cheapest_means", "no_public_transport", "health"])
def test_row_77_travel_is_compensated_on_a_basis_of_its_day(basis: str) -> None:
    assert stated("travel_compensation.decided", basis=basis).basis == basis
    old = stated("benefit_status.reported", benefit_type="supplementary_social_assistance")
    assert old.benefit_type == "supplementary_social_assistance"


@pytest.mark.parametrize(("offer", "cents"), [("free", 0), ("cheap", 250), ("none", 0)])
def test_row_79_what_a_meal_costs_stands_with_the_site(offer: str, cents: int) -> None:
    said = stated("site.meal_offer_set", offer=offer, price_cents=cents)

    assert (said.offer, said.price_cents) == (offer, cents)


def test_row_81_the_client_was_told_of_her_benefits_on_a_day() -> None:
    assert isinstance(stated("client.informed_of_benefits").on, date)
    refused("client.informed_of_benefits", "on", on=None)


@pytest.mark.parametrize("considered", [True, False])
def test_row_82_a_referral_tells_whether_a_work_trial_was_considered(considered: bool) -> None:
    assert stated("referral.submitted", work_trial_considered=considered).work_trial_considered is considered


def test_row_84_paid_tasks_of_a_few_hours_are_offered_without_naming_a_person() -> None:
    assert kind("work_opportunity.opened").meta.person is False
    assert stated("work_opportunity.opened", hours_per_week=4).hours_per_week == 4


def test_row_85_a_handover_names_its_receiver_and_is_confirmed_by_one_of_many_services() -> None:
    assert stated("handover.started", to_role="job_coach").to_role == "job_coach"
    assert may_state("handover.confirmed", "association")
    assert not may_state("handover.started", "association")


def test_row_86_the_same_place_is_carried_along_the_steps_of_a_pathway() -> None:
    steps = ["ktt", "work_trial", "wage_subsidy", "employment"]

    assert stated("path_template.set", steps=steps, same_place=True).steps == tuple(steps)
    assert [stated("path.step_completed", step=s).site_id is not None for s in steps] == [True] * 4


def test_row_87_a_municipality_says_that_a_post_may_not_be_filled() -> None:
    assert stated("work_opportunity.blocked", reason="no_permission_to_fill").reason == "no_permission_to_fill"


def test_row_88_steps_of_a_wage_subsidy_and_calls_for_help_are_stated_by_employers() -> None:
    assert may_state("employer.help_requested", "employer")
    assert stated("employer.help_requested", code="wage_subsidy").code == "wage_subsidy"
    assert stated("wage_subsidy.process_step", step_code="applied").step_code == "applied"


@pytest.mark.parametrize("channel", ["low_threshold_service", "client_self"])
def test_row_90_a_client_finds_her_way_by_a_low_threshold_service_or_by_herself(channel: str) -> None:
    assert stated("referral.submitted", channel=channel).channel == channel
    assert stated("referral.submitted", referrer_type="client").referrer_type == "client"


def test_row_91_an_assessment_of_need_has_a_beginning_and_an_end() -> None:
    asked, begun, done = (stated(f"need_assessment.{step}") for step in ("requested", "started", "completed"))

    assert asked.assessment_id == begun.assessment_id == done.assessment_id


@pytest.mark.parametrize("phase", ["entry", "during", "transition", "after"])
@pytest.mark.parametrize("support", ["individual_coaching", "job_coaching", "social_guidance"])
def test_row_92_support_is_assigned_for_each_phase(support: str, phase: str) -> None:
    said = stated("support.assigned", type=support, phase=phase)

    assert (said.type, said.phase) == (support, phase)


@pytest.mark.parametrize("code", ["deficient_education", "no_education", "interrupted_education"])
def test_row_96_a_lack_of_education_is_a_code(code: str) -> None:
    assert stated("education_need.recorded", codes=[code]).codes == (code,)
    assert stated("client.characteristics_recorded", characteristics=[code]).characteristics == (code,)


def test_row_97_how_often_a_service_should_be_held_is_agreed() -> None:
    said = stated("parallel_service.agreed", service_type="substance_guidance", frequency={"n": 1, "per": "week"})

    assert (said.frequency.n, said.frequency.per) == (1, "week")


@pytest.mark.parametrize("service", ["debt_counselling", "rehabilitation"])
def test_rows_98_and_100_a_service_that_is_too_far_is_a_barrier_in_kilometres(service: str) -> None:
    said = stated("access_barrier.reported", service_type=service, type="distance", km=95)

    assert (said.service_type, said.km) == (service, 95)
    assert stated("appointment.booked", service_type=service, mode="video").mode == "video"


def test_row_99_no_fact_knows_how_much_somebody_owes() -> None:
    names = {n for c in catalogue().values() for n in c.model_fields if "debt" in n or "owed" in n or "balance" in n}

    assert names == set()
    assert stated("client.characteristics_recorded", characteristics=["debts_in_enforcement"]).characteristics


@pytest.mark.parametrize(
    ("org_type", "relation", "own", "shown"),
    [
        ("wellbeing_county", "stated", False, True),
        ("mental_health_services", "provider", True, True),
        ("substance_services", "provider", True, True),
        ("mental_health_services", "provider", False, False),
        ("workshop", "provider", False, False),
        ("workshop", "provider", True, False),
        ("activity_site", "provider", True, False),
        ("employment_authority", "stated", False, False),
    ],
)
def test_row_101_why_a_service_ended_is_shown_to_social_work_and_that_service_and_never_to_a_site(
    org_type: str, relation: str, own: bool, shown: bool
) -> None:
    viewer = Viewer("9000020-7", frozenset({org_type}), "u")
    row = dict.fromkeys((c.name for c in parallel_services.columns), None) | {"subject": "s", "state": "ended"}
    row |= {"org": viewer.org if own else "9000013-4", "end_reason": "did_not_commit"}

    told = disclose(POLICY, viewer, (relation,), parallel_services, row, date(2026, 3, 2))

    assert (told is not None and told[0].get("end_reason") == "did_not_commit") is shown
    assert stated("parallel_service.ended", reason="did_not_commit").reason == "did_not_commit"
