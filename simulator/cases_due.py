"""Cases of what is due, missed or too much: each would come of itself in a large play, and is there in every one."""

from __future__ import annotations

from datetime import date, timedelta

from simulator.cases import Planter, Stage
from simulator.cases_plans import ACTIVATION, SERVICE
from simulator.cases_rules import days_told, somewhere
from simulator.life import Placement

UNKNOWN = {"status": "absent", "minutes_present": 0, "reason": "unknown", "notified_by_client": False}
ILL = {"status": "absent", "minutes_present": 0, "reason": "own_illness", "notified_by_client": True}
RUNS = 200
"""Days of a placement that does not end in its case."""


def _there(stage: Stage, first: int = -21) -> Placement:
    return somewhere(stage, stage.day(first), RUNS)


def _but(stage: Stage, place: Placement, until: int, missed: list[date], **told: object) -> bool:
    """Every day is told, some of them in another way than the others."""
    days = place.scheduled(place.start_on, stage.day(until))
    days_told(stage, place, [d for d in days if d not in missed])
    days_told(stage, place, missed, **told)
    return True


def three_days(stage: Stage) -> bool:
    """R-ABS-1: each second day, so that no two are in a row."""
    place = _there(stage)
    missed = place.scheduled(stage.day(1), stage.day(25))[:5:2]
    return _but(stage, place, 30, missed, **UNKNOWN)


def two_in_a_row(stage: Stage) -> bool:
    """R-ABS-2."""
    place = _there(stage)
    return _but(stage, place, 20, place.scheduled(stage.day(1), stage.day(25))[:2], **UNKNOWN)


def long_ill(stage: Stage) -> bool:
    """R-ABS-4, and R-ABS-5 before it: ill for three weeks, and nobody has seen a certificate."""
    place = _there(stage)
    missed = place.scheduled(stage.day(1), stage.day(22))
    return _but(stage, place, 40, missed, **ILL, certificate="missing")


def supervisor_worries(stage: Stage) -> bool:
    """R-ABS-7; the supervisor also asks to be called."""
    place = _there(stage)
    _but(stage, place, 12, [])
    about = {"placement_id": place.id, "code": "worry"}
    stage.say(place.host, "absence.concern_raised", stage.day(3), about)
    stage.say(place.host, "supervisor.contact_requested", stage.day(3), about, late=True)
    return True


def nothing_told(stage: Stage) -> bool:
    """R-ABS-8: the site tells of her days, and then no more."""
    place = _there(stage)
    return _but(stage, place, 2, [])


def short_day(stage: Stage) -> bool:
    """R-LIM-2."""
    place = _there(stage)
    short = place.scheduled(stage.day(2), stage.day(12))[:1]
    return _but(stage, place, 12, short, status="partial", minutes_present=100, notified_by_client=True)


def year_of_days(stage: Stage) -> bool:
    """R-LIM-3: four days a week for ten months."""
    place = somewhere(stage, stage.day(-300), 350)
    return _but(stage, place, 20, [])


def short_period(stage: Stage) -> bool:
    """R-LIM-4, and R-END-1 soon after it: a period of seven weeks."""
    somewhere(stage, stage.day(2), 49)
    return True


def not_reviewed(stage: Stage) -> bool:
    """R-REV-1: three months after the signing nobody has booked a review; it is held late."""
    plan, signed = stage.id("plan"), stage.day(-84)
    stage.begin_plan(stage.officer, ACTIVATION, plan, signed - timedelta(days=7))
    stage.sign_plan(stage.officer, ACTIVATION, plan, signed)
    on = stage.day(24)
    reviewed = {"plan_id": plan, "plan_type": ACTIVATION, "reviewed_on": on.isoformat()}
    stage.say(stage.officer, "plan.reviewed", on, {**reviewed, "participants": stage.all_parties()})
    return True


def nobody_asked(stage: Stage) -> bool:
    """R-END-2: a month after the end nobody has told where she went."""
    place = somewhere(stage, stage.day(-140), 112)
    ended = {"placement_id": place.id, "ended_on": place.end_on.isoformat(), "end_reason": "period_ended"}
    stage.say(stage.county, "placement.ended", place.end_on, {**ended, "planned": True})
    return True


def _ends_with(stage: Stage, outcome: str, last: int, told: int) -> None:
    first = stage.day(last - 120)
    place = somewhere(stage, first, (stage.day(last) - first).days)
    ended = {"placement_id": place.id, "ended_on": place.end_on.isoformat(), "end_reason": "period_ended"}
    stage.say(stage.county, "placement.ended", place.end_on, {**ended, "planned": True})
    stage.say(stage.county, "outcome.recorded", stage.day(told), {"outcome_code": outcome, "placement_id": place.id})


def back_to_seeking(stage: Stage) -> bool:
    """R-RETURN-1."""
    _ends_with(stage, "returned_unemployed_jobseeker", -1, 1)
    return True


def not_clarified(stage: Stage) -> bool:
    """R-OUT-2."""
    _ends_with(stage, "work_ability_and_health_clarification", -24, -19)
    return True


def never_begun(stage: Stage) -> bool:
    """R-PS-1."""
    data = {"ps_id": stage.id("service"), "service_type": "health_services", "org": stage.county.id}
    stage.say(stage.county, "parallel_service.agreed", stage.day(0), {**data, "start_by": stage.day(9).isoformat()})
    return True


def debts(stage: Stage) -> bool:
    """R-DEBT-1: four weeks later the counselling is agreed, and begins."""
    _there(stage)
    seen = {"characteristics": ["long_term_unemployed", "debts_in_enforcement"]}
    stage.say(stage.county, "client.characteristics_recorded", stage.day(1), seen)
    data = {"ps_id": stage.id("service"), "service_type": "debt_counselling", "org": "9000033-7"}
    stage.say(stage.county, "parallel_service.agreed", stage.day(29), data)
    begun = stage.day(36)
    stage.say(stage.county, "parallel_service.started", begun, {**data, "started_on": begun.isoformat()})
    return True


def plan_not_begun(stage: Stage) -> bool:
    """R-PLAN-2: Kela has told that a plan is due, and thirty days later nobody has begun it."""
    kela, on = stage.other(("kela",)), stage.day(1)
    if kela is None:
        return False
    ground = {"ground": "o25_sa12m", "fulfilled_on": (on - timedelta(days=12)).isoformat()}
    stage.say(kela, "eligibility.reported", on, {**ground, "reported_on": on.isoformat()})
    return True


def support_without_plan(stage: Stage) -> bool:
    """R-PLAN-1: the multi-sector support has lasted three months without a plan; then it ends."""
    if (team := stage.team) is None:
        return False
    began = stage.day(-84)
    stage.say(team, "multisector.started", began, {"started_on": began.isoformat()})
    over = {"started_on": began.isoformat(), "ended_on": stage.day(34).isoformat(), "reason": "no_longer_needed"}
    stage.say(team, "multisector.ended", stage.day(34), over)
    return True


def nobody_qualified(stage: Stage) -> bool:
    """R-PLAN-QUAL: she needs much, and nobody with the education for it sat at the table."""
    referral = {
        "referral_id": stage.id("referral"),
        "service_type": SERVICE,
        "referrer_type": stage.officer.types_at(stage.life.setting.start)[0],
        "basis_of_entry": "client_need",
        "purpose": ["burdensome_life_situation"],
        "target_org": stage.county.id,
    }
    stage.say(stage.officer, "referral.submitted", stage.day(-8), referral)
    stage.say(stage.county, "referral.received", stage.day(-6), {"referral_id": referral["referral_id"]})
    plan, on = stage.id("plan"), stage.day(2)
    stage.begin_plan(stage.officer, ACTIVATION, plan, stage.day(0))
    who = (("employment_officer", stage.officer), ("adult_social_work_employee", stage.county))
    signed = {"plan_id": plan, "plan_type": ACTIVATION, "signed_by": stage.people(*who, on=on), "includes_ktt": False}
    stage.say(stage.officer, "plan.signed", on, signed)
    answer = {"referral_id": referral["referral_id"], "reason_code": "other_service_first"}
    stage.say(stage.county, "referral.rejected", stage.day(3), answer)
    return True


PLANTERS = (
    Planter("R-ABS-1", False, "three days in four weeks without a reason", 11, three_days),
    Planter("R-ABS-2", False, "two days in a row without a word", 8, two_in_a_row),
    Planter("R-ABS-4", False, "away for three weeks", 22, long_ill),
    Planter("R-ABS-7", False, "the supervisor worries", 4, supervisor_worries),
    Planter("R-ABS-8", False, "no day is told any more", 28, nothing_told),
    Planter("R-LIM-2", False, "a day of less than two hours", 10, short_day),
    Planter("R-LIM-3", False, "so many days in a year that the cap is near", 8, year_of_days),
    Planter("R-LIM-4", False, "a period that is too short", 2, short_period),
    Planter("R-REV-1", False, "a plan that nobody has gone through in time", 0, not_reviewed),
    Planter("R-END-2", False, "nobody tells where she went", 6, nobody_asked),
    Planter("R-RETURN-1", False, "she seeks work again and nobody takes her on", 2, back_to_seeking),
    Planter("R-OUT-2", False, "her ability is to be clarified and nobody begins", 15, not_clarified),
    Planter("R-PS-1", False, "an agreed service does not begin", 12, never_begun),
    Planter("R-DEBT-1", False, "debts in enforcement, and nobody counsels her", 2, debts),
    Planter("R-PLAN-2", False, "a plan is due and nobody begins it", 2, plan_not_begun),
    Planter("R-PLAN-1", False, "multi-sector support without a plan", 2, support_without_plan),
    Planter("R-PLAN-QUAL", False, "nobody qualified at the table", 3, nobody_qualified),
)
