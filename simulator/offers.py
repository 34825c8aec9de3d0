"""What organisations tell of themselves: places, meals, travel, paths, closing days, employers, a month's claim."""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from simulator.region import Org
from simulator.setting import Setting, working_day
from simulator.statement import AGREED, Data, Statement, at

PLACES, CONTENT = (4, 6, 8, 10), ("life_management", "work_life_skills", "work")
CENTS_OF_A_DAY = 1009
"""What the state pays for one day of one participant."""
SUBSIDY = ("asked", "applied", "supplemented", "decided", "contract_made", "paid")
PATH = ("ktt", "work_trial", "wage_subsidy", "employment")
COUNTED = ("present", "partial")


def offers(setting: Setting, days: Iterable[Statement]) -> list[Statement]:
    """All of it; `days` are the days that sites have told, from which the county compiles its claims."""
    return [*_of_the_county(setting), *_of_sites(setting), *_of_employers(setting), *_claims(setting, days)]


def _said(setting: Setting, org: Org, name: str, on: date, data: Data, *of: object, version: int = 1) -> Statement:
    """A fact about nobody; what was agreed before the play comes first on its first day."""
    before = on < setting.start
    return Statement(
        org=org.id,
        source=org.source(),
        name=name,
        person=None,
        id=setting.id(name, *of),
        time=at(on, 9 * 60),
        sent=max(on, setting.start),
        data=data,
        wave=AGREED if before else 0,
        version=version,
    )


def _of_the_county(setting: Setting) -> Iterator[Statement]:
    """A path, how travel is paid for, and the days between the holidays."""
    county, on = setting.region.county, setting.day(-5)
    since = {"valid_from": setting.day(-30).isoformat()}
    path = {"template_id": setting.id("path"), "steps": PATH, "same_place": True, **since}
    yield _said(setting, county, "path_template.set", on, path)
    travel = {"means": "public_transport", "basis": "cheapest_means", "cents": 1200, "cents_per_month": 9000, **since}
    tickets = {"ticket_type": "monthly ticket", "receipts_required": False}
    yield _said(setting, county, "travel_policy.set", on, {**travel, **tickets}, version=2)
    for year in range(setting.start.year, setting.end.year + 1):
        closed = [date(year, 12, day).isoformat() for day in (28, 29, 30) if date(year, 12, day).weekday() < 5]
        yield _said(setting, county, "closing_days.set", on, {"year": year, "days": closed}, year)


def _of_sites(setting: Setting) -> Iterator[Statement]:
    """Each site tells what a meal costs and how many places are free, keeps some of them, and takes some away."""
    for host, site in setting.hosts:
        random = setting.random("places", site.id)
        about = {"site_id": site.id, "content": random.sample(CONTENT, 2)}
        meal = random.choice(({"offer": "free"}, {"offer": "cheap", "price_cents": 270}, {"offer": "none"}))
        on = working_day(setting.day(random.randrange(5)))
        yield _said(setting, host, "site.meal_offer_set", on, {"site_id": site.id, **meal}, site.id)
        names = ("place.opened", "place.reserved", "place.reserved", "place.closed")
        number = 0
        while on < setting.end:
            name = names[number % len(names)]
            places = random.choice(PLACES) if name == "place.opened" else random.randrange(1, 3)
            yield _said(setting, host, name, on, {**about, "places": places}, site.id, number)
            number += 1
            on = working_day(on + timedelta(days=random.randrange(20, 40)))


def _of_employers(setting: Setting) -> Iterator[Statement]:
    """Work for a few hours, which is filled by way of the wage subsidy, or which something stands in the way of."""
    for employer in setting.region.having(setting.start, ("employer",)):
        random = setting.random("work", employer.id)
        on, number = working_day(setting.day(random.randrange(7))), 0
        area = next(iter(employer.municipalities), setting.region.localities[0])
        while on < setting.end:
            yield from _opportunity(setting, employer, area, on, number)
            number += 1
            on = working_day(on + timedelta(days=random.randrange(35, 60)))


def _opportunity(setting: Setting, employer: Org, area: str, on: date, number: int) -> Iterator[Statement]:
    random = setting.random("work", employer.id, number)
    about = {"opportunity_id": setting.id("opportunity", employer.id, number)}
    what = {"hours_per_week": random.randrange(8, 31), "hours_per_day": random.randrange(2, 7), "municipality": area}
    step = {"step_code": random.choice(PATH[1:3])}
    opened = {**about, **what, **step}
    yield _said(setting, employer, "work_opportunity.opened", on, opened, employer.id, number, version=2)
    later = working_day(on + timedelta(days=6))
    asked = {**about, "help_code": random.choice(("wage_subsidy", "coaching", "paperwork")), "municipality": area}
    yield _said(setting, employer, "employer.help_requested", later, asked, employer.id, number, version=2)
    if number % 3 == 1:
        why = {**about, "reason_code": random.choice(("no_supervision", "subsidy_refused", "no_permission_to_fill"))}
        yield _said(setting, employer, "work_opportunity.blocked", working_day(later + timedelta(days=9)), why, number)
        return
    for nth, code in enumerate(SUBSIDY):
        later = working_day(later + timedelta(days=random.randrange(3, 8)))
        who = setting.employment(area, later) if code in ("supplemented", "decided") else employer
        taken = {**about, "step_code": code, "owner": "employment_officer"}
        yield _said(setting, who, "wage_subsidy.process_step", later, taken, employer.id, number, nth)
    filled = {**about, "filled_on": later.isoformat()}
    yield _said(setting, employer, "work_opportunity.filled", later, filled, employer.id, number)


def _claims(setting: Setting, days: Iterable[Statement]) -> Iterator[Statement]:
    """In the middle of each month the county claims what the state pays for the days of the month before."""
    counted = Counter(
        str(s.data["date"])[:7]
        for s in days
        if s.name == "attendance.day_recorded" and s.data["status"] in COUNTED and s.org != setting.region.county.id
    )
    first = setting.start.replace(day=1)
    while first < setting.end:
        on = working_day(first + timedelta(days=14))
        before = f"{first - timedelta(days=1):%Y-%m}"
        sums = {"participant_days": counted[before], "cents": counted[before] * CENTS_OF_A_DAY}
        if setting.start <= on:
            county = setting.region.county
            yield _said(setting, county, "state_compensation.claim_compiled", on, {"month": before, **sums}, before)
        first += timedelta(days=monthrange(first.year, first.month)[1])
