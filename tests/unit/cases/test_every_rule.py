"""Every rule at its limit, a little below, told late, corrected, and across a change of its numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from kernel.calendar import midnight
from kernel.processor import every_rule
from schemas.rule_parameters.set_v1 import RuleParametersSet
from schemas.system.fact_retracted_v1 import FactRetracted
from tests.unit.cases import placements, referrals
from tests.unit.cases.case import Case
from tests.unit.given import Story

CASES = {case.rule.id: case for case in (*placements.CASES, *referrals.CASES)}
ELSEWHERE = {"ALERT", "R-ABS-10"}
"""Rules over conclusions, which have no story of stated facts: tests/unit/notifications tells of them."""
NEWEST = 6
"""Facts of a story that are told late, or corrected, one after the other."""


def wrong(right: Callable[[Case], bool]) -> list[str]:
    """Rules (ids) of which something is not so."""
    return [id_ for id_, case in CASES.items() if not right(case)]


def at(moment: date | datetime) -> datetime:
    return moment if isinstance(moment, datetime) else midnight(moment)


def found(case: Case, told: Story, now: datetime | None = None) -> dict[str, Any]:
    """What holds, by key, with its numbers."""
    return {k: (said.since, said.facts) for k, said in told.open(case.rule, now or at(case.begins)).items()}


def test_no_rule_lacks_its_case_and_each_that_has_numbers_changes_with_them() -> None:
    rules = {rule.id: rule for rule in every_rule()}

    assert CASES.keys() == rules.keys() - ELSEWHERE
    assert wrong(lambda case: bool(case.numbers) == bool(type(case.rule.params).model_fields)) == []
    assert wrong(lambda case: bool(case.numbers) == (case.decides is not None)) == []


def test_at_its_limit_a_rule_speaks_and_a_moment_before_or_a_little_below_it_does_not() -> None:
    assert wrong(lambda case: bool(found(case, case.tell()))) == []
    assert wrong(lambda case: not found(case, case.tell(), at(case.begins) - timedelta(seconds=1))) == []
    assert wrong(lambda case: case.near is None or not found(case, case.near())) == []


def test_what_is_told_late_is_found_as_if_it_had_come_in_time() -> None:
    def same(case: Case) -> bool:
        told = case.tell()
        return all(found(case, late) == found(case, told) for late in _late(told))

    assert wrong(same) == []


def _late(told: Story) -> Iterator[Story]:
    """Everything the other way round, and each of the newest facts after all others."""
    yield Story(told.fold, told.facts[::-1], told.reference)
    for fact in told.facts[-NEWEST:]:
        yield Story(told.fold, [*(f for f in told.facts if f is not fact), fact], told.reference)


def test_a_correction_takes_the_place_of_what_was_wrong() -> None:
    def same(case: Case) -> bool:
        told = case.tell()
        return all(found(case, corrected) == found(case, told) for corrected in _corrected(told))

    assert wrong(same) == []


def _corrected(told: Story) -> Iterator[Story]:
    """Each of the newest facts as the correction of one that said the same."""
    for fact in told.facts[-NEWEST:]:
        facts = [replace(f, id="wrong") if f is fact else f for f in told.facts]
        yield Story(told.fold, [*facts, replace(fact, corrects="wrong")], told.reference)


def test_nothing_is_found_of_what_has_been_taken_back() -> None:
    def nothing(case: Case) -> bool:
        told = case.tell()
        for fact in list(told.facts):
            back = FactRetracted(id=fact.id, reason="wrong_person")
            told.told(back, on=at(case.begins), by=(fact.org, fact.org_type))
        return not found(case, told)

    assert wrong(nothing) == []


def test_numbers_that_change_inside_the_window_count_from_the_day_that_decides() -> None:
    assert wrong(lambda case: case.decides is None or _under(case, case.decides) != _usual(case)) == []
    assert (
        wrong(lambda case: case.decides is None or _under(case, case.decides + timedelta(days=1)) == _usual(case)) == []
    )


def _usual(case: Case) -> dict[str, Any]:
    return found(case, case.tell(), at(case.seen or case.begins))


def _under(case: Case, valid_from: date) -> dict[str, Any]:
    """What is found when other numbers are valid from a day on."""
    numbers = {"rule": case.rule.parameters or case.rule.id, "params": dict(case.numbers)}
    said = RuleParametersSet.model_validate({**numbers, "valid_from": valid_from})
    return found(case, case.tell().agreed(said, on=date(2020, 1, 1)), at(case.seen or case.begins))
