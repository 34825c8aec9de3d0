"""Plans and their reviews: prepared and signed together, or by one officer alone; reviewed in time, late or never."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from simulator.life import AFTERNOON, Life, Placement
from simulator.region import Org
from simulator.setting import working_day
from simulator.statement import at, written

PLAN = "activation_plan"
INTERVAL = 91
"""Days between two reviews: the law says three months at most."""
DECLINES = 7
"""Of a hundred who are called to making a plan so many cannot come at first."""
RENEWED = 8
"""Of a hundred plans that are gone through so many are renewed."""
MOVED, HELD, NO_SHOW = 9, 92, 65
"""Of a hundred booked reviews so many are moved, so many are held; of a hundred others to so many nobody came."""


def parties(life: Life, officer: Org, *, alone: bool, on: date | None = None) -> Sequence[dict[str, str]]:
    """Who sits at the table; `alone`: only the officer and the client."""
    signed = {"on": on.isoformat()} if on else {}
    found = [{"role": "client", **signed}, {"role": "employment_officer", "org": officer.id, **signed}]
    if not alone:
        found.append({"role": "social_instructor", "org": life.county.id, **signed})
    return found


def prepare(life: Life, plan: str, day: date, *, alone: bool) -> None:
    """The employment authority starts a plan, and calls the social instructor to it unless it forgets."""
    officer = life.setting.employment(life.municipality, day)
    roles = ["client", "employment_officer", "social_instructor"]
    started = {"plan_id": plan, "plan_type": PLAN, "lead_org": officer.id, "required_roles": roles}
    life.say(officer, "plan.preparation_started", day, started)
    informed = {"plan_id": plan, "role_code": "social_instructor", "org": life.county.id}
    invited = working_day(day + timedelta(days=1))
    if not alone:
        officer = life.setting.employment(life.municipality, invited)
        life.say(officer, "plan.participant_invited", invited, informed)
        if life.chance(DECLINES):
            life.say(life.county, "plan.participant_declined", working_day(invited + timedelta(days=1)), informed)


def sign(life: Life, plan: str, day: date, place: Placement, *, alone: bool) -> None:
    """The plan is signed with the terms of the work activity in it."""
    officer = life.setting.employment(life.municipality, day)
    informed = {"plan_id": plan, "on": day.isoformat()}
    life.say(officer, "client.informed_of_benefits", day, informed, part=(9 * 60, 10 * 60))
    if not alone:
        attended = {"plan_id": plan, "role_code": "social_instructor", "org": life.county.id}
        life.say(officer, "plan.participant_attended", day, attended)
    data = {
        "plan_id": plan,
        "plan_type": PLAN,
        "signed_by": parties(life, officer, alone=alone, on=day),
        "includes_ktt": True,
        "ktt_terms": _terms(life, place),
        "next_review_on": (day + timedelta(days=INTERVAL)).isoformat(),
        "document_ref": f"plan-{plan[:8]}",
    }
    life.say(officer, "plan.signed", day, data, part=(14 * 60, 14 * 60 + 30))


def _terms(life: Life, place: Placement) -> dict[str, object]:
    goals = ("daily_rhythm", "attendance", "functional_ability", "work_life_rules", "work_skills")
    services = ("social_guidance", "substance_services", "health_services", "kela_rehabilitation", "job_coaching")
    return {
        "goal": life.random.sample(goals, 2),
        "content": life.random.sample(("life_management", "work_life_skills", "work"), 2),
        "site_id": place.site.id,
        "days_per_week": len(place.weekdays),
        "minutes_per_day": place.minutes,
        "start_on": place.start_on.isoformat(),
        "end_on": place.end_on.isoformat(),
        "support": ["individual_coaching"] if life.chance(30) else [],
        "parallel_services": life.random.choices(services, (6, 4, 3, 2, 1)),
    }


def review_cycles(life: Life, plan: str, place: Placement, last: date) -> None:
    """The reviews after `last`, as long as she is there and the play goes on."""
    found: date | None = last
    while found is not None:
        found = _review_after(life, plan, place, found)


def _review_after(life: Life, plan: str, place: Placement, last: date) -> date | None:
    """The next review: mostly booked a month ahead, sometimes only after the reminder, sometimes weeks too late.

    Answers its day; None when it lies beyond the play or the placement.
    """
    due = last + timedelta(days=INTERVAL)
    if due - timedelta(days=21) >= life.setting.end or due > place.end_on:
        return None
    habit = life.random.choices(("ahead", "reminded", "forgotten"), (70, 20, 10))[0]
    if habit == "forgotten":
        due += timedelta(days=life.random.randrange(30, 60))
    booked = working_day(due - timedelta(days=30 if habit == "ahead" else life.random.randrange(13, 19)))
    held = working_day(due - timedelta(days=life.random.randrange(1, 6)))
    review = life.id("review", due)
    _book(life, plan, place, review, booked, held)
    if life.chance(MOVED):
        at_first, held = held, working_day(held + timedelta(days=life.random.randrange(1, 9)))
        if (moved := working_day(at_first - timedelta(days=5))) < held:
            _book(life, plan, place, review, moved, held, "review.rescheduled")
    if not life.setting.start <= held < life.setting.end:
        return due
    if life.chance(HELD):
        _hold(life, plan, place, review, held)
        return held
    about = {"review_id": review, "plan_id": plan, "kind": "plan_review"}
    if life.chance(NO_SHOW):
        life.say(life.county, "review.no_show", held, {**about, "placement_id": place.id}, part=AFTERNOON)
    else:
        life.say(life.county, "review.cancelled", held, {**about, "reason_code": "worker_unavailable"})
    return due


def _book(
    life: Life, plan: str, place: Placement, review: str, on: date, held: date, name: str = "review.scheduled"
) -> None:
    officer = life.setting.employment(life.municipality, on)
    data = {
        "review_id": review,
        "plan_id": plan,
        "placement_id": place.id,
        "kind": "plan_review",
        "starts_at": written(at(held, 10 * 60)),
        "minutes": 60,
        "place_mode": "site_visit",
        "participants": parties(life, officer, alone=False),
    }
    life.say(life.county, name, on, data)


def _hold(life: Life, plan: str, place: Placement, review: str, on: date) -> None:
    officer = life.setting.employment(life.municipality, on)
    alone = life.chance(6)
    who = parties(life, officer, alone=alone)
    held = {
        "review_id": review,
        "plan_id": plan,
        "placement_id": place.id,
        "kind": "plan_review",
        "mode": life.random.choices(("site_visit", "office_visit", "phone"), (6, 3, 2))[0],
        "participants": who,
        "recommendation": ["continue" if life.chance(80) else "continue_with_changes"],
    }
    renewed = not alone and life.chance(RENEWED)
    reviewed = {
        "plan_id": plan,
        **({} if renewed else {"plan_type": PLAN}),
        "reviewed_on": on.isoformat(),
        "participants": who,
        "next_review_on": (on + timedelta(days=INTERVAL)).isoformat(),
        "reason": "periodic_review",
    }
    life.say(life.county, "review.held", on, held)
    life.say(officer, "plan.renewed" if renewed else "plan.reviewed", on, reviewed, part=(14 * 60, 14 * 60 + 30))
