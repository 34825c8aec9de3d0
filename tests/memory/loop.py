"""An event loop whose time is made up: whoever waits for a minute waits for nothing, and every run is the same."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from selectors import SelectSelector
from types import SimpleNamespace
from typing import Any, TypeVar

from kernel import breaker, keys, lanes, pace

T = TypeVar("T")


class _Nothing(SelectSelector):
    """Nothing ever comes from outside: instead of waiting, time passes."""

    passes: Callable[[float], None]

    def select(self, timeout: float | None = None) -> list[Any]:
        if timeout is None:
            raise RuntimeError("everybody waits for somebody else")
        if timeout > 0:
            self.passes(timeout)
        return []


class MadeUpTime(asyncio.SelectorEventLoop):
    """A loop on which only what is scheduled happens, in an order that the delays decide."""

    def __init__(self) -> None:
        selector = _Nothing()
        selector.passes = self._pass
        self._at = 1_000.0
        super().__init__(selector)

    def _pass(self, seconds: float) -> None:
        self._at += seconds

    def time(self) -> float:
        return self._at


@contextmanager
def _clocks(loop: MadeUpTime) -> Iterator[None]:
    """What the kernel takes for a monotonic clock is the loop's while a schedule runs."""
    modules: list[Any] = [breaker, keys, lanes, pace]
    before = [m.time for m in modules]
    for module in modules:
        module.time = SimpleNamespace(monotonic=loop.time)
    try:
        yield
    finally:
        for module, old in zip(modules, before, strict=True):
            module.time = old


def run(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run something from beginning to end in made-up time. What it left running is cancelled."""
    loop = MadeUpTime()
    state = random.getstate()
    random.seed(0)
    try:
        with _clocks(loop), asyncio.Runner(loop_factory=lambda: loop) as runner:
            return runner.run(work())
    finally:
        random.setstate(state)
