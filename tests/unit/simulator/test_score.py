"""What the play knows of double work, and how what was found is held against it."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from simulator.region import load
from simulator.score import HELSINKI, Score, _unanswered, compare, doubles_in, passing, table
from simulator.story import PLANTERS, Story, tell

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def story() -> Story:
    return tell(load(ROOT / "deploy" / "organisations.toml"), 1, date(2026, 3, 2), 5, 1)


def test_every_kind_of_double_work_and_every_legitimate_pair_is_planted(story: Story) -> None:
    kinds = {case.kind for case in story.planted.cases}

    assert {f"D{n:02d}" for n in range(1, 19)} <= kinds
    assert kinds == {p.kind for p in PLANTERS}
    assert {c.kind for c in story.planted.cases if not c.found} == {p.kind for p in PLANTERS if not p.found}


def test_a_case_has_a_person_of_its_own(story: Story) -> None:
    persons = [case.person for case in story.planted.cases]

    assert len(set(persons)) == len(persons)
    assert set(persons) <= {s.person for s in story.statements}


def test_the_play_knows_who_should_be_found(story: Story) -> None:
    known = doubles_in(story)

    for case in story.planted.cases:
        assert (case.person in known.get(case.kind, set())) is case.found
    legitimate = {c.person for c in story.planted.cases if not c.found and not c.kind.startswith("R-")}
    assert not legitimate & set().union(*known.values())
    (in_the_way,) = (c.person for c in story.planted.cases if c.kind == "R-SCH-1")
    assert in_the_way in known["D12"]


def test_precision_and_recall_are_counted_by_person() -> None:
    (one,) = compare({"D01": {1, 2, 3}}, {"D01": {1, 2, 9}})

    assert (one.missed, one.unexpected) == ({3}, {9})
    assert (round(one.precision, 2), round(one.recall, 2)) == (0.67, 0.67)
    assert table([one])[0]["missed"] == [3]


def test_a_rule_that_finds_what_nobody_knows_of_is_wrong_and_one_without_cases_is_right() -> None:
    found = compare({"D02": set()}, {"D03": {7}})

    assert [(s.rule, s.precision, s.recall) for s in found] == [("D02", 1.0, 1.0), ("D03", 0.0, 1.0)]
    assert [(row["precision"], row["recall"]) for row in table(found)] == [(None, None), (0.0, 1.0)]
    assert Score("D09", frozenset({1}), frozenset({1}), frozenset()).recall == 0.0


def test_what_holds_only_while_partners_bring_along_what_they_have_is_no_double_work() -> None:
    first = date(2026, 3, 2)
    row = {"state": "withdrawn", "found_at": "2026-03-02T13:00:00+00:00", "settled_on": "2026-03-02"}

    assert passing(row, first)
    assert not passing({**row, "state": "suspected", "settled_on": None}, first)
    assert not passing({**row, "settled_on": "2026-03-03"}, first)
    assert not passing({**row, "found_at": "2026-03-03T13:00:00+00:00", "settled_on": "2026-03-03"}, first)


def test_a_referral_that_becomes_two_weeks_old_on_the_last_morning_is_nobodys_work_on_it(story: Story) -> None:
    sent = next(s for s in story.statements if s.name == "referral.submitted")
    day = sent.time.astimezone(HELSINKI).date()

    assert _unanswered([sent], day + timedelta(days=14)) == {sent.person}
    assert _unanswered([sent], day + timedelta(days=13)) == set()
