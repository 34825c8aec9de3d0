"""Cases in which things turn out otherwise than agreed, and in good order: none of them is double work."""

from __future__ import annotations

from datetime import date

from simulator.cases import Planter, Stage
from simulator.cases_plans import ACTIVATION, MULTISECTOR, SERVICE
from simulator.cases_rules import days_told, somewhere
from simulator.endings import pause
from simulator.region import Org
from simulator.statement import at, written


def _signed(stage: Stage, first: int = -30) -> str:
    plan = stage.id("plan")
    stage.begin_plan(stage.officer, ACTIVATION, plan, stage.day(first - 6))
    stage.sign_plan(stage.officer, ACTIVATION, plan, stage.day(first))
    return plan


def plan_replaced(stage: Stage) -> bool:
    """The multi-sector plan stands in the activation plan's place from its first day on."""
    old, new, on = _signed(stage), stage.id("new plan"), stage.day(2)
    over = {"plan_id": old, "successor": new, "superseded_on": on.isoformat(), "reason": "replaced"}
    stage.say(stage.officer, "plan.superseded", on, over)
    stage.begin_plan(stage.officer, MULTISECTOR, new, stage.day(4), predecessor_plan_id=old)
    stage.sign_plan(stage.officer, MULTISECTOR, new, stage.day(9))
    return True


def plan_goes_on(stage: Stage) -> bool:
    """A plan is gone through and renewed as it is."""
    plan, on = _signed(stage, -70), stage.day(3)
    again = {"plan_id": plan, "reviewed_on": on.isoformat(), "participants": stage.all_parties()}
    stage.say(stage.officer, "plan.renewed", on, {**again, "reason": "periodic_review"})
    return True


def plan_broken_off(stage: Stage) -> bool:
    """After the client has been heard."""
    plan, on = _signed(stage), stage.day(12)
    data = {"plan_id": plan, "interrupted_on": on.isoformat(), "reason": "absences"}
    stage.say(stage.officer, "plan.interrupted", on, {**data, "heard_on": stage.day(5).isoformat()})
    return True


def plan_over(stage: Stage) -> bool:
    """She has found work."""
    plan, on = _signed(stage), stage.day(8)
    over = {"plan_id": plan, "ended_on": on.isoformat(), "reason": "employed"}
    stage.say(stage.officer, "plan.ended", on, over)
    return True


def review_moved(stage: Stage) -> bool:
    """Booked, moved, not come to, booked anew, and given up."""
    plan = _signed(stage)
    about = {"review_id": stage.id("review"), "plan_id": plan, "kind": "plan_review"}
    _booked(stage, "review.scheduled", about, stage.day(0), stage.day(9))
    _booked(stage, "review.rescheduled", about, stage.day(3), stage.day(14))
    stage.say(stage.county, "review.no_show", stage.day(14), {**about, "mode": "office_visit"}, late=True)
    other = {**about, "review_id": stage.id("other review")}
    _booked(stage, "review.scheduled", other, stage.day(16), stage.day(30))
    stage.say(stage.county, "review.cancelled", stage.day(21), {**other, "reason_code": "worker_unavailable"})
    return True


def _booked(stage: Stage, name: str, about: dict[str, str], on: date, held: date) -> None:
    starts = {"starts_at": written(at(held, 10 * 60)), "minutes": 60, "place_mode": "office_visit"}
    stage.say(stage.county, name, on, {**about, **starts, "participants": stage.all_parties()})


def could_not_come(stage: Stage) -> bool:
    """The social instructor is called to the plan and cannot come; she signs it later."""
    plan = stage.id("plan")
    stage.begin_plan(stage.officer, ACTIVATION, plan, stage.day(0))
    declined = {"plan_id": plan, "role_code": "social_instructor", "org": stage.county.id}
    stage.say(stage.county, "plan.participant_declined", stage.day(2), declined)
    stage.sign_plan(stage.officer, ACTIVATION, plan, stage.day(10))
    return True


def sent_on(stage: Stage) -> bool:
    """A referral is sent on to another service."""
    if (provider := stage.provider) is None:
        return False
    data = {
        "referral_id": stage.id("referral"),
        "service_type": SERVICE,
        "referrer_type": stage.officer.types_at(stage.life.setting.start)[0],
        "basis_of_entry": "client_wish",
        "target_org": stage.county.id,
    }
    stage.say(stage.officer, "referral.submitted", stage.day(0), data)
    stage.say(stage.county, "referral.received", stage.day(1), {"referral_id": data["referral_id"]})
    onward = {"referral_id": data["referral_id"], "reason_code": "other_service_first", "next_org": provider.id}
    stage.say(stage.county, "referral.redirected", stage.day(4), onward)
    return True


def rests(stage: Stage) -> bool:
    """Two weeks of illness, agreed on: the placement rests and goes on."""
    place, first, last = somewhere(stage, stage.day(-21), 200), stage.day(2), stage.day(15)
    pause(stage.life, place, first, last)
    days_told(stage, place, [d for d in place.scheduled(place.start_on, stage.day(30)) if not first <= d <= last])
    return True


def appointment_dropped(stage: Stage) -> bool:
    """An appointment is cancelled before anybody else books one at that hour."""
    when = written(at(stage.day(12), 13 * 60))
    booked = {"appointment_id": stage.id("appointment"), "starts_at": when, "minutes": 45}
    stage.say(stage.officer, "appointment.booked", stage.day(0), {**booked, "service_type": "employment_services"})
    dropped = {"appointment_id": booked["appointment_id"], "reason_code": "client_request"}
    stage.say(stage.officer, "appointment.cancelled", stage.day(3), dropped)
    booked = {**booked, "appointment_id": stage.id("other appointment"), "service_type": "financial_social_work"}
    stage.say(stage.county, "appointment.booked", stage.day(5), booked)
    return True


def papers(stage: Stage) -> bool:
    """What she permits and forbids, and where a paper lies; an assessment of need is asked for."""
    guide: Org | None = stage.other(("ohjaamo",))
    if guide is None:
        return False
    permit: dict[str, object] = {"permit_id": stage.id("permit"), "scope": ["plan", "placement"]}
    stage.say(stage.county, "disclosure_permit.given", stage.day(0), {**permit, "recipients": [guide.id]})
    never = {"permit_id": stage.id("prohibition"), "scope": ["health"], "recipients": [guide.id]}
    stage.say(stage.county, "disclosure_permit.prohibited", stage.day(0), never, late=True)
    consent = {"permit_id": stage.id("consent"), "scope": ["attendance"], "recipients": [guide.id]}
    stage.say(stage.county, "consent.given", stage.day(1), consent)
    stage.say(stage.county, "consent.withdrawn", stage.day(15), consent)
    paper = {"document_id": stage.id("paper"), "document_type": "official_decision", "system": "local"}
    issued = {"reference": f"decision-{stage.life.number}", "issued_on": stage.day(2).isoformat()}
    stage.say(stage.county, "document.noted", stage.day(3), {**paper, **issued})
    need = {"assessment_id": stage.id("need"), "kind": "social"}
    stage.say(stage.county, "need_assessment.requested", stage.day(4), need)
    stage.say(stage.county, "need_assessment.started", stage.day(6), need)
    stage.say(stage.county, "need_assessment.completed", stage.day(12), {**need, "recommendation": ["start_service"]})
    return True


def moves(stage: Stage) -> bool:
    """She moves within the county, and keeps her own worker."""
    areas = stage.life.setting.region.localities
    to = next((a for a in areas if a != stage.life.municipality), None)
    if to is None:
        return False
    moved = {"from": stage.life.municipality, "to": to, "on": stage.day(2).isoformat()}
    stage.say(stage.county, "client.moved_municipality", stage.day(2), moved)
    return True


def at_risk(stage: Stage) -> bool:
    """The site warns that her absences, all of them told before, may end in an interruption."""
    place = somewhere(stage, stage.day(-21), 200)
    first, last = stage.day(1), stage.day(6)
    away = place.scheduled(first, last)
    days = place.scheduled(place.start_on, stage.day(25))
    days_told(stage, place, [d for d in days if d not in away])
    told = {"status": "absent", "minutes_present": 0, "reason": "agreed_leave", "notified_by_client": True}
    days_told(stage, place, away, **told)
    period = {"period_from": first.isoformat(), "period_to": last.isoformat(), "days": len(away)}
    notice = {"placement_id": place.id, **period}
    stage.say(place.host, "kela_absence_notice.sent", stage.day(8), {**notice, "form": "TT3"})
    stage.say(place.host, "interruption_risk.notified", stage.day(9), {**notice, "form": "TEM691"})
    return True


PLANTERS = (
    Planter("plan_replaced", False, "a plan replaced by another kind of plan", 4, plan_replaced),
    Planter("plan_goes_on", False, "a plan renewed as it is", 3, plan_goes_on),
    Planter("plan_broken_off", False, "a plan interrupted after she was heard", 12, plan_broken_off),
    Planter("plan_over", False, "a plan that is no longer needed", 8, plan_over),
    Planter("review_moved", False, "a review moved, missed, and given up", 21, review_moved),
    Planter("could_not_come", False, "the social instructor cannot come, and signs later", 10, could_not_come),
    Planter("sent_on", False, "a referral sent on", 4, sent_on),
    Planter("rests", False, "a placement that rests", 16, rests),
    Planter(
        "appointment_dropped", False, "an appointment cancelled before another takes its hour", 5, appointment_dropped
    ),
    Planter("papers", False, "permits, consents and papers", 15, papers),
    Planter("moves", False, "she moves within the county", 2, moves),
    Planter("at_risk", False, "a warning beside the notice of absences", 9, at_risk),
)
