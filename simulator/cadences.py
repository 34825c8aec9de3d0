"""How often social work meets its clients: as agreed for each locality, or with the client herself."""

from __future__ import annotations

from datetime import date, timedelta

from simulator.life import AFTERNOON, Life, Placement
from simulator.proportions import CADENCES, MONTHLY, Cadence
from simulator.setting import Setting, working_day

EACH_MONTH = Cadence((("max_interval", {"interval_months": 1}),), 24)
MODES = (("phone", 5), ("site_visit", 3), ("office_visit", 2))


def cadence_of(setting: Setting, municipality: str) -> Cadence:
    """The cadence of a locality."""
    known = setting.region.localities
    return CADENCES[known.index(municipality) % len(CADENCES)] if municipality in known else CADENCES[0]


def policies(setting: Setting) -> list[tuple[str, dict[str, object]]]:
    """For each site the policies of its locality, ready to be stated by the organiser: what for, and the data."""
    since = setting.day(-30).isoformat()
    return [
        (f"{site.id}:{kind}", {"scope": {"site": site.id}, "kind": kind, **numbers, "valid_from": since})
        for _, site in setting.hosts
        for kind, numbers in cadence_of(setting, site.municipality).kinds
    ]


def keep_in_touch(life: Life, place: Placement) -> None:
    """Social work calls or visits, well within what is agreed."""
    cadence = cadence_of(life.setting, place.site.municipality)
    start = max(place.start_on, life.setting.day(-cadence.days))
    if life.chance(MONTHLY):
        cadence = EACH_MONTH
        agreed = working_day(place.start_on)
        kind, numbers = cadence.kinds[0]
        life.say(life.county, "review_policy.set", agreed, {"kind": kind, **numbers, "valid_from": agreed.isoformat()})
        start = max(place.start_on, life.setting.day(-24))
    _meet(life, start + timedelta(days=life.random.randrange(1, max(2, cadence.days // 2))), place, cadence.days)


def _meet(life: Life, first: date, place: Placement, days: int) -> None:
    on = first
    while on < min(place.end_on, life.setting.end):
        mode = life.random.choices([m for m, _ in MODES], [w for _, w in MODES])[0]
        met = working_day(on)
        data = {"mode": mode, "direction": "out", "purpose_code": "follow_up", "on": met.isoformat()}
        life.say(life.county, "contact.logged", met, data, part=AFTERNOON)
        on += timedelta(days=days)
