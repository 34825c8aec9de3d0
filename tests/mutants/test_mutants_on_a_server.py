"""The same for mistakes that only a real database shows; it takes a while."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.mutants.copies import copy_of, outcome_of
from tests.mutants.mutants import MUTANTS, Mutant

SERVED = [m for m in MUTANTS if m.server]


def test_without_a_mistake_all_the_named_tests_pass_on_a_server(tmp_path: Path) -> None:
    done = outcome_of(copy_of(None, tmp_path), *sorted({m.fails for m in SERVED}))

    assert done.returncode == 0, done.stdout[-2_000:]


@pytest.mark.parametrize("mutant", SERVED, ids=lambda m: m.name)
def test_a_mistake_fails_the_test_named_for_it_on_a_server(mutant: Mutant, tmp_path: Path) -> None:
    done = outcome_of(copy_of(mutant, tmp_path), mutant.fails)

    assert done.returncode == 1, done.stdout[-2_000:] + done.stderr[-2_000:]
    assert f"FAILED {mutant.fails}" in done.stdout
