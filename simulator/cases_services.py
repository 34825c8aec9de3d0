"""Cases about meetings, contacts, services, places, workers, notices and days: done by two at once."""

from __future__ import annotations

from datetime import date, timedelta

from simulator.cases import Planter, Stage
from simulator.cases_plans import ACTIVATION
from simulator.life import placement as at_a_place
from simulator.life import start_placement
from simulator.statement import at, written


def _plan(stage: Stage) -> str:
    plan = stage.id("plan")
    stage.begin_plan(stage.officer, ACTIVATION, plan, stage.day(-34))
    stage.sign_plan(stage.officer, ACTIVATION, plan, stage.day(-30))
    return plan


def _book(stage: Stage, by: str, day: int, held: date, hour: int, people: list[dict[str, str]]) -> None:
    org = stage.county if by == "county" else stage.officer
    data = {
        "review_id": stage.id("review", by),
        "plan_id": stage.id("plan"),
        "kind": "plan_review",
        "starts_at": written(at(held, hour * 60)),
        "minutes": 60,
        "place_mode": "office_visit",
        "participants": people,
    }
    stage.say(org, "review.scheduled", stage.day(day), data)


def _alone(stage: Stage, by: str) -> list[dict[str, str]]:
    if by == "county":
        return stage.people(("social_instructor", stage.county))
    return stage.people(("employment_officer", stage.officer))


def review_booked_twice(stage: Stage) -> bool:
    """D07."""
    _plan(stage)
    for by, day, ahead in (("county", 0, 20), ("officer", 2, 26)):
        _book(stage, by, day, stage.day(ahead), 10, _alone(stage, by))
    return True


def reviewed_already(stage: Stage) -> bool:
    """D08: the county goes through the plan while the authority has booked the same for three weeks later."""
    plan = _plan(stage)
    _book(stage, "officer", 0, stage.day(25), 10, _alone(stage, "officer"))
    data = {"review_id": stage.id("held"), "plan_id": plan, "kind": "plan_review", "mode": "office_visit"}
    stage.say(stage.county, "review.held", stage.day(4), {**data, "participants": _alone(stage, "county")})
    return True


def joint_review(stage: Stage) -> bool:
    """Both have the other at the table: one meeting written down twice."""
    _plan(stage)
    for by, day, ahead in (("county", 0, 20), ("officer", 2, 21)):
        _book(stage, by, day, stage.day(ahead), 10, stage.all_parties())
    return True


def absence_asked_twice(stage: Stage) -> bool:
    """D09: social work and a coach both call about one alert that nobody has claimed."""
    coach = stage.other(("association",))
    if coach is None:
        return False
    for day, org in ((0, stage.county), (1, coach)):
        on = stage.day(day)
        data = {"mode": "phone", "direction": "out", "purpose_code": "absence", "on": on.isoformat()}
        stage.say(org, "contact.logged", on, {**data, "alert_id": stage.id("alert")})
    return True


def places_overlap(stage: Stage) -> bool:
    """D10: two places on the same weekdays."""
    life = stage.life
    for n, day in enumerate((0, 3)):
        start = stage.day(day + 5)
        place = at_a_place(life, start, start + timedelta(days=120), 2)
        host, site = life.setting.hosts[n * 2]
        place.id, place.host, place.site, place.weekdays = stage.id("place", n), host, site, (0, 2)
        start_placement(life, place, agreed=stage.day(day), confirmed=False)
    return True


def service_agreed_twice(stage: Stage) -> bool:
    """D11."""
    for day, org in ((0, stage.officer), (4, stage.county)):
        data = {"ps_id": stage.id("service", day), "service_type": "debt_counselling", "org": "9000033-7"}
        stage.say(org, "parallel_service.agreed", stage.day(day), {**data, "start_by": stage.day(20).isoformat()})
    return True


def different_services(stage: Stage) -> bool:
    """Parallel services beside each other are what the survey hopes for."""
    for day, kind in ((0, "debt_counselling"), (4, "substance_services")):
        data = {"ps_id": stage.id("service", day), "service_type": kind, "org": "9000033-7"}
        org = stage.officer if day else stage.county
        stage.say(org, "parallel_service.agreed", stage.day(day), {**data, "start_by": stage.day(20).isoformat()})
    return True


def appointments_overlap(stage: Stage) -> bool:
    """D12."""
    for day, org, minute in ((0, stage.officer, 9 * 60), (1, stage.county, 9 * 60 + 20)):
        data = {
            "appointment_id": stage.id("appointment", day),
            "starts_at": written(at(stage.day(12), minute)),
            "minutes": 45,
            "service_type": "employment_services" if day == 0 else "social_guidance",
        }
        stage.say(org, "appointment.booked", stage.day(day), data)
    return True


def two_own_workers(stage: Stage) -> bool:
    """D13: the authority names somebody as her own worker too."""
    worker = next((w.ref for w in stage.officer.person), "officer-1")
    data = {"role_code": "own_worker", "person_ref": worker, "from": stage.day(2).isoformat()}
    stage.say(stage.officer, "caseworker.assigned", stage.day(2), data)
    return True


def worker_and_manager(stage: Stage) -> bool:
    """The organiser's own worker, the provider's client manager and a coach each have a task of their own."""
    coach = stage.other(("association",))
    if coach is None:
        return False
    for day, role in ((1, "provider_client_manager"), (2, "job_coach"), (3, "individual_coach")):
        data = {"role_code": role, "person_ref": f"coach-{day}", "from": stage.day(day).isoformat()}
        stage.say(coach, "caseworker.assigned", stage.day(day), data)
    return True


def notice_sent_twice(stage: Stage) -> bool:
    """D14: the workshop and the association both send form TT3 about the same fortnight."""
    orgs = stage.other(("workshop",)), stage.other(("association",))
    for day, org in zip((0, 1), orgs, strict=True):
        if org is None:
            return False
        period = {"period_from": stage.day(-16).isoformat(), "period_to": stage.day(-3).isoformat()}
        data = {"placement_id": stage.id("place"), **period, "days": 2, "form": "TT3"}
        stage.say(org, "kela_absence_notice.sent", stage.day(day), data)
    return True


def document_asked_twice(stage: Stage) -> bool:
    """D15."""
    for day, org in ((0, stage.county), (5, stage.officer)):
        on = stage.day(day).isoformat()
        data = {"request_id": stage.id("request", day), "document_type": "medical_certificate", "requested_on": on}
        stage.say(org, "document.requested", stage.day(day), data)
    return True


def told_differently(stage: Stage) -> bool:
    """D18: the site says absent, the organiser says present."""
    life = stage.life
    start = stage.day(0)
    place = at_a_place(life, start, start + timedelta(days=120), 2)
    place.id, place.weekdays = stage.id("place"), (start.weekday(), (start.weekday() + 2) % 5)
    start_placement(life, place, agreed=stage.day(-3))
    base = {"placement_id": place.id, "date": start.isoformat()}
    stage.say(place.host, "attendance.day_recorded", start, {**base, "status": "absent", "notified_by_client": True})
    present = {"status": "present", "minutes_scheduled": place.minutes, "minutes_present": place.minutes}
    stage.say(stage.county, "attendance.day_recorded", stage.day(1), {**base, **present})
    return True


def two_assistances(stage: Stage) -> bool:
    """Basic assistance from Kela and supplementary assistance from the county are different tasks."""
    kela = stage.other(("kela",))
    if kela is None:
        return False
    for day, kind in ((0, "basic_social_assistance"), (1, "supplementary_social_assistance")):
        data = {"benefit_type": kind, "from": stage.day(-60).isoformat(), "paid_days": 0, "payer": "kela"}
        stage.say(kela, "benefit_status.reported", stage.day(day), data)
    return True


PLANTERS = (
    Planter("D07", True, "two organisations book the same review", 2, review_booked_twice),
    Planter("D08", True, "a plan is reviewed while another has the same review before it", 4, reviewed_already),
    Planter("D09", True, "two clear up the same absence", 1, absence_asked_twice),
    Planter("D10", True, "two places take the same weekdays", 3, places_overlap),
    Planter("D11", True, "the same service is agreed twice", 4, service_agreed_twice),
    Planter("D12", True, "two appointments overlap", 1, appointments_overlap),
    Planter("D13", True, "two own workers", 2, two_own_workers),
    Planter("D14", True, "the same notice to Kela is sent twice", 1, notice_sent_twice),
    Planter("D15", True, "the same certificate is asked for twice", 5, document_asked_twice),
    Planter("D18", True, "site and organiser tell different things of one day", 1, told_differently),
    Planter("joint_review", False, "one review written down by both who are there", 2, joint_review),
    Planter("different_services", False, "different services beside each other", 4, different_services),
    Planter("worker_and_manager", False, "own worker, client manager and coaches", 3, worker_and_manager),
    Planter("two_assistances", False, "basic and supplementary assistance", 1, two_assistances),
)
