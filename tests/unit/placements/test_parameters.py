"""Numbers of the rules about placements: what is agreed from a day on counts for what is decided on it, not before."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest

from kernel.rules import Rule
from schemas.rule_parameters.set_v1 import RuleParametersSet
from services.placements.rules.cap_approaching import rule as near
from services.placements.rules.hours_per_day import rule as hours
from services.placements.rules.period_end import rule as end
from services.placements.rules.period_length import rule as length
from services.placements.rules.silence import rule as silence
from services.placements.rules.site_far_away import rule as far
from tests.unit.given import COUNTY, Story
from tests.unit.placements.story import END, came, day, march, placed, story
from tests.unit.placements.test_limits import agreed


@dataclass(frozen=True)
class Agreed:
    """With these numbers the rule finds nothing in a story in which it else finds something by `decides`."""

    rule: Rule[Any, Any]
    numbers: Mapping[str, Any]
    tell: Callable[[], Story]
    decides: date
    now: date


def many_days() -> Story:
    told = story()
    for n in range(160):
        one = march(1) - timedelta(days=n)
        told.told(day(one, "present"), on=one)
    return told


TABLE = (
    Agreed(hours, {"day_min": 180}, lambda: came(placed(), march(2), minutes_present=200), march(2), march(3)),
    Agreed(silence, {"days": 60}, lambda: came(placed(), march(2)), march(2), march(20)),
    Agreed(far, {"km": 100}, lambda: agreed(march(2), END, distance_km=90), march(2), march(3)),
    Agreed(length, {"min_months": 1}, lambda: agreed(march(2), march(2) + timedelta(days=60)), march(2), march(3)),
    Agreed(near, {"warn": 170}, many_days, march(1), march(2)),
    Agreed(end, {"days": [40, 20, 10, 0]}, placed, END, END - timedelta(days=50)),
)


@pytest.mark.parametrize("case", TABLE, ids=lambda c: c.rule.id)
def test_other_numbers_count_from_their_day_on(case: Agreed) -> None:
    assert len(case.tell().open(case.rule, case.now)) == 1

    for valid_from, found in ((case.decides, 0), (case.decides + timedelta(days=1), 1)):
        numbers = RuleParametersSet(rule=case.rule.id, params=dict(case.numbers), valid_from=valid_from)
        told = case.tell().agreed(numbers, on=march(1), by=COUNTY)
        assert len(told.open(case.rule, case.now)) == found, valid_from
