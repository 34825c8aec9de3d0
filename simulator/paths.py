"""The paths people walk: already there, coming in, waiting at the door, or on their way out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from simulator.attendance import Habits
from simulator.benefits import eligible
from simulator.cadences import keep_in_touch
from simulator.life import AFTERNOON, SERVICE, Life, Placement, placement, registered, start_placement
from simulator.proportions import CHAINS, NEED, PURPOSES, WISH
from simulator.region import Org
from simulator.reviews import prepare, review_cycles, sign
from simulator.setting import weighted, working_day

HISTORY = 14
"""Days of attendance that partners bring along when they join."""


@dataclass(slots=True)
class Path:
    """A life with its placement, the plan it rests on, and how she attends; no placement: still before one."""

    life: Life
    place: Placement | None = None
    plan: str = ""
    habits: Habits | None = None
    referral: str = ""
    referrer: Org | None = None
    referred_on: date | None = None
    history: int = HISTORY
    reviewed: date | None = None

    @property
    def first(self) -> date:
        """The first day of attendance that is told."""
        start = self.life.setting.day(-self.history)
        return max(self.place.start_on, start) if self.place else start

    @property
    def last(self) -> date:
        """The last one within the play."""
        end = self.life.setting.end - timedelta(days=1)
        return min(self.place.end_on, end) if self.place else end


def running(life: Life, *, since: int = 0, ends: int | None = None, days_per_week: int = 0) -> Path:
    """Somebody who began `since` days before the play (0: up to some years) and whose period ends on the day `ends` of
    it (None: well after it).
    """
    setting, random = life.setting, life.random
    start_on = working_day(setting.day(-(since or _stayed(random))))
    place = placement(life, start_on, start_on + timedelta(days=random.randrange(180, PERIOD)), days_per_week)
    path = _referred(life, working_day(start_on - timedelta(days=random.randrange(25, 60))), place)
    decide(path, path.referred_on or start_on, "accepted")
    registered(life, start_on - timedelta(days=16))
    end_on = setting.day(ends) if ends is not None else setting.end + timedelta(days=random.randrange(62, 260))
    later = _earlier_periods(place, setting.start, end_on)
    sign(life, path.plan, start_on - timedelta(days=6), place, alone=False)
    start_placement(life, place, agreed=start_on - timedelta(days=4))
    for number, until in enumerate(later, 2):
        extend(life, place, number, working_day(place.end_on - timedelta(days=9)), until)
    path.reviewed = start_on - timedelta(days=6)
    if (setting.start - path.reviewed).days > 88:
        path.reviewed = working_day(setting.day(-random.randrange(2, 86)))
        _reviewed_before(life, path.plan, path.reviewed)
    return path


PERIOD = 330
"""Days of the longest period in a chain."""
LAWFUL = timedelta(days=729)
"""A period is shorter than two years."""


def _stayed(random: Random) -> int:
    """Days since somebody began whom a play finds in the service."""
    months = weighted(random, CHAINS)
    return random.randrange(40, max(41, months * 30))


def _earlier_periods(place: Placement, begins: date, end_on: date) -> list[date]:
    """Last days of the periods after the first; the play begins within the last one, which ends on a given day."""
    if place.start_on + timedelta(days=PERIOD) > begins and place.start_on + LAWFUL > end_on:
        place.end_on = end_on
        return []
    ends, length = [place.end_on], place.end_on - place.start_on
    while ends[-1] + length < begins:
        ends.append(ends[-1] + length)
    if end_on - ends[-1] > LAWFUL:
        ends.append(ends[-1] + length)
    return [*ends[1:], end_on]


def extend(life: Life, place: Placement, period: int, decided: date, new_end: date) -> None:
    """The organiser agrees another period, from the day after the last one."""
    data = {
        "placement_id": place.id,
        "episode_id": place.episode,
        "period_no": period,
        "site_id": place.site.id,
        "start_on": (place.end_on + timedelta(days=1)).isoformat(),
        "end_on": new_end.isoformat(),
        "agreement_ref": f"agreement-{place.id[:8]}-{period}",
    }
    life.say(life.county, "placement.extended", decided, data)
    if decided < life.setting.end:
        place.end_on, place.period = new_end, period


def go_on(path: Path) -> None:
    """What goes on for as long as she is there: reviews of the plan, and being met."""
    if path.place is not None and path.reviewed is not None:
        review_cycles(path.life, path.plan, path.place, path.reviewed)
        keep_in_touch(path.life, path.place)


def _reviewed_before(life: Life, plan: str, on: date) -> None:
    officer = life.setting.employment(life.municipality, on)
    people = [{"role": "client"}, {"role": "employment_officer", "org": officer.id}]
    people.append({"role": "social_instructor", "org": life.county.id})
    data = {"plan_id": plan, "plan_type": "activation_plan", "reviewed_on": on.isoformat(), "participants": people}
    life.say(officer, "plan.reviewed", on, data)


OFFERED, ASKED = 40, 35
"""Of a hundred who come in the place is offered to so many first; of a hundred assessments so many were asked for."""
ELIGIBLE = 40
"""Of a hundred who come in Kela has told of so many that the ground for a plan is fulfilled."""


def coming(life: Life, day: int) -> Path:
    """Somebody referred on a day of the play, who starts some weeks later."""
    random = life.random
    referred = working_day(life.setting.day(day))
    start_on = working_day(referred + timedelta(days=random.randrange(19, 30)))
    place = placement(life, start_on, start_on + timedelta(days=random.choice((91, 120, 182))))
    path = _referred(life, referred, place)
    if life.chance(ELIGIBLE):
        eligible(life, working_day(referred + timedelta(days=1)))  # before, the organiser may not know of her
    decided = decide(path, referred, "accepted")
    alone = life.chance(10)
    registered(life, decided)
    prepare(life, path.plan, working_day(decided + timedelta(days=1)), alone=alone)
    sign(life, path.plan, working_day(start_on - timedelta(days=5)), place, alone=alone)
    agreed = working_day(start_on - timedelta(days=3))
    if life.chance(OFFERED):
        _offer(life, place, working_day(agreed - timedelta(days=life.random.randrange(1, 5))))
    start_placement(life, place, agreed=agreed)
    path.reviewed = working_day(start_on - timedelta(days=5))
    return path


def _offer(life: Life, place: Placement, on: date) -> None:
    period = {"start_on": place.start_on.isoformat(), "end_on": place.end_on.isoformat(), "site_id": place.site.id}
    offer = {"placement_id": place.id, "episode_id": place.episode, **period, "provider_org": place.host.id}
    life.say(life.county, "placement.offered", on, offer)


def waiting(life: Life, day: int) -> Path:
    """Somebody referred who does not start: turned down, sent on, drawn back, or not decided yet."""
    path = _referred(life, working_day(life.setting.day(day)), None)
    how = life.random.choices(("rejected", "redirected", "withdrawn", ""), (30, 20, 25, 25))[0]
    if how:
        decide(path, path.referred_on or life.setting.start, how)
    return path


def _referred(life: Life, on: date, place: Placement | None) -> Path:
    referrer = life.setting.referrer(life.municipality, life.random, on)
    path = Path(life, place, life.id("plan"), Habits() if place else None, life.id("referral"), referrer, on)
    refer(path, referrer, on, path.referral)
    return path


def refer(path: Path, org: Org, on: date, referral: str, *, provider: bool = True) -> None:
    """An organisation refers her to the service; `provider`: to the one where she will go."""
    life = path.life
    data: dict[str, object] = {
        "referral_id": referral,
        "service_type": SERVICE,
        "referrer_type": org.types_at(life.setting.spoken(on))[0],
        "basis_of_entry": weighted(life.random, [("client_need", NEED), ("client_wish", WISH)]),
        "purpose": [weighted(life.random, PURPOSES)],
        "desired_start": (on + timedelta(days=30)).isoformat(),
        "target_org": life.county.id,
        "work_trial_considered": life.chance(40),
        "feedback_permitted": life.chance(80),
        "external_ref": f"ref-{referral[:8]}",
    }
    if path.place and provider:
        data["target_provider"] = path.place.host.id
    life.say(org, "referral.submitted", on, data)


def decide(path: Path, referred: date, how: str) -> date:
    """The organiser receives the referral and decides; answers the day. `withdrawn` is the referrer's own step."""
    life, random = path.life, path.life.random
    received = working_day(referred + timedelta(days=random.randrange(1, 3)))
    decided = working_day(received + timedelta(days=random.randrange(2, 8)))
    life.say(life.county, "referral.received", received, {"referral_id": path.referral})
    data: dict[str, object] = {"referral_id": path.referral}
    if how == "accepted":
        _assess(life, received)
        data["reason_code"] = "suitable"
    elif how == "redirected":
        others = [o for o, _ in life.setting.hosts]
        data |= {"reason_code": "other_service_first", "next_org": random.choice(others).id}
    else:
        data["reason_code"] = random.choice(("no_free_places", "criteria_not_met", "client_declined"))
    by = path.referrer if how == "withdrawn" and path.referrer else life.county
    life.say(by, f"referral.{how}", decided, data, part=AFTERNOON)
    return decided


def _assess(life: Life, on: date) -> None:
    if life.chance(ASKED):
        life.say(life.county, "need_assessment.requested", on, {"assessment_id": life.id("need"), "kind": "social"})
    data = {"assessment_id": life.id("need"), "kind": "social", "recommendation": ["rehab_work_activity"]}
    life.say(life.county, "need_assessment.completed", on, data, part=AFTERNOON)
