"""Cases that seldom come of themselves: one person for each rule that a play would hardly hear of otherwise."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from simulator.cases import Planter, Stage
from simulator.cases_plans import ACTIVATION, SERVICE
from simulator.life import AFTERNOON, Placement, start_placement
from simulator.life import placement as at_a_place
from simulator.paths import extend
from simulator.region import Org, Site
from simulator.statement import AGREED, Data, Statement, at, written

CEASED = "9000039-6"
"""A giver of services that is no partner of the region, and ceases."""
PRIVATE = ("private_provider",)
INCREASE_UNTIL = date(2024, 10, 7)
"""A period that began so early still has the increased part of the benefit (L962/2024)."""
SUPPORT_ONLY = date(2022, 10, 3)
"""A day on which private companies might give support and guidance, and nothing else (L702/2020 13 §)."""
MON_TO_THU, EVERY_DAY = (0, 1, 2, 3), (0, 1, 2, 3, 4)


def somewhere(
    stage: Stage, first: date, length: int, weekdays: tuple[int, ...] = MON_TO_THU, far: int = 0
) -> Placement:
    """She is at a site from a day on; everything that must be told before she starts has been, but for a plan."""
    place = at_a_place(stage.life, first, first + timedelta(days=length), len(weekdays))
    place.id, place.weekdays, place.distance = stage.id("place"), weekdays, far
    setting = stage.life.setting
    if setting.closure is not None and place.site.id == setting.closure[0]:
        place.host, place.site = setting.hosts[0]  # what is planted must not fall into a week in which nobody is there
    start_placement(stage.life, place, agreed=first - timedelta(days=4))
    return place


def days_told(stage: Stage, place: Placement, days: Iterable[date], **told: object) -> None:
    """The site tells of some days, each on its evening; what is not said of them is as it mostly is."""
    there = {"status": "present", "minutes_scheduled": place.minutes, "minutes_present": place.minutes}
    for day in days:
        data = {"placement_id": place.id, "date": day.isoformat(), **there, **told}
        stage.say(place.host, "attendance.day_recorded", day, data, late=True)


def _of_nobody(stage: Stage, org: Org, name: str, data: Data, sent: date, wave: int) -> None:
    """Something about an organisation or a site, told in the course of her story."""
    said = Statement(
        org=org.id,
        source=org.source(),
        name=name,
        person=None,
        id=stage.id(name),
        time=at(sent, 9 * 60) if wave != AGREED else at(stage.life.setting.day(-3), 9 * 60),
        sent=sent,
        data=data,
        wave=wave,
    )
    stage.life.said.append(said)


def child_ill(stage: Stage) -> bool:
    """R-ABS-6."""
    place = somewhere(stage, stage.day(-21), 200)
    days = place.scheduled(place.start_on, stage.day(24))
    ill = [d for d in days if d >= stage.day(4)][:9]
    told = {"status": "absent", "minutes_present": 0, "reason": "child_illness_u10", "notified_by_client": True}
    days_told(stage, place, [d for d in days if d not in ill])
    days_told(stage, place, ill, **told)
    return True


def in_the_way(stage: Stage) -> bool:
    """R-SCH-1: two appointments, one of them long before its day."""
    place = somewhere(stage, stage.day(-21), 200)
    days_told(stage, place, place.scheduled(place.start_on, stage.day(20)))
    for ahead in (8, 75):
        on = place.scheduled(stage.day(ahead), stage.day(ahead + 12))[0]
        data = {"appointment_id": stage.id("appointment", ahead), "starts_at": written(at(on, 10 * 60)), "minutes": 45}
        stage.say(stage.officer, "appointment.booked", stage.day(1), {**data, "service_type": "employment_services"})
    return True


def coach_wanted(stage: Stage) -> bool:
    """R-COACH."""
    place = somewhere(stage, stage.day(-40), 160)
    advice = {"placement_id": place.id, "goals_reached": {"work_skills": 3}, "recommendation": ["job_coaching"]}
    stage.say(stage.county, "assessment.held", stage.day(2), advice)
    return True


def far_away(stage: Stage) -> bool:
    """R-LIM-7."""
    somewhere(stage, stage.day(5), 150, far=96)
    return True


def increase_used(stage: Stage) -> bool:
    """R-BEN-1: warned at 180 paid days, then at 200."""
    kela, first = stage.other(("kela",)), min(stage.day(-20), INCREASE_UNTIL)
    if kela is None:
        return False
    place = somewhere(stage, first, 690)
    while (decided := place.end_on - timedelta(days=9)) < min(stage.day(30), stage.life.setting.end):
        extend(stage.life, place, place.period + 1, decided, place.end_on + timedelta(days=600))
    for day, paid in ((2, 184), (12, 201)):
        data = {"benefit_type": "benefit_increase", "from": first.isoformat(), "paid_days": paid, "payer": "kela"}
        stage.say(kela, "benefit_status.reported", stage.day(day), data)
    return True


def no_evidence(stage: Stage) -> bool:
    """R-EVID-1: evidence of her ability was asked for, and the period ends without any."""
    referral = {
        "referral_id": stage.id("referral"),
        "service_type": SERVICE,
        "referrer_type": stage.officer.types_at(stage.life.setting.start)[0],
        "basis_of_entry": "client_need",
        "purpose": ["work_ability_substantially_reduced_evidence_needed"],
        "target_org": stage.county.id,
    }
    stage.say(stage.officer, "referral.submitted", stage.day(-90), referral)
    for day, step in ((-88, "referral.received"), (-80, "referral.accepted")):
        data = {"referral_id": referral["referral_id"], **({"reason_code": "suitable"} if day == -80 else {})}
        stage.say(stage.county, step, stage.day(day), data)
    somewhere(stage, stage.day(-74), 112)
    return True


def list_too_late(stage: Stage) -> bool:
    """R-PLAN-3: the ground was fulfilled three months before Kela tells of it."""
    kela, on = stage.other(("kela",)), stage.day(2)
    if kela is None:
        return False
    fulfilled = on - timedelta(days=95)
    data = {"ground": "o25_sa12m", "fulfilled_on": fulfilled.isoformat(), "reported_on": on.isoformat()}
    stage.say(kela, "eligibility.reported", on, data)
    return True


def too_seldom(stage: Stage) -> bool:
    """R-PS-2: once a week was agreed, and after the second visit there is none."""
    who = {"ps_id": stage.id("service"), "service_type": "social_guidance", "org": stage.county.id}
    often = {"start_by": stage.day(-18).isoformat(), "frequency": {"n": 1, "per": "week"}}
    stage.say(stage.county, "parallel_service.agreed", stage.day(-30), {**who, **often})
    began = stage.day(-20)
    stage.say(stage.county, "parallel_service.started", began, {**who, "started_on": began.isoformat()})
    for day in (-13, -6):
        held = stage.day(day)
        stage.say(stage.county, "parallel_service.held", held, {**who, "held_on": held.isoformat()})
    return True


def left_alone(stage: Stage) -> bool:
    """R-CW-1: her own worker leaves while she is at a site, and nobody follows."""
    worker = stage.life.own_worker
    if worker is None:
        return False
    somewhere(stage, stage.day(-21), 200)
    ended = {"role_code": "own_worker", "person_ref": worker.ref, "to": stage.day(1).isoformat()}
    stage.say(stage.county, "caseworker.ended", stage.day(1), ended)
    return True


def five_days(stage: Stage) -> bool:
    """R-LIM-1: as planned and as spent."""
    place = somewhere(stage, stage.day(-14), 200, EVERY_DAY)
    days_told(stage, place, place.scheduled(place.start_on, stage.day(12)))
    return True


def intent_met(stage: Stage) -> bool:
    """R-INT-1: social work is about to begin the plan that the authority prepares."""
    stage.begin_plan(stage.officer, ACTIVATION, stage.id("plan"), stage.day(0))
    data = {"work": ACTIVATION, "planned_on": stage.day(6).isoformat()}
    stage.life.say(stage.county, "work.intent_declared", stage.day(2), data, part=AFTERNOON, version=2)
    return True


def giver_ceases(stage: Stage) -> bool:
    """R-ORG-1: whoever gives the service that was agreed for her is no longer there."""
    service = {"ps_id": stage.id("service"), "service_type": "debt_counselling", "org": CEASED}
    begun = {**service, "started_on": stage.day(-8).isoformat()}
    stage.say(stage.county, "parallel_service.agreed", stage.day(-20), service)
    stage.say(stage.county, "parallel_service.started", stage.day(-8), begun)
    operator = stage.life.setting.region.by_id.get(stage.life.setting.region.operator)
    if operator is None:
        return False
    gone = {"org": CEASED, "from": stage.day(7).isoformat()}
    _of_nobody(stage, operator, "org.deactivated", gone, stage.day(3), 0)
    return True


def company_not_allowed(stage: Stage) -> bool:
    """R-PROV: a company gave her work when it might have given support and guidance only; she is still there."""
    company = stage.other(PRIVATE)
    if company is None:
        return False
    described = {"site_id": stage.id("site"), "municipality": stage.life.municipality, "provider_org": company.id}
    content = {"host_org_type": PRIVATE[0], "content": ["work"]}
    start = stage.life.setting.start
    _of_nobody(stage, company, "site.described", {**described, **content}, start, AGREED)
    place = at_a_place(stage.life, SUPPORT_ONLY, stage.day(90), 2)
    place.id, place.host, place.site = stage.id("place"), company, Site(id=str(described["site_id"]))
    start_placement(stage.life, place, agreed=SUPPORT_ONLY - timedelta(days=4))
    return True


PLANTERS = (
    Planter("R-ABS-6", False, "a child is ill for more than four working days", 16, child_ill),
    Planter("R-SCH-1", False, "an appointment on a day at the site", 2, in_the_way),
    Planter("R-COACH", False, "her way leads to work, and she has no coach", 3, coach_wanted),
    Planter("R-LIM-7", False, "the site is far away, and she has not agreed to that", 2, far_away),
    Planter("R-BEN-1", False, "the days with the increased part are nearly used up", 3, increase_used),
    Planter("R-EVID-1", False, "a period ends without the evidence that was asked for", 12, no_evidence),
    Planter("R-PLAN-3", False, "Kela tells too late that a plan is due", 3, list_too_late),
    Planter("R-PS-2", False, "a weekly service is not given any more", 11, too_seldom),
    Planter("R-CW-1", False, "her own worker leaves and nobody follows", 8, left_alone),
    Planter("R-LIM-1", False, "five days a week", 3, five_days),
    Planter("R-INT-1", False, "an intent meets what another organisation is doing", 3, intent_met),
    Planter("R-ORG-1", False, "whoever gives her a service ceases", 8, giver_ceases),
    Planter("R-PROV", False, "a company that might not give her work", 1, company_not_allowed),
)
