"""Services that run beside the work activity: agreed, begun, given as often as agreed, and sometimes broken off."""

from __future__ import annotations

from datetime import date, timedelta

from simulator.life import AFTERNOON, Life, Placement
from simulator.planted import Planted
from simulator.proportions import BESIDE, WITH_SERVICE
from simulator.region import Org
from simulator.setting import working_day

NEVER_BEGINS, GIVES_UP = 6, 10
"""Of a hundred services so many never begin, and so many are broken off because the client did not commit [101]."""
STEP = {"week": 7, "month": 28}


def beside(life: Life, place: Placement, planted: Planted) -> None:
    """What is agreed for her beside the place, if anything, with every visit of it."""
    if not life.chance(WITH_SERVICE):
        return
    kind, _, per, times = life.random.choices(BESIDE, [weight for _, weight, _, _ in BESIDE])[0]
    agreed = working_day(place.start_on + timedelta(days=life.random.randrange(3, 30)))
    last = min(place.end_on, life.setting.end - timedelta(days=1))
    if agreed >= last:
        return
    giver = _giver(life, kind)
    service = life.id("service beside")
    who = {"ps_id": service, "service_type": kind, "org": giver.id}
    frequency = {"n": times, "per": per}
    begins = working_day(agreed + timedelta(days=life.random.randrange(5, 26)))
    by = {"start_by": (agreed + timedelta(days=30)).isoformat()}
    life.say(life.county, "parallel_service.agreed", agreed, {**who, **by, "frequency": frequency})
    if life.chance(NEVER_BEGINS):
        planted.note("service_never_begins", life.number, agreed + timedelta(days=31))
        return
    if begins <= last:
        life.say(life.county, "parallel_service.started", begins, {**who, "started_on": begins.isoformat()})
        _visits(life, who, begins, last, STEP[per] // times)


def _giver(life: Life, kind: str) -> Org:
    """Coaches give coaching, Kela its rehabilitation; all else the organiser."""
    wanted = {
        "job_coaching": ("association",),
        "individual_coaching": ("association",),
        "kela_rehabilitation": ("kela",),
    }
    found = life.setting.region.having(life.setting.start, wanted.get(kind, ()))
    return next(iter(found), life.county)


def _visits(life: Life, who: dict[str, str], begins: date, last: date, step: int) -> None:
    """Visits on one weekday; whoever does not commit stays away, and the service is ended."""
    until = last
    if life.chance(GIVES_UP):
        until = min(last, begins + timedelta(days=life.random.randrange(30, 120)))
    day = begins + timedelta(days=step)
    while day <= until:
        if day >= life.setting.start - timedelta(days=60):
            life.say(life.county, "parallel_service.held", day, {**who, "held_on": day.isoformat()}, part=AFTERNOON)
        day += timedelta(days=step)
    if until < last or place_ends(last, life):
        ended = working_day(until)
        life.say(life.county, "parallel_service.ended", ended, {**who, "ended_on": ended.isoformat()}, part=AFTERNOON)


def place_ends(last: date, life: Life) -> bool:
    """Whether the last day of the place lies in the play."""
    return last < life.setting.end - timedelta(days=1)
