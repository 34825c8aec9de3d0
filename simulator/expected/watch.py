"""What the alerts show day by day to the organisation that arranges the service."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from simulator.expected.moments import NOTHING, Names
from simulator.partner import Door
from simulator.region import Org
from simulator.telling import rows

STILL_OPEN = ("open", "claimed", "waiting")


@dataclass
class Watch:
    """Looks at every open alert once a day. `seen`: person → day → (rule, key) of what stands behind her alerts."""

    door: Door
    org: Org
    numbers: Mapping[str, int]
    seen: dict[int, dict[date, Names]] = field(default_factory=dict)

    async def look(self, day: date) -> None:
        """Note what is shown."""
        shown: dict[int, set[tuple[str, str]]] = {}
        for status in STILL_OPEN:
            for row in await rows(self.door, "alerts", self.org, status=status):
                if (person := self.numbers.get(str(row["client_ref"]))) is not None:
                    shown.setdefault(person, set()).update(behind(row))
        for person in self.numbers.values():
            days = self.seen.setdefault(person, {})
            before = next(reversed(days.values()), NOTHING)
            now = frozenset(shown.get(person, ()))
            days[day] = before if before == now else now


def behind(row: Mapping[str, object]) -> Iterable[tuple[str, str]]:
    """(rule, key) of everything that stands behind an alert."""
    raises = row.get("raises")
    return [(str(r["rule"]), str(r["key"])) for r in raises] if isinstance(raises, list) else []
