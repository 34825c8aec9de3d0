"""Takes one rule or view away in a process of its own and runs a test there: it must fail."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from kernel.rules import Rule
from tests.unit.coverage.entries import ROOT, units

FAILED = 1
"""What pytest answers when tests ran and some failed."""


def outcome(test: str, without: str | None = None) -> int:
    """Exit code of pytest on one test (its id), with the named unit doing nothing; None: all as it is."""
    context = multiprocessing.get_context("fork")
    process = context.Process(target=_run, args=(test, without))
    process.start()
    process.join(120)
    if process.exitcode is None:
        process.kill()
        process.join()
    return process.exitcode if process.exitcode is not None else -1


def _run(test: str, without: str | None) -> None:
    os.chdir(ROOT)
    quiet = contextlib.redirect_stdout, contextlib.redirect_stderr
    with Path(os.devnull).open("w") as nowhere, quiet[0](nowhere), quiet[1](nowhere):
        if without is not None:
            take_away(without)
        arguments: Sequence[str] = ["-q", "-x", "-p", "no:cacheprovider", "-p", "no:xdist", str(ROOT / test)]
        code = pytest.main([*arguments])
    sys.stdout.flush()
    os._exit(int(code))


def take_away(name: str) -> None:
    """Let every unit of this name find nothing and show nothing."""
    for found, _, unit in units():
        if found != name:
            continue
        if isinstance(unit, Rule):
            object.__setattr__(unit, "find", lambda *_: iter(()))
        else:
            unit.handlers.clear()
            unit.forecasts.clear()
