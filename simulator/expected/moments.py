"""The moments of a play at which one can ask what holds: each afternoon before anybody speaks, and the last morning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from simulator.setting import Setting
from simulator.statement import at

HOUR, LAST_HOUR = 15 * 60, 8 * 60
"""Minutes after midnight; people look at their lists then, before the partners tell their day."""

Names = frozenset[tuple[str, str]]
"""(rule, key) of everything that holds about a person at a moment."""
NOTHING: Names = frozenset()


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant of a day; what was sent on earlier days is known by then, and nothing of the day itself."""

    day: date
    at: datetime


def moments(setting: Setting) -> Sequence[Moment]:
    """Every day but the first, on which nothing is known yet, to the morning after the last one."""
    days = [setting.start + timedelta(days=n) for n in range(1, setting.days)]
    return [*(Moment(d, at(d, HOUR)) for d in days), Moment(setting.end, at(setting.end, LAST_HOUR))]
