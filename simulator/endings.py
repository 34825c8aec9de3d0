"""How a period comes to its end: an assessment visit or none, then another period, something else, or silence."""

from __future__ import annotations

from datetime import date, timedelta

from simulator.life import AFTERNOON, Life, Placement
from simulator.paths import Path
from simulator.setting import weighted, working_day
from simulator.statement import at, written

OUTCOMES = (
    ("new_ktt_period", 0),
    ("returned_unemployed_jobseeker", 30),
    ("work_ability_and_health_clarification", 18),
    ("education", 16),
    ("wage_subsidised_work", 12),
    ("rehabilitation_service", 10),
    ("open_labour_market", 8),
    ("pension_clarification", 6),
)
REASON = {
    "education": "education",
    "open_labour_market": "employed",
    "wage_subsidised_work": "wage_subsidised_work",
}
GOALS = ("daily_rhythm", "attendance", "functional_ability", "work_skills")


def end(path: Path) -> None:
    """Tell the end of a placement whose last day lies in the play or soon after it."""
    life, place = path.life, path.place
    if place is None:
        return
    if life.chance(70):
        _assess(life, place)
    how = weighted(life.random, [("extended", 50), ("ended", 40), ("", 10)])
    if how == "extended":
        _extend(life, place)
    elif how == "ended":
        _end(life, place)


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
    new_end = place.end_on + timedelta(days=life.random.choice((91, 120, 182)))
    data = {
        "placement_id": place.id,
        "episode_id": place.episode,
        "period_no": 2,
        "site_id": place.site.id,
        "start_on": (place.end_on + timedelta(days=1)).isoformat(),
        "end_on": new_end.isoformat(),
        "agreement_ref": f"agreement-{place.id[:8]}-2",
    }
    life.say(life.county, "placement.extended", decided, data)
    if decided < life.setting.end:
        place.end_on = new_end


def _end(life: Life, place: Placement) -> None:
    outcome = weighted(life.random, OUTCOMES)
    reason = REASON.get(outcome, "period_ended")
    data = {"placement_id": place.id, "ended_on": place.end_on.isoformat(), "end_reason": reason, "planned": True}
    life.say(life.county, "placement.ended", place.end_on, data, part=AFTERNOON)
    recorded = working_day(place.end_on + timedelta(days=life.random.randrange(1, 20)))
    found: dict[str, object] = {"outcome_code": outcome, "placement_id": place.id}
    if outcome == "returned_unemployed_jobseeker":
        found["barrier"] = [life.random.choice(("lacks_courage", "work_ability_insufficient", "stigma"))]
    elif outcome in REASON:
        found["enabling"] = [life.random.choice(("ability_risen", "own_field_found", "readiness_grown"))]
    life.say(life.county, "outcome.recorded", recorded, found)


def interrupt(life: Life, place: Placement, on: date) -> None:
    """She stops coming for good, and the organiser ends the placement."""
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
