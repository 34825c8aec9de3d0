"""Every rule and every read model has a test that fails when it is taken away, and passes while it is there."""

from __future__ import annotations

from functools import cache

import pytest

from tests.unit.coverage.entries import unit_entries
from tests.unit.coverage.taken_away import FAILED, NOTHING, PASSED, outcomes

TESTS = {entry.row: entry.test for entry in unit_entries()}
"""The test that stands for each unit on the page of what is covered."""


NOBODY = "a unit that does not exist"


@cache
def told() -> dict[str, int]:
    return outcomes({**TESTS, NOBODY: TESTS["D01"]})


def test_with_everything_in_its_place_each_of_these_tests_passes() -> None:
    assert told()[NOTHING] == PASSED
    assert told()[NOBODY] == PASSED


@pytest.mark.parametrize("unit", TESTS)
def test_without_it_its_test_fails(unit: str) -> None:
    assert told()[unit] == FAILED
