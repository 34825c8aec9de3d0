"""R-REF-1, R-PLAN-1, 2 and 3, and the rows of the survey on plans, hand-overs and organisations that cease."""

from datetime import date, timedelta
from typing import Any

import pytest

from kernel.rules import Rule
from schemas.benefits.eligibility_reported_v1 import EligibilityReported
from schemas.handovers.confirmed_v1 import HandoverConfirmed
from schemas.handovers.started_v1 import HandoverStarted
from schemas.multisector.ended_v1 import MultisectorEnded
from schemas.multisector.started_v1 import MultisectorStarted
from schemas.need_assessments.started_v1 import NeedAssessmentStarted
from schemas.organisations.closing_days_set_v1 import ClosingDaysSet
from schemas.organisations.deactivated_v1 import OrgDeactivated
from schemas.outcomes.recorded_v1 import OutcomeRecorded
from schemas.parallel_services.agreed_v1 import ParallelServiceAgreed
from schemas.placements.started_v1 import PlacementStarted
from schemas.plans.participant_attended_v1 import PlanParticipantAttended
from schemas.referrals.accepted_v1 import ReferralAccepted
from schemas.referrals.received_v1 import ReferralReceived
from schemas.referrals.rejected_v1 import ReferralRejected
from schemas.rule_parameters.set_v1 import RuleParametersSet
from services.referrals.rules.activation_plan_due import rule as due
from services.referrals.rules.activation_plan_overdue import rule as overdue
from services.referrals.rules.eligibility_reported_late import rule as reported_late
from services.referrals.rules.handover_unconfirmed import rule as handover
from services.referrals.rules.multisector_plan_due import rule as multi_due
from services.referrals.rules.multisector_plan_overdue import rule as multi_overdue
from services.referrals.rules.nobody_qualified import rule as qualified
from services.referrals.rules.nobody_works import rule as nobody
from services.referrals.rules.organisation_gone import rule as gone
from services.referrals.rules.referral_stale import rule as stale
from services.referrals.rules.returned_jobseeker import rule as returned
from services.referrals.rules.signed_without_party import rule as party
from tests.unit.given import AUTHORITY, COUNTY, OFFICE, Story, keys
from tests.unit.referrals.story import (
    COACHING,
    KELA,
    MONDAY,
    ONE,
    OTHER_PLAN,
    PLACE,
    PLAN,
    TEAM,
    eligible,
    later,
    named,
    placed,
    planned,
    referred,
    signed,
    signed_by_all,
    story,
)

MULTI = "multisector_employment_plan"


def sent(on: date = MONDAY) -> Story:
    return referred(story(), ONE, on, AUTHORITY)


def received() -> Story:
    return sent().told(ReferralReceived(referral_id=ONE), on=later(1), by=COUNTY)


def accepted() -> Story:
    return received().told(ReferralAccepted(referral_id=ONE), on=later(2), by=COUNTY)


def test_a_referral_not_received_in_3_working_days_lies_still() -> None:
    assert sent().open(stale, later(2)) == {}
    (found,) = sent().open(stale, later(3)).values()

    assert (found.facts["step"], found.facts["receiver_org"], found.facts["due_on"]) == (
        *("receive", COUNTY[0]),
        "2026-03-05",
    )
    assert received().open(stale, later(5)) == {}


def test_the_receivers_closing_days_do_not_count() -> None:
    told = sent().agreed(ClosingDaysSet(year=2026, days=(later(1), later(2))), on=date(2025, 12, 1), by=COUNTY)

    assert told.open(stale, later(4)) == {}
    assert keys(told.open(stale, later(7))) == [f"{ONE}:receive"]


def test_a_referral_received_and_not_decided_in_14_days_lies_still() -> None:
    assert received().open(stale, later(14)) == {}
    assert keys(received().open(stale, later(15))) == [f"{ONE}:decide"]

    told = received().told(ReferralRejected(referral_id=ONE, reason_code="no_free_places"), on=later(16), by=COUNTY)
    assert told.open(stale, later(17)) == told.open(stale, later(200)) == {}


def test_what_was_accepted_must_begin_within_90_days() -> None:
    assert accepted().open(stale, later(91)) == {}
    assert keys(accepted().open(stale, later(92))) == [f"{ONE}:start"]

    told = accepted().told(PlacementStarted(placement_id=PLACE, started_on=later(93)), on=later(93))
    assert told.open(stale, later(94)) == {}


def test_a_receipt_told_late_ends_it_as_of_its_day() -> None:
    told = sent()
    assert keys(told.open(stale, later(5))) == [f"{ONE}:receive"]

    assert told.told(ReferralReceived(referral_id=ONE), on=later(1), by=COUNTY).open(stale, later(5)) == {}


def test_other_numbers_for_referrals_hold_from_their_day() -> None:
    told = sent().agreed(
        RuleParametersSet(rule="R-REF-1", params={"receive_working_days": 1}, valid_from=later(1)), on=MONDAY
    )
    assert told.open(stale, later(2)) == {}

    told.agreed(RuleParametersSet(rule="R-REF-1", params={"receive_working_days": 1}, valid_from=MONDAY), on=MONDAY)
    assert keys(told.open(stale, later(2))) == [f"{ONE}:receive"]


def supported() -> Story:
    return story().told(MultisectorStarted(started_on=date(2026, 1, 31)), on=date(2026, 1, 31), by=TEAM)


def test_a_multisector_plan_is_due_in_three_months_and_the_month_ends_on_its_last_day() -> None:
    assert supported().open(multi_due, date(2026, 4, 8)) == {}
    assert keys(supported().open(multi_due, date(2026, 4, 9))) == ["2026-01-31"]
    last, after = date(2026, 4, 30), date(2026, 5, 1)
    assert [len(supported().open(r, last)) for r in (multi_due, multi_overdue)] == [1, 0]
    assert [len(supported().open(r, after)) for r in (multi_due, multi_overdue)] == [0, 1]


def test_the_plan_or_the_end_of_the_support_stops_the_clock() -> None:
    made = signed_by_all(planned(supported(), PLAN, date(2026, 4, 1), TEAM, MULTI), PLAN, date(2026, 5, 5), TEAM)
    assert len(made.open(multi_overdue, date(2026, 5, 5))) == 1
    assert made.open(multi_overdue, date(2026, 5, 6)) == {}

    over = supported().told(MultisectorEnded(ended_on=date(2026, 3, 1)), on=date(2026, 3, 1), by=TEAM)
    assert over.open(multi_due, date(2026, 4, 10)) == over.open(multi_overdue, date(2026, 5, 10)) == {}


def test_where_only_its_assessment_was_told_the_clock_runs_from_there() -> None:
    told = story().told(NeedAssessmentStarted(assessment_id=ONE, kind="multisector"), on=MONDAY, by=TEAM)

    assert keys(told.open(multi_overdue, date(2026, 6, 3))) == ["2026-03-02"]


def test_an_activation_plan_is_due_at_once_and_late_after_30_days() -> None:
    told = eligible(story(), MONDAY)
    assert told.open(due, later(30))[keys(told.open(due, later(30)))[0]].facts["due_on"] == str(later(30))
    assert told.open(overdue, later(30)) == {}
    assert (told.open(due, later(31)), len(told.open(overdue, later(31)))) == ({}, 1)

    assert planned(told, PLAN, later(32), AUTHORITY).open(overdue, later(33)) == {}


@pytest.mark.parametrize("rule", [due, overdue, nobody], ids=lambda r: r.id)
@pytest.mark.parametrize(
    ("reported", "ground", "called_for"),
    [
        (date(2025, 12, 31), "o25_500d", True),
        (date(2026, 1, 1), "o25_500d", False),
        (date(2026, 1, 1), "u25_180of12m", False),
        (date(2026, 1, 1), "o25_sa12m", True),
        (date(2026, 1, 1), "u25_sa4m", True),
    ],
)
def test_from_2026_only_social_assistance_calls_for_an_activation_plan(
    rule: Rule[Any, Any], reported: date, ground: str, *, called_for: bool
) -> None:
    told = eligible(story(), reported, ground)

    days = 20 if rule is due else 40
    assert bool(told.open(rule, reported + timedelta(days=days))) is called_for


def test_a_report_that_calls_for_nothing_does_not_hide_the_next_one() -> None:
    told = eligible(eligible(story(), MONDAY, "o25_500d"), later(5), "o25_sa12m")

    assert len(told.open(due, later(6))) == 1


def test_a_plan_that_lived_when_kela_told_answers_it() -> None:
    told = eligible(planned(story(), PLAN, later(-10), AUTHORITY), MONDAY)

    assert told.open(due, later(1)) == told.open(overdue, later(40)) == {}


def test_two_reports_of_one_matter_are_one() -> None:
    told = eligible(eligible(story(), MONDAY), later(20))

    assert len(told.open(due, later(21))) == 1


def test_another_delay_holds_for_notice_and_lateness_alike() -> None:
    told = eligible(story(), MONDAY)
    told.agreed(RuleParametersSet(rule="R-PLAN-2", params={"days": 10}, valid_from=MONDAY), on=MONDAY)

    assert (len(told.open(due, later(10))), told.open(overdue, later(10))) == (1, {})
    assert (told.open(due, later(11)), len(told.open(overdue, later(11)))) == ({}, 1)


@pytest.mark.parametrize(("reported", "found"), [(date(2026, 3, 31), []), (date(2026, 4, 1), [1])])
def test_kela_tells_by_the_end_of_the_next_month(reported: date, found: list[int]) -> None:
    said: Any = {"ground": "o25_500d", "fulfilled_on": date(2026, 2, 28), "reported_on": reported}
    told = story().told(EligibilityReported.model_validate(said), on=reported, by=KELA)

    assert [f.facts["days_late"] for f in told.open(reported_late, date(2026, 4, 2)).values()] == found


def test_a_plan_signed_without_the_county_is_flagged_until_it_is_signed_by_all() -> None:
    told = signed(planned(story(), PLAN, MONDAY, AUTHORITY), later(1))
    assert told.open(party, later(2))[str(PLAN)].facts["missing"] == ["social_work"]

    assert signed_by_all(told, PLAN, later(3)).open(party, later(4)) == {}


def test_an_employment_plan_needs_no_third_signature() -> None:
    told = signed(planned(story(), PLAN, MONDAY, AUTHORITY, "employment_plan"), later(1))

    assert told.open(party, later(2)) == {}


def test_other_parties_may_be_required() -> None:
    told = signed_by_all(planned(story(), PLAN, MONDAY, AUTHORITY), PLAN, later(1))
    more: Any = ["client", "employment_officer", "social_work", "job_coach"]
    told.agreed(RuleParametersSet(rule="R-PLAN-PARTY", params={"required": more}, valid_from=MONDAY), on=MONDAY)

    assert told.open(party, later(2))[str(PLAN)].facts["missing"] == ["job_coach"]


def needy() -> Story:
    told = referred(story(), ONE, MONDAY, AUTHORITY, purpose=("strengthen_everyday_life",))
    return signed(planned(told, PLAN, MONDAY, AUTHORITY), later(1), "adult_social_work_employee")


def test_a_plan_without_a_social_welfare_professional_is_flagged_for_those_who_need_many_professions() -> None:
    assert keys(needy().open(qualified, later(2))) == [str(PLAN)]

    unskilled = named(needy(), MONDAY, role="adult_social_work_employee", qualification_class="coach")
    assert keys(unskilled.open(qualified, later(2))) == [str(PLAN)]
    skilled = named(
        needy(), MONDAY, role="adult_social_work_employee", qualification_class="social_welfare_professional"
    )
    assert skilled.open(qualified, later(2)) == {}


def test_one_who_attends_later_or_another_purpose_is_enough() -> None:
    came = PlanParticipantAttended(plan_id=PLAN, role_code="social_worker", org=COUNTY[0])
    assert needy().told(came, on=later(2), by=AUTHORITY).open(qualified, later(3)) == {}

    other = referred(story(), ONE, MONDAY, AUTHORITY, purpose=("reinforce_work_life_rules",))
    assert signed(planned(other, PLAN, MONDAY, AUTHORITY), later(1)).open(qualified, later(2)) == {}


def handed() -> Story:
    return story().told(HandoverStarted(handover_id=ONE, to_org=COACHING[0], to_role="job_coach"), on=MONDAY, by=COUNTY)


def test_a_hand_over_unconfirmed_for_14_days_is_told_and_only_the_receiver_confirms_it() -> None:
    assert handed().open(handover, later(13)) == {}
    assert keys(handed().open(handover, later(14))) == [str(ONE)]

    by_another = handed().told(HandoverConfirmed(handover_id=ONE), on=later(15), by=COUNTY)
    assert keys(by_another.open(handover, later(16))) == [str(ONE)]
    assert (
        by_another.told(HandoverConfirmed(handover_id=ONE), on=later(16), by=COACHING).open(handover, later(17)) == {}
    )


def test_a_client_who_is_a_jobseeker_again_is_a_task_until_the_authority_takes_her_on() -> None:
    outcome = OutcomeRecorded(outcome_code="returned_unemployed_jobseeker")
    told = story().told(outcome, on=MONDAY, by=COUNTY)
    (found,) = told.open(returned, later(1)).values()
    assert found.facts["due_on"] == "2026-03-16"

    assert named(told, later(5), AUTHORITY, "eo-virta", "employment_officer").open(returned, later(6)) == {}
    assert (
        planned(story().told(outcome, on=MONDAY, by=COUNTY), PLAN, later(3), AUTHORITY).open(returned, later(4)) == {}
    )


def test_other_outcomes_are_no_task_for_the_authority() -> None:
    told = story().told(OutcomeRecorded(outcome_code="education"), on=MONDAY, by=COUNTY)

    assert told.open(returned, later(1)) == {}


def ceased(told: Story, org: str) -> Story:
    return told.agreed(OrgDeactivated.model_validate({"org": org, "from": later(10)}), on=later(9))


def test_what_a_closed_project_had_in_hand_is_to_be_handed_over() -> None:
    told = named(
        placed(story(), PLACE, MONDAY, MONDAY, ("mon",), COUNTY, OFFICE[0]), MONDAY, OFFICE, "c-1", "job_coach"
    )
    assert ceased(told, OFFICE[0]).open(gone, later(9)) == {}

    found = told.open(gone, later(10))[OFFICE[0]].facts
    assert [i["what"] for i in found["left"]] == ["placement", "worker"]
    assert ceased(named(story(), MONDAY), OFFICE[0]).open(gone, later(11)) == {}


def test_a_service_is_left_with_the_closed_project_that_was_to_give_it_whoever_agreed_it() -> None:
    def agreed(giver: str | None) -> Story:
        service = ParallelServiceAgreed(ps_id=PLACE, service_type="debt_counselling", org=giver)
        return ceased(story().told(service, on=MONDAY, by=COUNTY), OFFICE[0])

    found = agreed(OFFICE[0]).open(gone, later(10))[OFFICE[0]].facts
    assert found["left"] == [{"what": "parallel_service", "id": str(PLACE)}]
    assert agreed(COACHING[0]).open(gone, later(10)) == {}
    assert ceased(agreed(OFFICE[0]), COUNTY[0]).open(gone, later(10)).keys() == {OFFICE[0]}


def test_what_another_has_taken_over_is_left_no_more() -> None:
    told = ceased(named(story(), MONDAY, OFFICE, "c-1", "job_coach"), OFFICE[0])
    assert len(told.open(gone, later(11))) == 1

    assert named(told, later(11), COACHING, "c-2", "job_coach").open(gone, later(12)) == {}


def test_a_plan_that_is_carried_on_by_another_is_not_left_there() -> None:
    told = ceased(signed_by_all(planned(story(), PLAN, MONDAY, AUTHORITY), PLAN, later(1)), AUTHORITY[0])
    assert [i["what"] for i in told.open(gone, later(11))[AUTHORITY[0]].facts["left"]] == ["plan"]

    planned(told, OTHER_PLAN, later(11), TEAM, MULTI, predecessor_plan_id=PLAN)
    assert told.open(gone, later(12)) == {}
