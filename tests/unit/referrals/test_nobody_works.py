"""D17, R-CW-1 and D13: nobody is there for the client, or two are for the same."""

from datetime import date, timedelta
from typing import Any

import pytest

from schemas.caseworkers.ended_v1 import CaseworkerEnded
from schemas.duplicates.dismissed_v1 import DuplicateWorkDismissed
from schemas.handovers.confirmed_v1 import HandoverConfirmed
from schemas.handovers.started_v1 import HandoverStarted
from schemas.organisations.deactivated_v1 import OrgDeactivated
from schemas.plans.ended_v1 import PlanEnded
from schemas.referrals.received_v1 import ReferralReceived
from schemas.rule_parameters.set_v1 import RuleParametersSet
from services.referrals.rules.nobody_works import rule as nobody
from services.referrals.rules.own_worker_missing import rule as missing
from services.referrals.rules.own_workers_conflict import rule as conflict
from services.referrals.rules.two_own_workers import rule as twice
from tests.unit.given import AUTHORITY, COUNTY, OFFICE, By, Story, keys
from tests.unit.referrals.story import (
    COACHING,
    MONDAY,
    ONE,
    PLAN,
    TWO,
    eligible,
    later,
    named,
    planned,
    referred,
    signed_by_all,
    story,
)


def ended(told: Story, last: date, by: By = COUNTY, ref: str = "so-aalto", role: str = "own_worker") -> Story:
    said = {"role_code": role, "person_ref": ref, "to": last}
    return told.told(CaseworkerEnded.model_validate(said), on=last, by=by)


def test_a_referral_that_nobody_has_answered_for_14_days_is_nobodys_work() -> None:
    told = referred(story(), ONE, MONDAY, AUTHORITY)
    assert told.open(nobody, later(13)) == {}

    (found,) = told.open(nobody, later(14)).values()
    assert (found.facts["due"], found.facts["nobody_since"], found.facts["tell"]) == ("referral", "2026-03-02", "none")


def test_somebody_who_is_there_or_an_answer_ends_it() -> None:
    assert named(referred(story(), ONE, MONDAY, AUTHORITY), later(13)).open(nobody, later(20)) == {}

    told = referred(story(), ONE, MONDAY, AUTHORITY).told(ReferralReceived(referral_id=ONE), on=later(15), by=COUNTY)
    assert len(told.open(nobody, later(15))) == 1
    assert told.open(nobody, later(16)) == {}


def test_an_activation_plan_due_and_nobody_there_and_later_somebody_leaves() -> None:
    told = ended(named(eligible(story(), MONDAY), later(3)), later(30))

    assert told.open(nobody, later(40)) == {}
    assert [f.facts["nobody_since"] for f in told.open(nobody, later(45)).values()] == ["2026-04-02"]
    assert planned(told, PLAN, later(46), AUTHORITY).open(nobody, later(47)) == {}


def test_a_review_is_due_and_nobody_is_there() -> None:
    told = signed_by_all(planned(story(), PLAN, date(2025, 11, 3), AUTHORITY), PLAN, date(2025, 11, 10))

    assert told.open(nobody, date(2026, 2, 23)) == {}
    assert [f.facts["due"] for f in told.open(nobody, date(2026, 2, 24)).values()] == ["plan_review"]


def handed_over(told: Story, id_: Any, on: date, to: By) -> Story:
    return told.told(HandoverStarted(handover_id=id_, to_org=to[0], to_role="job_coach"), on=on, by=COUNTY)


def test_two_hand_overs_unanswered_for_14_days_are_nobodys_work() -> None:
    told = handed_over(handed_over(story(), ONE, MONDAY, COACHING), TWO, later(1), OFFICE)
    assert told.open(nobody, later(14)) == {}
    assert keys(told.open(nobody, later(15))) == [f"D17:{ONE}:{TWO}"]

    told.told(HandoverConfirmed(handover_id=TWO), on=later(16), by=COUNTY)
    assert len(told.open(nobody, later(17))) == 1
    told.told(HandoverConfirmed(handover_id=TWO), on=later(17), by=OFFICE)
    assert told.open(nobody, later(18)) == {}


def test_what_people_have_put_aside_is_not_brought_up_again() -> None:
    told = referred(story(), ONE, MONDAY, AUTHORITY)
    (key,) = told.open(nobody, later(20))

    said = DuplicateWorkDismissed(duplicate_id="r", key=key, reason="agreed_division")
    assert told.told(said, on=later(20)).open(nobody, later(21)) == {}


def test_another_patience_may_be_agreed() -> None:
    told = referred(story(), ONE, MONDAY, AUTHORITY)
    told.agreed(RuleParametersSet(rule="D17", params={"gap_days": 7}, valid_from=MONDAY), on=MONDAY)

    assert len(told.open(nobody, later(7))) == 1


def case() -> Story:
    """A plan is being prepared: from now on she must have an own worker."""
    return planned(story(), PLAN, MONDAY, AUTHORITY)


def test_no_own_worker_for_more_than_3_working_days_is_told() -> None:
    assert case().open(missing, later(2)) == {}
    (found,) = case().open(missing, later(3)).values()

    assert found.facts == {"missing_since": "2026-03-02", "last_org": None}


def test_weekends_and_holidays_do_not_count() -> None:
    told = planned(story(), PLAN, date(2026, 4, 2), AUTHORITY)  # the Thursday before Easter

    assert told.days_open(missing, date(2026, 4, 3), date(2026, 4, 10)) == [date(2026, 4, 9), date(2026, 4, 10)]


def test_a_gap_between_two_own_workers_counts_and_a_short_one_does_not() -> None:
    told = named(ended(named(case(), MONDAY), later(7)), later(11), ref="so-bergman")
    assert told.open(missing, later(20)) == {}

    longer = named(ended(named(case(), MONDAY), later(7)), later(16), ref="so-bergman")
    assert keys(longer.open(missing, later(12))) == ["2026-03-10"]
    assert longer.open(missing, later(16)) == {}


def test_other_roles_are_no_own_worker_and_a_late_assignment_counts_from_its_day() -> None:
    told = named(case(), MONDAY, COACHING, "coach", "job_coach")
    assert len(told.open(missing, later(10))) == 1

    assert named(told, MONDAY).open(missing, later(10)) == {}


def test_after_the_case_nobody_need_be_there() -> None:
    told = signed_by_all(named(case(), MONDAY, to=later(20)), PLAN, later(2))
    told.told(PlanEnded(plan_id=PLAN, ended_on=later(20), reason="goal_reached"), on=later(20), by=AUTHORITY)

    assert told.open(missing, later(40)) == {}


def test_who_works_for_an_organisation_that_is_gone_is_nobodys_own_worker() -> None:
    told = named(case(), MONDAY, OFFICE)
    gone = OrgDeactivated.model_validate({"org": OFFICE[0], "from": later(10)})

    assert told.open(missing, later(20)) == {}
    assert keys(told.agreed(gone, on=later(9)).open(missing, later(20))) == ["2026-03-12"]


def both(last: int | None = None, by: By = AUTHORITY, role: str = "own_worker") -> Story:
    to: dict[str, Any] = {} if last is None else {"to": later(last)}
    return named(named(story(), MONDAY, **to), later(5), by, "eo-virta", role)


def test_two_own_workers_are_a_conflict_and_work_done_twice() -> None:
    names = f"{COUNTY[0]}/so-aalto:{AUTHORITY[0]}/eo-virta"

    assert keys(both().open(conflict, later(6))) == [names]
    assert keys(both().open(twice, later(6))) == [f"D13:{names}"]
    assert both().open(conflict, later(5) - timedelta(days=1)) == {}


@pytest.mark.parametrize(("last", "found"), [(5, 0), (6, 1)])
def test_who_hands_over_and_who_takes_over_may_share_a_day(last: int, found: int) -> None:
    assert (len(both(last).open(twice, later(5))), len(both(last).open(conflict, later(5)))) == (found, found)


def test_another_organisations_social_worker_does_the_same_task() -> None:
    assert len(both(role="social_worker").open(twice, later(6))) == 1
    assert both(by=COUNTY, role="social_worker").open(twice, later(6)) == {}
    assert both(role="social_worker").open(conflict, later(6)) == {}


def test_the_legitimate_pair_of_own_worker_and_the_providers_client_manager_is_silent() -> None:
    told = both(by=OFFICE, role="provider_client_manager")

    assert told.open(twice, later(6)) == told.open(conflict, later(6)) == {}


def test_who_works_for_an_organisation_that_is_gone_is_nobodys_double() -> None:
    gone = OrgDeactivated.model_validate({"org": COUNTY[0], "from": later(4)})

    assert both().agreed(gone, on=later(3)).open(twice, later(6)) == {}
    assert both().agreed(gone, on=later(3)).open(conflict, later(6)) == {}
