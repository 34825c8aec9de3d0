"""When absences become a matter (R-ABS-1 to 4): on the day after too much was missed, until two quiet weeks later."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from simulator.expected.agreed import Agreed
from simulator.expected.calendar import DAY, begins, working_days
from simulator.expected.heard import Heard, Standing
from simulator.expected.stays import OPEN, Stay, between, stays
from simulator.statement import Data

QUIET, GRACE, WORST = 14, 5, 2
"""Days below the threshold until it is over; first expected days that do not count; how much worse is a matter anew."""
AGREED = ("agreed_leave", "other_service")
NO_REASON = (None, "unknown", "other")
LOOK_BACK = 150
"""Days after which what was missed can matter no more, unless it still goes on."""


@dataclass(frozen=True)
class Missed:
    """The days of a stay that she missed, in order: all, those without a good reason, those without a word."""

    stay: Stay
    days: Sequence[date]
    unexcused: Sequence[date]
    silent: Sequence[date]

    def row(self, among: Sequence[date], last: date) -> Sequence[date]:
        """The expected days in a row up to one, all of them missed."""
        first = last
        for earlier in reversed(between(among, date.min, last - DAY)):
            if any(self.stay.expected_from(earlier + DAY, first - DAY)):
                break
            first = earlier
        return between(among, first, last)

    def came_after(self, among: Sequence[date], last: date) -> date | None:
        """The first day told after one on which it was otherwise."""
        later = sorted(d for d in self.stay.days if d > last and d not in among)
        return next((d for d in later if self.stay.expected(d)), None)


def missed(stay: Stay) -> Missed:
    """Look at every day that was told."""
    days = sorted(d for d, told in stay.days.items() if _is_missed(told) and stay.expected(d))
    absent = [d for d in days if stay.days[d]["status"] == "absent"]
    return Missed(
        stay,
        days,
        unexcused=[d for d in absent if not _good_reason(stay, d)],
        silent=[d for d in absent if not _told_before(stay.days[d])],
    )


def _is_missed(told: Data) -> bool:
    if told["status"] == "partial":
        planned, there = told.get("minutes_scheduled"), told.get("minutes_present")
        return planned is not None and there is not None and 2 * int(str(there)) < int(str(planned))
    return told["status"] == "absent"


def _told_before(told: Data) -> bool:
    return bool(told.get("notified_by_client")) or told.get("reason") in AGREED


def _good_reason(stay: Stay, on: date) -> bool:
    told = stay.days[on]
    if not _told_before(told) or told.get("reason") in NO_REASON:
        return False
    if told.get("reason") != "child_illness_u10":
        return True
    first = on
    for earlier in sorted((d for d in stay.days if d < on and stay.expected(d)), reverse=True):
        if stay.days[earlier]["status"] != "absent" or stay.days[earlier].get("reason") != "child_illness_u10":
            break
        first = earlier
    at_a_time = stay.number("R-ABS-1", "child_illness_days", 4, stay.newest or on)
    return working_days(first, on) - sum(first <= d <= on for d in stay.closed) <= at_a_time


def absences(heard: Heard, agreed: Agreed, now: date) -> Iterator[Standing]:
    """All four ways of missing too much, at every stay, once and twice over."""
    for stay in stays(heard, agreed):
        found = missed(stay)
        for on in [d for d in found.days if d > now - timedelta(days=LOOK_BACK)] or found.days[-1:]:
            for step in range(1, WORST + 1):
                yield from _on_day(found, on, step)


def _on_day(found: Missed, on: date, step: int) -> Iterator[Standing]:
    stay = found.stay
    past_grace = on > stay.nth_expected(stay.number("R-ABS-1", "grace_days", GRACE, on))
    ways = (
        ("R-ABS-1", on in found.unexcused and past_grace, _count),
        ("R-ABS-2", on in found.silent, _silent_row),
        ("R-ABS-3", past_grace, _rate),
        ("R-ABS-4", past_grace, _long),
    )
    for rule, counts, until in ways:
        over = until(found, on, step) if counts else None
        if over is not None:
            over = min(over, stay.last + DAY if stay.last < OPEN else OPEN)
            quiet = stay.number(rule, "rearm_days", QUIET, on)
            end = begins(over + timedelta(days=quiet)) if (OPEN - over).days > quiet else None
            yield Standing(rule, stay.id + (":double" if step > 1 else ""), begins(on + DAY), end)


def _count(found: Missed, on: date, step: int) -> date | None:
    """Three days within four weeks without a good reason; two for who is expected seldom."""
    stay, number = found.stay, partial(found.stay.number, "R-ABS-1", on=on)
    length = timedelta(days=number("window_days", 28))
    first = on - length + DAY
    seldom = sum(1 for _ in stay.expected_from(first, on)) <= number("sparse_max_days", 4)
    threshold = step * (number("count_sparse", 2) if seldom else number("count", 3))
    within = between(found.unexcused, first, on)
    return within[-threshold] + length if len(within) >= threshold else None


def _silent_row(found: Missed, on: date, step: int) -> date | None:
    """Two expected days in a row without a word."""
    if len(found.row(found.silent, on)) < step * found.stay.number("R-ABS-2", "count", 2, on):
        return None
    return found.came_after(found.silent, on) or OPEN


def _rate(found: Missed, on: date, step: int) -> date | None:
    """Nearly a third of the expected days, whatever the reason, when there are enough of them."""
    stay, number = found.stay, partial(found.stay.number, "R-ABS-3", on=on)
    pattern = stay.pattern(on)
    weekly = (len(pattern[0]) or int(str(pattern[1].get("days_per_week") or 0))) if pattern else 0
    length = timedelta(days=number("long_window_days", 56) if weekly == 1 else number("window_days", 28))

    least, share = number("min_days", 6), step * number("rate_pct", 30)

    def too_much(last: date) -> bool:
        gone = 100 * len(between(found.days, last - length + DAY, last))
        if gone < share * least:  # too few for any number of expected days that counts
            return False
        expected = sum(1 for _ in stay.expected_from(last - length + DAY, last))
        return expected >= least and gone >= share * expected

    if not too_much(on):
        return None
    while too_much(on):
        on += DAY
    return on


def _long(found: Missed, on: date, step: int) -> date | None:
    """Ten expected days in a row, or three weeks from the first to the last."""
    number = partial(found.stay.number, "R-ABS-4", on=on)
    row = found.row(found.days, on)
    enough = len(row) >= step * number("count", 10) or (on - row[0]).days + 1 >= step * number("calendar_days", 21)
    return (found.came_after(found.days, on) or OPEN) if enough else None
