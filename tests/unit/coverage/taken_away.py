"""Takes rules and views away one by one, each in a process of its own, and runs the test that must then fail."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
from collections.abc import Mapping, Sequence
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from kernel.rules import Rule
from tests.unit.coverage.entries import ROOT, units

PASSED, FAILED, NEVER_RAN = 0, 1, 2
NOTHING = ""
"""Stands for the unit of which nothing is taken away."""


def outcomes(tests: Mapping[str, str]) -> dict[str, int]:
    """Unit → how its test (by its id) ends without it; and for NOTHING, how all of them end with all units there.

    The tests are collected once; each unit is taken away in a process that is forked from there.
    """
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_collect_and_run, args=(tests, there))
    process.start()
    there.close()
    try:
        told: dict[str, int] = here.recv()
    finally:
        process.join()
    return told


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


def _collect_and_run(tests: Mapping[str, str], answer: Connection) -> None:
    os.chdir(ROOT)
    loop = Loop(tests)
    quiet = contextlib.redirect_stdout, contextlib.redirect_stderr
    with Path(os.devnull).open("w") as nowhere, quiet[0](nowhere), quiet[1](nowhere):
        ids = sorted({str(ROOT / test) for test in tests.values()})
        pytest.main(["-q", "-p", "no:cacheprovider", "-p", "no:xdist", *ids], plugins=[loop])
    answer.send(loop.told)


class Loop:
    """A plugin of pytest that runs what was collected once for each unit, instead of once."""

    def __init__(self, tests: Mapping[str, str]) -> None:
        self.tests, self.told = tests, dict[str, int]()
        self._ran, self._failed = 0, 0

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """With everything in its place first, then without each."""
        self.told[NOTHING] = self._forked(NOTHING, session.items)
        for unit, test in self.tests.items():
            chosen = [i for i in session.items if i.nodeid.partition("[")[0] == test.partition("[")[0]]
            self.told[unit] = self._forked(unit, chosen)
        return True

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """In the forked process: what a test came to."""
        self._ran += report.when == "call"
        self._failed += report.failed

    def _forked(self, unit: str, items: Sequence[pytest.Item]) -> int:
        if (child := os.fork()) == 0:
            os._exit(self._without(unit, items))
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

    def _without(self, unit: str, items: Sequence[pytest.Item]) -> int:
        take_away(unit)
        for item in items:
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
        return NEVER_RAN if self._ran < len(items) or not items else FAILED if self._failed else PASSED
