"""A bad deploy must not put everybody on hold: when too many persons at once would wait, the processor stops."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Container
from datetime import datetime
from typing import Any

from structlog import get_logger

from kernel import observe
from kernel.errors import Unavailable
from kernel.pg_errors import translated
from kernel.plan import Plan

PERSONS, SHARE, WINDOW = 20, 0.05, 600.0
"""It stops at so many persons, if they are more than this share of those looked at in a window of so many seconds."""

REMEMBERED = 20_000


class Breaker:
    """Counts, over all lanes of a worker, who was looked at lately and who could not be applied.

    Once it stops, nothing of this worker commits until it is started again (new code) or an operator lets it go on.
    """

    def __init__(
        self, pool: Any, processor: str, *, persons: int = PERSONS, share: float = SHARE, window: float = WINDOW
    ) -> None:
        self._pool, self._processor = pool, processor
        self._persons, self._share, self._window = persons, share, window
        self._seen: dict[str, tuple[float, bool]] = {}
        self._stopped: datetime | None = None
        observe.stopped.labels(processor).set(0)

    async def admit(self, plan: Plan, held: Container[str]) -> None:
        """Before a plan is committed: Unavailable while the processor stands. `held`: who waits already."""
        if self._stopped is not None:
            await self._go_on_if_told()
        if self._count(plan, held):
            bad = sum(is_bad for _, is_bad in self._seen.values())
            if bad >= self._persons and bad > self._share * len(self._seen):
                await self._stop(plan, bad)

    def _count(self, plan: Plan, held: Container[str]) -> bool:
        """Note everybody in the plan; True if somebody begins to wait with it."""
        now, begins = time.monotonic(), False
        for person in plan.persons:
            if person.hold is None or person.subject not in held:
                self._seen.pop(person.subject, None)  # whoever was looked at last stands last
                self._seen[person.subject] = (now, person.hold is not None)
                begins |= person.hold is not None
        while self._seen and (len(self._seen) > REMEMBERED or now - next(iter(self._seen.values()))[0] > self._window):
            del self._seen[next(iter(self._seen))]
        return begins

    async def _stop(self, plan: Plan, bad: int) -> None:
        holds = Counter((p.hold.cause, p.hold.pointer, p.hold.type) for p in plan.persons if p.hold)
        (cause, pointer, type_), _ = holds.most_common(1)[0]
        with translated():
            self._stopped = await self._pool.fetchval(
                """INSERT INTO react.breaker AS b (processor, tripped, told, held, seen, cause, pointer, type)
                   VALUES ($1, clock_timestamp(), clock_timestamp(), $2, $3, $4, $5, $6)
                       ON CONFLICT (processor) DO UPDATE
                      SET tripped = excluded.tripped, told = excluded.told, held = excluded.held, seen = excluded.seen,
                          cause = excluded.cause, pointer = excluded.pointer, type = excluded.type
                RETURNING tripped""",
                *(self._processor, bad, len(self._seen), cause, pointer, type_),
            )
        observe.stopped.labels(self._processor).set(1)
        get_logger("reaction").critical(
            "processor_stopped", processor=self._processor, count=bad, reason=cause, pointer=pointer, type=type_
        )
        raise self._stands()

    async def _go_on_if_told(self) -> None:
        with translated():
            row = await self._pool.fetchrow(
                "UPDATE react.breaker SET told = clock_timestamp() WHERE processor = $1 RETURNING goes_on, persons",
                self._processor,
            )
        if row is None or row["goes_on"] is None or row["goes_on"] <= self._stopped:
            raise self._stands()
        self._stopped, self._persons = None, max(self._persons, row["persons"])
        self._seen.clear()
        observe.stopped.labels(self._processor).set(0)
        get_logger("reaction").warning("processor_goes_on", processor=self._processor, count=self._persons)

    def _stands(self) -> Unavailable:
        return Unavailable(
            f"{self._processor} stopped: too many persons cannot be applied, nobody was skipped; start mended code,"
            " or let it go on with `polku holds go-on`"
        )
