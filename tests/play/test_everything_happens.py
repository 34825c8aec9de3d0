"""A play leaves nothing out: every fact that partners may state, every rule and every kind of double work."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from schemas.catalogue import catalogue
from simulator.exercise import HALF_A_YEAR, due
from simulator.expected.foretell import RULES, expected
from simulator.region import Region, load
from simulator.score import DOUBLES, doubles_in
from simulator.story import PLANTERS, Story, tell, times

ORGANISATIONS = Path(__file__).parents[2] / "deploy" / "organisations.toml"
START = date(2026, 3, 2)


@pytest.fixture(scope="module")
def region() -> Region:
    return load(ORGANISATIONS)


def stated(story: Story) -> set[str]:
    return {s.name for s in story.statements if not (s.wrong or s.raw)}


def may_be_stated(person: bool | None = None) -> set[str]:
    kinds = [c.meta for c in catalogue().values() if c.meta.stated_by]
    return {m.name for m in kinds if person is None or m.person is person}


@pytest.mark.parametrize(("seed", "start"), [(1, START), (2, date(2025, 1, 7)), (3, date(2026, 11, 2))])
def test_every_fact_that_a_partner_may_state_occurs_in_a_year(region: Region, seed: int, start: date) -> None:
    story = tell(region, seed, start, 52, 8)

    assert may_be_stated() - stated(story) == set()


def test_what_is_common_is_told_more_often_than_what_is_rare(region: Region) -> None:
    counts = Counter(s.name for s in tell(region, 1, START, 52, 8).statements)

    common = ("client.characteristics_recorded", "travel_compensation.decided", "support.assigned")
    rare = ("client.moved_municipality", "disclosure_permit.prohibited", "access_barrier.reported")
    assert min(counts[name] for name in common) > 2 * max(counts[name] for name in rare)
    assert counts["place.opened"] > counts["place.closed"] > 0
    assert counts["work_opportunity.opened"] >= counts["work_opportunity.filled"] > counts["work_opportunity.blocked"]


@pytest.mark.parametrize("weeks", [2, 3, 4, 9, 26])
def test_a_play_meets_everything_that_its_score_asks_for(region: Region, weeks: int) -> None:
    story = tell(region, 5, START, weeks, 1)

    foretold = {rule for days in expected(region, story).values() for now in days.values() for rule, _ in now}
    doubled = {rule for rule, persons in doubles_in(story).items() if persons}
    assert due(weeks * 7) - foretold - doubled == set()


def test_half_a_year_must_meet_everything_and_three_weeks_much_of_it() -> None:
    assert due(HALF_A_YEAR) == RULES | DOUBLES
    assert 20 < len(due(21)) < len(due(42)) < len(due(HALF_A_YEAR))


def test_each_case_is_planted_several_times_in_a_small_play_and_tens_of_times_in_that_of_a_region(
    region: Region,
) -> None:
    story = tell(region, 1, START, 52, 8)

    counts = Counter(case.kind for case in story.planted.cases)
    assert {p.kind: counts[p.kind] for p in PLANTERS if counts[p.kind] < 3} == {}
    assert times(1) == 1
    assert times(450) > 20
    first, last = min(c.begins for c in story.planted.cases), max(c.begins for c in story.planted.cases)
    assert (last - first).days > 150
