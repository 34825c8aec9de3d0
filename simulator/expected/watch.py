"""What the alerts show day by day to the organisation that arranges the service."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from simulator.expected.shown import Shown
from simulator.partner import Door
from simulator.region import Org
from simulator.telling import rows

STILL_OPEN = ("open", "claimed", "waiting")


class Looks(Protocol):
    """Somebody who looks once a day, while nothing is under way."""

    async def look(self, day: date) -> None:
        """Note what there is."""
        ...


@dataclass
class Watch:
    """Reads every open alert through the door. `shown`: (rule, key) of what stands behind each person's alerts."""

    door: Door
    org: Org
    numbers: Mapping[str, int]
    shown: Shown = field(default_factory=Shown)

    async def look(self, day: date) -> None:
        """Note what is shown."""
        found: dict[int, set[tuple[str, str]]] = {}
        for status in STILL_OPEN:
            for row in await rows(self.door, "alerts", self.org, status=status):
                if (person := self.numbers.get(str(row["client_ref"]))) is not None:
                    found.setdefault(person, set()).update(behind(row))
        self.shown.note(day, {person: frozenset(names) for person, names in found.items()})


@dataclass
class Marks:
    """Notes how far the journal has come, lane by lane, so that afterwards one can read what was shown at the time."""

    heads: Callable[[], Awaitable[Mapping[int, int]]]
    days: dict[date, Mapping[int, int]] = field(default_factory=dict)

    async def look(self, day: date) -> None:
        """Note it."""
        self.days[day] = await self.heads()


def behind(row: Mapping[str, object]) -> Iterable[tuple[str, str]]:
    """(rule, key) of everything that stands behind an alert."""
    raises = row.get("raises")
    return [(str(r["rule"]), str(r["key"])) for r in raises] if isinstance(raises, list) else []
