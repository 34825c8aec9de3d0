"""What was looked through once is not looked through again, and what is found is what a first look finds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

from kernel.facts import Event, Fact
from kernel.params import ParamSets, Reference
from kernel.rules import Params, Rule
from schemas.placements.extended_v1 import PlacementExtended
from services.placements.participation import CapParams
from services.placements.rules import cap_approaching, cap_exceeded, certificate_missing, child_illness_long
from services.placements.rules import hours_per_day as hours
from services.placements.state import State, evolve
from tests.unit.given import COUNTY, Story
from tests.unit.placements.story import FOUR_DAYS, OTHER, PLACEMENT, day, place, placed, terms

FIRST, CHANGED = date(2025, 9, 1), date(2026, 9, 7)
BEFORE, LOOKS = 255, 80
"""Days that are there at the first look, and looks after it, each at one day more."""

ILL = ("own_illness", "child_illness_u10", "unknown", "own_illness")
PATTERNS = {date(2026, 9, 16): ("mon", "tue", "wed", "thu", "fri"), date(2026, 10, 12): ("tue", "wed")}
DENSE = (0.0, 0.8, 0.6, 0.5, 0.8, 0.6, 0.0)
KEYS = ("12_months", "12_months_foreseen")


@dataclass(frozen=True)
class Moved:
    """So few days are a limit that she is above and below in turn; on a day they become two more."""

    warn: int
    organiser: str = ""

    def on(self, day: date, **_: object) -> CapParams:
        more = 0 if day < CHANGED else 2
        return CapParams(warn=self.warn + more, cap=self.warn + more + 3)

    def reference(self, _: type[Event]) -> list[Fact]:
        return []


def story(random: Random) -> Story:
    """She comes about every other day to one place or the other, now more and now less; some days are told late."""
    told = place(placed(FOUR_DAYS, start=FIRST), ("fri",), OTHER, FIRST)
    for place_ in (PLACEMENT, OTHER):
        told.told(PlacementExtended(placement_id=place_, end_on=date(2031, 1, 31)), on=FIRST, by=COUNTY)
    late: dict[date, list[date]] = {}
    on = FIRST
    while len(told.facts) < BEFORE + LOOKS:
        on += timedelta(days=1)
        if on in PATTERNS:
            told.told(terms(on, PATTERNS[on]), on=on, by=COUNTY)
        if on.weekday() < 5:
            told_on = on + timedelta(days=random.choice((1, 3, 60, 200)) if random.random() < 0.1 else 0)
            late.setdefault(told_on, []).append(on)
        for which in late.pop(on, ()):
            told.told(said(random, which, DENSE[which.isocalendar().week % 7]), on=on)
    return told


def said(random: Random, on: date, dense: float) -> Event:
    where = OTHER if on.weekday() == 4 or random.random() < 0.05 else PLACEMENT
    if random.random() < dense:
        return day(on, "present", where, minutes_scheduled=300, minutes_present=random.choice((300, 300, 120, 500)))
    return day(on, "absent", where, reason=ILL[(on.isocalendar().week + 1) // 2 % len(ILL)])


def folded(facts: Sequence[Fact]) -> State:
    state = State()
    for fact in facts:
        evolve(state, fact)
    return state


@pytest.mark.parametrize("seed", [1, 3])
def test_a_state_that_is_asked_after_each_day_finds_what_a_new_one_finds(seed: int) -> None:
    facts = story(Random(seed)).facts  # noqa: S311 - a story, no secret
    others: list[Rule[State, Any]] = [hours.rule, certificate_missing.rule, child_illness_long.rule]
    asked = [[(r, ParamSets[Params](r, Reference())) for r in others]]
    asked += [[(r, Moved(warn)) for r in (cap_approaching.rule, cap_exceeded.rule)] for warn in range(106, 127, 4)]
    states, told = [folded(facts[:BEFORE]) for _ in asked], set()
    for at in range(BEFORE, len(facts)):
        anew = folded(facts[: at + 1])
        for live, rules in zip(states, asked, strict=True):
            evolve(live, facts[at])
            for rule, params in rules:
                found = list(rule.find(live, params))
                told |= {(rule.id, f.key) for f in found}

                assert found == list(rule.find(anew, params)), (rule.id, params, facts[at])
    assert {id_ for id_, _ in told} >= {rule.id for rules in asked[1:] for rule, _ in rules}
    assert {(rule.id, key) for rule in (cap_approaching.rule, cap_exceeded.rule) for key in KEYS} <= told


def test_other_parameters_are_not_answered_from_what_was_looked_through_under_these() -> None:
    facts = story(Random(1)).facts  # noqa: S311 - a story, no secret
    live = folded(facts)
    for params in (Moved(110), Moved(118), Moved(126)):
        assert list(cap_exceeded.rule.find(live, params)) == list(cap_exceeded.rule.find(folded(facts), params))
