"""How far a rebuild is: persons while it fills, lanes while it compares, how fast, and how long it will take."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from kernel.errors import Again, Unavailable
from kernel.rebuild import Rebuild
from kernel.rebuild_run import Run

Tell = Callable[[dict[str, Any]], None]
WINDOW = 10.0
"""Seconds over which a rate is taken."""


class Rate:
    """How fast numbers grow that are looked at now and then."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, tuple[int, ...]]] = deque()

    def of(self, *numbers: int) -> list[float]:
        """What each of them gained a second over the last ten; those of another phase are forgotten."""
        now = time.monotonic()
        if self._seen and numbers[0] < self._seen[-1][1][0]:
            self._seen.clear()
        self._seen.append((now, numbers))
        while len(self._seen) > 2 and now - self._seen[0][0] > WINDOW:
            self._seen.popleft()
        then, before = self._seen[0]
        took = max(now - then, 1e-9)
        return [(n - b) / took for n, b in zip(numbers, before, strict=True)]


async def progress(rebuild: Rebuild, run: Run, tell: Tell) -> None:
    """Tell about once a second, until cancelled: what the database says, by whichever process it was done."""
    filling, comparing = Rate(), Rate()
    while True:
        generations = list(run.left.values())
        try:
            found = await rebuild.generations.progress(generations) if generations else None
        except (Again, Unavailable):
            found = None  # the work itself waits for the database as well
        if found and found["lanes"]:
            compares = found["filled"] == found["lanes"]
            now = _compares(run, rebuild, comparing) if compares else _fills(found, filling)
            tell({"processor": rebuild.processor, "views": [r.view for r in run.reports], **now})
        await asyncio.sleep(1)


def _fills(found: dict[str, Any], rate: Rate) -> dict[str, Any]:
    pace, facts = rate.of(found["persons"], found["facts"])
    numbers = {name: found[name] for name in ("filled", "lanes", "persons", "total", "facts", "rows")}
    numbers["total"] = max(found["total"], found["persons"])  # some may have been erased since they were filled
    left = _eta(numbers["total"] - found["persons"], pace)
    return {"phase": "filling", **numbers, "rate": round(facts), "eta_seconds": left}


def _eta(left: int, pace: float) -> int | None:
    return round(left / pace) if pace > 0 else None


def _compares(run: Run, rebuild: Rebuild, rate: Rate) -> dict[str, Any]:
    """Lanes of all views that this process has compared; views that another process has ended count as done."""
    each = rebuild.journal.instance.lanes + 1
    lanes = sum(r.lanes if r.view in run.left else each for r in run.reports)
    total = each * len(run.reports)
    compared = sum(r.compared for r in run.reports)
    pace, rows = rate.of(lanes, compared)
    return {
        "phase": "comparing",
        "lanes": lanes,
        "of": total,
        "uncompared": sum(r.uncompared for r in run.reports if r.view in run.left),
        "compared": compared,
        "rate": round(rows),
        "eta_seconds": _eta(total - lanes, pace),
    }
