"""Who takes a client over: the next organisation after a period, another own worker while she is at a site."""

from __future__ import annotations

from datetime import date, timedelta

from simulator.life import AFTERNOON, Life, assigned
from simulator.planted import Planted
from simulator.region import INSTRUCTOR, Org
from simulator.setting import working_day

RECEIVERS = {
    "education": (("educational_institution",), "school_counsellor"),
    "wage_subsidised_work": (("association",), "job_coach"),
    "open_labour_market": (("association",), "job_coach"),
    "rehabilitation_service": (("kela",), "kela_officer"),
    "returned_unemployed_jobseeker": ((), "employment_officer"),
}
"""Outcome → who receives the client, and in which role; nobody named: the employment authority."""
UNANSWERED = 12
"""Of a hundred hand-overs so many are not confirmed within the two weeks."""
CHANGES, LEFT_ALONE = 7, 12
"""Of a hundred clients so many get another own worker in a year; of a hundred of these so many wait two weeks."""


def after(life: Life, outcome: str, on: date, planted: Planted) -> None:
    """The client is handed over to whoever goes on with her; mostly the receiver confirms."""
    if outcome not in RECEIVERS:
        return
    types, role = RECEIVERS[outcome]
    late = life.chance(UNANSWERED)
    answered = working_day(on + timedelta(days=life.random.randrange(18, 30) if late else life.random.randrange(2, 9)))
    found: list[Org] = [*life.setting.region.having(life.setting.spoken(answered), types)]
    to = next(iter(found), life.setting.employment(life.municipality, answered))
    handover = life.id("handover", on)
    life.say(life.county, "handover.started", on, {"handover_id": handover, "to_org": to.id, "to_role": role})
    if late:
        planted.note("handover_unanswered", life.number, on + timedelta(days=14))
    confirmed = {"handover_id": handover, "to_org": to.id, "to_role": role}
    life.say(to, "handover.confirmed", answered, confirmed, part=AFTERNOON)


def another_worker(life: Life, first: date, last: date, planted: Planted) -> None:
    """Perhaps her own worker leaves: the next one begins the day after, or two weeks later."""
    begin, end = max(first, life.setting.start), min(last, life.setting.end - timedelta(days=1))
    others = [w for w in life.county.workers(INSTRUCTOR) if w != life.own_worker]
    span = (end - begin).days - 20
    if life.own_worker is None or not others or span < 10 or not life.chance(CHANGES * span / 365):
        return
    day = working_day(begin + timedelta(days=life.random.randrange(5, span)))
    ended = {"role_code": "own_worker", "person_ref": life.own_worker.ref, "to": day.isoformat()}
    life.say(life.county, "caseworker.ended", day, ended, part=AFTERNOON)
    alone = life.chance(LEFT_ALONE)
    if alone:
        planted.note("left_alone", life.number, day)
    follows = working_day(day + timedelta(days=14 if alone else 1))
    assigned(life, life.county, "own_worker", life.random.choice(others), follows)
