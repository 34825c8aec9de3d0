"""The rules about referrals, plans, workers and double work, each with a story in which it speaks."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from kernel.calendar import midnight
from schemas.benefits.eligibility_reported_v1 import EligibilityReported
from schemas.outcomes.recorded_v1 import OutcomeRecorded
from schemas.parallel_services.ended_v1 import ParallelServiceEnded
from schemas.referrals.rejected_v1 import ReferralRejected
from services.referrals.rules import (
    absence_asked_twice,
    activation_plan_due,
    activation_plan_overdue,
    appointments_overlap,
    document_asked_twice,
    eligibility_reported_late,
    employment_plan_instead,
    handover_unconfirmed,
    intent_met_work,
    multisector_plan_due,
    multisector_plan_overdue,
    nobody_qualified,
    nobody_works,
    notice_sent_twice,
    organisation_gone,
    own_worker_missing,
    own_workers_conflict,
    partner_feed,
    places_overlap,
    provider_asked_twice,
    referral_stale,
    returned_jobseeker,
    review_booked_twice,
    reviewed_already,
    service_agreed_twice,
    service_gap,
    signed_without_party,
    two_assessments,
    two_leads,
    two_own_workers,
    two_plans,
    two_referrals,
    worker_bypassed,
)
from tests.unit.cases.case import Case
from tests.unit.given import AUTHORITY, COUNTY, OFFICE, WORKSHOP, Story
from tests.unit.referrals import test_parameters as told_there
from tests.unit.referrals import test_partner_feed as feed
from tests.unit.referrals import test_two_referrals as referrals
from tests.unit.referrals.story import (
    KELA,
    MONDAY,
    ONE,
    OTHER_PLAN,
    PLAN,
    TWO,
    eligible,
    later,
    named,
    planned,
    prepared,
    referred,
    signed,
    signed_by_all,
    story,
)
from tests.unit.referrals.test_asked_twice import called_twice, contact, sent
from tests.unit.referrals.test_intent_met_work import intended, planning
from tests.unit.referrals.test_meetings_twice import twice
from tests.unit.referrals.test_nobody_works import both, case
from tests.unit.referrals.test_services_twice import agreed as service
from tests.unit.referrals.test_services_twice import two_places
from tests.unit.referrals.test_waiting import ceased, handed, needy, supported


def noon(day: date) -> datetime:
    return midnight(day) + timedelta(hours=12)


def two_referrers(days: int = 15) -> Story:
    """The first is rejected on the fifth day."""
    said = ReferralRejected(referral_id=ONE, reason_code="criteria_not_met")
    return referrals.both(days=days).told(said, on=later(5), by=COUNTY)


def two_calls(days: int = 10) -> Story:
    told = contact(story(), MONDAY, COUNTY, org=WORKSHOP[0], service_type="job_coaching")
    return contact(told, later(days), AUTHORITY, org=WORKSHOP[0], service_type="job_coaching")


def two_services(days: int = 20) -> Story:
    """The first ends on the day before Monday."""
    told = service(story(), ONE, later(-30), AUTHORITY)
    told.told(ParallelServiceEnded(ps_id=ONE, ended_on=later(-1)), on=MONDAY, by=AUTHORITY)
    return service(told, TWO, later(days), COUNTY)


def nowhere_to_go() -> Story:
    told = referred(story(), ONE, MONDAY, AUTHORITY)
    return told.told(ReferralRejected(referral_id=ONE, reason_code="no_free_places"), on=later(2), by=COUNTY)


def two_leads_told(days: int) -> Story:
    return planned(planned(story(), PLAN, MONDAY, AUTHORITY), OTHER_PLAN, later(days), COUNTY)


def two_notices(second: Any = OFFICE) -> Story:
    return sent(sent(story(), MONDAY, WORKSHOP), later(1), second)


def reported(on: date) -> Story:
    said: Any = {"ground": "o25_500d", "fulfilled_on": date(2026, 2, 28), "reported_on": on}
    return story().told(EligibilityReported.model_validate(said), on=on, by=KELA)


def back() -> Story:
    return story().told(OutcomeRecorded(outcome_code="returned_unemployed_jobseeker"), on=MONDAY, by=COUNTY)


def half_signed() -> Story:
    return signed(planned(story(), PLAN, MONDAY, AUTHORITY), later(1))


def left() -> Story:
    return ceased(named(story(), MONDAY, OFFICE, "c-1", "job_coach"), OFFICE[0])


CASES = (
    Case(two_referrals.rule, two_referrers, noon(later(15)), {"gap_days": 9}, later(15), lambda: two_referrers(36)),
    Case(two_plans.rule, told_there.within_a_week, noon(later(10)), {"lead_days": 10}, later(10)),
    Case(worker_bypassed.rule, lambda: prepared(story(), MONDAY), later(14), {"invite_days": 60}, MONDAY),
    Case(employment_plan_instead.rule, told_there.on_assistance, noon(later(2)), {"replacing": []}, later(2)),
    Case(
        provider_asked_twice.rule,
        two_calls,
        noon(later(10)),
        {"gap_days": 9},
        MONDAY,
        lambda: two_calls(15),
    ),
    Case(two_assessments.rule, told_there.after_another, noon(later(20)), {"gap_days": 19}, later(20)),
    Case(review_booked_twice.rule, lambda: twice(5), noon(later(2)), {"within_days": 4}, later(2), lambda: twice(22)),
    Case(reviewed_already.rule, told_there.reviewed_early, noon(later(4)), {"within_days": 19}, later(4)),
    Case(
        absence_asked_twice.rule,
        lambda: called_twice(1),
        noon(later(1)),
        {"gap_days": 0},
        MONDAY,
        lambda: called_twice(6),
    ),
    Case(
        places_overlap.rule,
        lambda: two_places(("mon", "tue"), ("wed", "thu", "fri")),
        noon(later(3)),
        {"days_per_week": 5},
        later(5),
        lambda: two_places(("mon", "tue"), ("wed", "thu")),
    ),
    Case(
        service_agreed_twice.rule,
        two_services,
        noon(later(20)),
        {"gap_days": 5},
        later(20),
        lambda: two_services(31),
    ),
    Case(appointments_overlap.rule, told_there.at_once, noon(MONDAY), {"minutes": 30}, later(12)),
    Case(two_own_workers.rule, lambda: both(role="social_worker"), later(5), {"same_task": []}, later(5)),
    Case(notice_sent_twice.rule, two_notices, noon(later(1))),
    Case(document_asked_twice.rule, told_there.two_documents, later(5), {"gap_days": 4}, later(5)),
    Case(
        two_leads.rule, lambda: two_leads_told(7), noon(later(7)), {"gap_days": 6}, later(7), lambda: two_leads_told(8)
    ),
    Case(nobody_works.rule, lambda: referred(story(), ONE, MONDAY, AUTHORITY), later(14), {"gap_days": 20}, MONDAY),
    Case(own_worker_missing.rule, case, later(3), {"working_days": 20}, MONDAY),
    Case(own_workers_conflict.rule, both, later(5), {"at_once": 2}, later(5)),
    Case(service_gap.rule, nowhere_to_go, noon(later(2)), {"reasons": []}, later(2)),
    Case(handover_unconfirmed.rule, handed, later(14), {"days": 30}, MONDAY),
    Case(intent_met_work.rule, lambda: intended(planning(story()), later(1)), noon(later(1))),
    Case(organisation_gone.rule, left, later(10), {"kinds": ["plan"]}, later(10)),
    Case(multisector_plan_due.rule, supported, date(2026, 4, 9), {"notice_days": 7}, date(2026, 4, 30)),
    Case(multisector_plan_overdue.rule, supported, date(2026, 5, 1), {"months": 6}, date(2026, 1, 31)),
    Case(activation_plan_due.rule, lambda: eligible(story(), MONDAY), noon(MONDAY), {"grounds": []}, MONDAY),
    Case(activation_plan_overdue.rule, lambda: eligible(story(), MONDAY), later(31), {"days": 60}, MONDAY),
    Case(
        eligibility_reported_late.rule,
        lambda: reported(date(2026, 4, 1)),
        noon(date(2026, 4, 1)),
        {"months": 2},
        date(2026, 4, 1),
        lambda: reported(date(2026, 3, 31)),
    ),
    Case(
        signed_without_party.rule,
        half_signed,
        noon(later(1)),
        {"required": ["client"]},
        later(1),
        lambda: signed_by_all(half_signed(), PLAN, later(1)),
    ),
    Case(nobody_qualified.rule, needy, noon(later(1)), {"purposes": ["mental_health_problem"]}, later(1)),
    Case(
        referral_stale.rule,
        lambda: referred(story(), ONE, MONDAY, AUTHORITY),
        later(3),
        {"receive_working_days": 10},
        MONDAY,
    ),
    Case(returned_jobseeker.rule, back, noon(MONDAY), {"within_days": 20}, MONDAY),
    Case(
        partner_feed.rule,
        lambda: feed.heard("B", feed.at(2, 10)),
        feed.at(3, 10),
        {"b_minutes": 480},
        date(2026, 3, 2),
        lambda: feed.heard("B", feed.at(2, 10), feed.at(2, 11)),
    ),
)
