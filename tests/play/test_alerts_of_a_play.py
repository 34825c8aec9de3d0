"""What the rules find in plays of several seeds is, day by day, what the simulator's own model says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from simulator import cases_rules, score
from simulator.cases import Case
from simulator.expected.compare import compare
from simulator.expected.foretell import RULES, expected
from simulator.expected.judge import judge
from simulator.expected.moments import Names
from simulator.expected.shown import Shown
from simulator.region import Region, load
from simulator.score import DOUBLES, doubles_in
from simulator.story import tell
from tests.play.produced import raised

ORGANISATIONS = Path(__file__).parents[2] / "deploy" / "organisations.toml"
PLAYS = ((1, date(2026, 3, 2), 12, 3), (2, date(2026, 8, 3), 10, 4), (3, date(2025, 11, 3), 9, 4))
"""Seed, first day, weeks, clients in each locality: over Easter, over nothing, over Christmas."""


@pytest.fixture(scope="module")
def region() -> Region:
    return load(ORGANISATIONS)


@pytest.mark.parametrize(("seed", "start", "weeks", "clients"), PLAYS)
def test_precision_and_recall_of_every_rule_are_one(
    region: Region, seed: int, start: date, weeks: int, clients: int
) -> None:
    story = tell(region, seed, start, weeks, clients)

    foreseen = expected(region, story)
    shown = raised(region, story, RULES | DOUBLES)
    found = compare(foreseen, _only(shown, RULES), RULES)

    doubled = {rule: {p for p, days in shown.items() if _told(rule, days)} for rule in DOUBLES}
    assert [s for s in score.compare(doubles_in(story), doubled) if s.missed or s.unexpected] == []
    assert [a for a in found if not a.right] == []
    assert sum(a.expected for a in found) > 50
    assert [case for case in story.planted.cases if case.kind in RULES and not _foretold(case, foreseen)] == []


def _only(shown: Mapping[int, Mapping[date, Names]], rules: frozenset[str]) -> dict[int, dict[date, Names]]:
    return {
        person: {day: frozenset(name for name in names if name[0] in rules) for day, names in days.items()}
        for person, days in shown.items()
    }


def _told(rule: str, days: Mapping[date, Names]) -> bool:
    return any(rule == told for names in days.values() for told, _ in names)


def _foretold(case: Case, foreseen: Mapping[int, Mapping[date, Names]]) -> bool:
    """Whether the model speaks of the rule that was planted about the person, once that has happened."""
    return any(rule == case.kind for on, now in foreseen[case.person].items() if on > case.begins for rule, _ in now)


def test_every_rule_that_hardly_comes_of_itself_is_planted(region: Region) -> None:
    story = tell(region, 1, date(2026, 3, 2), 6, 1)

    assert {p.kind for p in cases_rules.PLANTERS} <= {case.kind for case in story.planted.cases}


def test_judged_in_groups_by_two_processes_a_play_scores_as_it_does_at_once(region: Region) -> None:
    story = tell(region, 4, date(2026, 3, 2), 4, 16)
    seen = Shown()
    found = raised(region, story, RULES - {"R-ABS-2"})
    for day in next(iter(found.values())):
        seen.note(day, {person: days[day] for person, days in found.items()})

    at_once = compare(expected(region, story), found, RULES)

    assert judge(region, story, [], seen, {}, processes=2) == at_once
    assert [a.rule for a in at_once if not a.right] == ["R-ABS-2"]
