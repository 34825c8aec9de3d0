"""What the law allows: days in a week, hours on a day, days in a year, and how many a benefit pays (R-LIM-1, 2, 3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

from simulator.expected.agreed import Agreed
from simulator.expected.calendar import DAY, begins, local_day, months_later
from simulator.expected.chains import chains
from simulator.expected.heard import Heard, Standing
from simulator.expected.stays import OPEN, Stay, stays

FOUR_DAYS, FIVE_DAYS, FOUR_DAYS_SINCE = 4, 5, date(2015, 7, 1)
RESTS = 28
SHORTEST, LONGEST, LONGEST_WEEK = 240, 480, 1920
WARN, CAP, OLD_CAP, CAP_SINCE = 160, 178, 230, date(2021, 1, 1)
INCREASE_WARN, INCREASE_CAP, NO_INCREASE_SINCE = 180, 200, date(2025, 1, 1)
THERE = ("present", "partial")


def week_days(heard: Heard, agreed: Agreed, _: date) -> Iterator[Standing]:
    """More days a week than allowed: as planned at one place, or spent at all of them together."""
    every = stays(heard, agreed)
    for stay in every:
        ends = [first for first, _, _ in stay.patterns[1:]]
        for at, (first, weekdays, data) in enumerate(stay.patterns):
            end = ends[at] if at < len(ends) else stay.last
            told = int(str(data.get("days_per_week") or len(weekdays)))
            turns = [first, *([FOUR_DAYS_SINCE] if first < FOUR_DAYS_SINCE < end else [])]
            since = next((d for d in turns if told > _days_allowed(agreed, d)), None)
            if since is not None:
                over = begins(end if at < len(ends) else end + DAY) if end < OPEN else None
                yield Standing("R-LIM-1", f"{stay.id}:{first.isoformat()}", begins(since), over)
    count = Counter[date]()
    for on in _days_there(every):
        monday = on - timedelta(days=on.weekday())
        count[monday] += 1
        if count[monday] > _days_allowed(agreed, on):
            yield _resting("R-LIM-1", "week", on, agreed.number("R-LIM-1", "rest_days", RESTS, on))


def _days_allowed(agreed: Agreed, on: date) -> int:
    return agreed.number("R-LIM-1", "days_per_week", FOUR_DAYS if on >= FOUR_DAYS_SINCE else FIVE_DAYS, on)


def _days_there(every: list[Stay]) -> list[date]:
    return sorted({d for stay in every for d, told in stay.days.items() if told["status"] in THERE})


def _resting(rule: str, key: str, on: date, rests: int) -> Standing:
    return Standing(rule, key, begins(on + DAY), begins(on + DAY + timedelta(days=rests)))


def hours(heard: Heard, agreed: Agreed, _: date) -> Iterator[Standing]:
    """Days that were shorter or longer than allowed, and weeks that were too long."""
    for stay in stays(heard, agreed):
        week = Counter[date]()
        for on, told in sorted(stay.days.items()):
            if told["status"] not in THERE or told.get("minutes_present") is None:
                continue
            minutes = int(str(told["minutes_present"]))
            monday = on - timedelta(days=on.weekday())
            week[monday] += minutes
            outside = {
                "short_day": minutes < stay.number("R-LIM-2", "day_min", SHORTEST, on),
                "long_day": minutes > stay.number("R-LIM-2", "day_max", LONGEST, on),
                "long_week": week[monday] > stay.number("R-LIM-2", "week_max", LONGEST_WEEK, on),
            }
            for step in (step for step, found in outside.items() if found):
                rests = stay.number("R-LIM-2", "rest_days", RESTS, on)
                yield _resting("R-LIM-2", f"{stay.id}:{step}", on, rests)


def year_days(heard: Heard, agreed: Agreed, _: date) -> Iterator[Standing]:
    """So many days within twelve months, all places together: until the first of them is a year ago."""
    days = _days_there(stays(heard, agreed))
    for rule, name, usual in (("R-LIM-3", "warn", WARN), ("R-LIM-3-CAP", "cap", CAP)):
        for at, on in enumerate(days):
            old = name == "cap" and on < CAP_SINCE
            limit = agreed.number("R-LIM-3", name, OLD_CAP if old else usual, on)
            if at + 1 >= limit and (first := days[at + 1 - limit]) > months_later(on, -12):
                yield Standing(rule, "12_months", begins(on + DAY), begins(months_later(first, 12)))


def increase_days(heard: Heard, agreed: Agreed, _: date) -> Iterator[Standing]:
    """Paid days of the increased part, in services that began while there was one."""
    paid = [
        (s.time, int(str(s.data.get("paid_days") or 0)))
        for s in heard.of("benefit_status.reported", benefit_type="benefit_increase")
    ]
    for chain in chains(stays(heard, agreed)) if paid else ():
        if chain.first >= NO_INCREASE_SINCE:
            continue
        told = [(at, n) for at, n in sorted(paid) if chain.first <= local_day(at) <= (chain.last or OPEN)]
        for rule, limit in (("R-BEN-1", INCREASE_WARN), ("R-BEN-1-CAP", INCREASE_CAP)):
            if told and told[-1][1] >= limit:
                since = next(at for at, n in told if n >= limit)
                yield Standing(rule, chain.id, since, begins(chain.last + DAY) if chain.last else None)
