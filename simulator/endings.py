"""How a period comes to its end: an assessment visit or none, then another period, something else, or silence."""

from __future__ import annotations

from datetime import date, timedelta

from simulator import handovers
from simulator.life import AFTERNOON, Life, Placement
from simulator.paths import Path, extend
from simulator.planted import Planted
from simulator.proportions import AGAIN, OPEN, OUTCOMES, OVER
from simulator.setting import weighted, working_day
from simulator.statement import at, written

REASON = {
    "education": "education",
    "open_labour_market": "employed",
    "wage_subsidised_work": "wage_subsidised_work",
    "pension": "pension",
    "sick_leave": "illness",
}
PLAN_OVER = {"education": "education", "employed": "employed", "pension": "no_longer_needed"}
"""Reason of the end of a placement → that of the end of her plan with it."""
WORKING = ("education", "open_labour_market", "wage_subsidised_work")
SOON = timedelta(days=25)
"""So long before its last day the end of a period is in the making."""
GOALS = ("daily_rhythm", "attendance", "functional_ability", "work_skills")


def end(path: Path, planted: Planted, *, stays: bool = False) -> None:
    """Tell the end of a placement whose last day lies in the play or soon after it, and of the periods that follow;
    `stays`: each is followed by another.
    """
    life, place = path.life, path.place
    if place is None:
        return
    while place.end_on < life.setting.end + SOON:
        ends = place.end_on
        if life.chance(70):
            _assess(life, place)
        how = "extended" if stays else weighted(life.random, [("extended", AGAIN), ("ended", OVER), ("", OPEN)])
        if how == "extended":
            _extend(life, place)
        elif how == "ended":
            _end(path, place, planted)
        if place.end_on == ends:
            return


def _assess(life: Life, place: Placement) -> None:
    held = working_day(place.end_on - timedelta(days=life.random.randrange(16, 24)))
    review = life.id("assessment", place.end_on)
    booking = {
        "review_id": review,
        "placement_id": place.id,
        "kind": "assessment_visit",
        "starts_at": written(at(held, 9 * 60)),
        "minutes": 60,
        "place_mode": "site_visit",
        "participants": [{"role": "client"}, {"role": "social_instructor", "org": life.county.id}],
    }
    life.say(life.county, "review.scheduled", working_day(held - timedelta(days=14)), booking)
    goals = {goal: life.random.randrange(4) for goal in life.random.sample(GOALS, 2)}
    data = {"placement_id": place.id, "goals_reached": goals, "recommendation": ["continue"]}
    life.say(life.county, "assessment.held", held, data, part=AFTERNOON)


def _extend(life: Life, place: Placement) -> None:
    decided = working_day(place.end_on - timedelta(days=life.random.randrange(5, 13)))
    extend(life, place, place.period + 1, decided, place.end_on + timedelta(days=life.random.choice((91, 120, 182))))


def _end(path: Path, place: Placement, planted: Planted) -> None:
    life = path.life
    outcome = weighted(life.random, OUTCOMES)
    reason = REASON.get(outcome, "period_ended")
    data = {"placement_id": place.id, "ended_on": place.end_on.isoformat(), "end_reason": reason, "planned": True}
    life.say(life.county, "placement.ended", place.end_on, data, part=AFTERNOON)
    recorded = working_day(place.end_on + timedelta(days=life.random.randrange(1, 20)))
    found: dict[str, object] = {"outcome_code": outcome, "placement_id": place.id}
    if outcome == "returned_unemployed_jobseeker":
        found["barrier"] = [life.random.choice(("lacks_courage", "work_ability_insufficient", "stigma"))]
    elif outcome in WORKING:
        found["enabling"] = [life.random.choice(("ability_risen", "own_field_found", "readiness_grown"))]
    life.say(life.county, "outcome.recorded", recorded, found)
    if reason in PLAN_OVER:
        officer = life.setting.employment(life.municipality, recorded)
        over = {"plan_id": path.plan, "ended_on": recorded.isoformat(), "reason": PLAN_OVER[reason]}
        life.say(officer, "plan.ended", recorded, over, part=AFTERNOON)
    handovers.after(life, outcome, working_day(recorded + timedelta(days=1)), planted)


def interrupt(life: Life, plan: str, place: Placement, on: date) -> None:
    """She stops coming for good: the site warns, the organiser ends the placement, and the plan is broken off."""
    warned = working_day(on - timedelta(days=6))
    since = {"period_from": (warned - timedelta(days=14)).isoformat(), "period_to": warned.isoformat()}
    risk = {"placement_id": place.id, **since, "days": len(place.scheduled(warned - timedelta(days=14), warned))}
    life.say(place.host, "interruption_risk.notified", warned, {**risk, "form": "TEM691"})
    broken_off = working_day(on + timedelta(days=10))
    heard = {"plan_id": plan, "interrupted_on": broken_off.isoformat(), "heard_on": on.isoformat()}
    officer = life.setting.employment(life.municipality, broken_off)
    life.say(officer, "plan.interrupted", broken_off, {**heard, "reason": "absences"})
    data = {
        "placement_id": place.id,
        "ended_on": on.isoformat(),
        "end_reason": "interrupted_by_client",
        "planned": False,
    }
    life.say(life.county, "placement.ended", on, data, part=AFTERNOON)
    place.end_on = on


def pause(life: Life, place: Placement, first: date, last: date) -> None:
    """A long illness: the placement rests from a day to a day."""
    data = {"placement_id": place.id, "reason": "illness", "from": first.isoformat(), "to": last.isoformat()}
    life.say(life.county, "placement.suspended", first, data)
    back = {"placement_id": place.id, "from": (last + timedelta(days=1)).isoformat()}
    life.say(life.county, "placement.resumed", working_day(last + timedelta(days=1)), back)
