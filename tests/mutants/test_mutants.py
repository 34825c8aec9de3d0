"""Each mistake that the mechanism must not contain fails the test that is named for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.mutants.copies import copy_of, outcome_of
from tests.mutants.mutants import MUTANTS, Mutant


def test_without_a_mistake_all_the_named_tests_pass(tmp_path: Path) -> None:
    names = sorted({m.fails for m in MUTANTS if not m.server})

    done = outcome_of(copy_of(None, tmp_path), *names)

    assert done.returncode == 0, done.stdout[-2_000:]


@pytest.mark.parametrize("mutant", [m for m in MUTANTS if not m.server], ids=lambda m: m.name)
def test_a_mistake_fails_the_test_named_for_it(mutant: Mutant, tmp_path: Path) -> None:
    done = outcome_of(copy_of(mutant, tmp_path), mutant.fails)

    assert done.returncode == 1, done.stdout[-2_000:] + done.stderr[-2_000:]
    assert f"FAILED {mutant.fails}" in done.stdout


def test_the_document_names_every_mistake_and_its_test() -> None:
    text = (Path(__file__).parents[2] / "docs/mutants.md").read_text()

    for mutant in MUTANTS:
        assert f"| {mutant.name} | `{mutant.fails.partition('::')[0]}`" in text
