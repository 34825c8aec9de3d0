"""From days on which a limit was broken to the time for which that stays a matter."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from services.placements.schedule import DAY
from services.placements.spells import AGO


def newest_stretch(days: Sequence[date], rest_days: int, told_on: date) -> Sequence[date]:
    """The newest of the days (in order) with those before it, each within `rest_days` of the next; nothing when it has
    long been over.
    """
    rest = timedelta(days=rest_days)
    if not days or days[-1] + DAY + rest < told_on - AGO:
        return ()
    at = len(days) - 1
    while at and days[at] - days[at - 1] <= rest:
        at -= 1
    return days[at:]


def still_told(rest_days: int, told_on: date) -> date:
    """The Monday from which on a day may still be a matter: most people have nothing to tell since."""
    day = told_on - AGO - timedelta(days=rest_days + 1)
    return day - timedelta(days=day.weekday())
