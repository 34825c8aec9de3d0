"""How many schedules are told, and from which number on."""

from __future__ import annotations

import os

import pytest
import structlog

DEFAULT, BLOCK = 1_000, 100


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("schedules")
    group.addoption("--schedules", type=int, default=None, help="how many random schedules to tell (default 1000)")
    group.addoption("--seed", type=int, default=None, help="the number of the first of them")


def _asked(config: pytest.Config, option: str, name: str, default: int) -> int:
    asked = config.getoption(option, None)
    return int(os.environ.get(name, default)) if asked is None else int(asked)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Blocks of schedules, so that several processes may share them."""
    if "block" in metafunc.fixturenames:
        first = _asked(metafunc.config, "--seed", "POLKU_SEED", 0)
        count = _asked(metafunc.config, "--schedules", "POLKU_SCHEDULES", DEFAULT)
        starts = range(first, first + count, BLOCK)
        metafunc.parametrize("block", [range(s, min(s + BLOCK, first + count)) for s in starts], ids=map(str, starts))


@pytest.fixture(autouse=True)
def quiet() -> object:
    """A schedule is full of faults that are logged as they should be; nobody reads them here."""
    with structlog.testing.capture_logs():
        yield
