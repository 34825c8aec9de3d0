"""What the alerts showed on each day of a play, read afterwards from their own facts as far as the journal had come."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from kernel.decode import Decoder
from kernel.facts import Conclusion, Fact
from kernel.pg_errors import translated
from kernel.pg_journal import PgJournal, connect
from kernel.processor import full_catalogue
from kernel.settings import Settings
from kernel.stored import FOLDED, from_folded
from simulator.expected.moments import Names
from simulator.expected.shown import Shown
from simulator.expected.watch import behind

ALERT = "ALERT"
NAMES = ("alert.raised", "alert.closed", "finding.changed", "finding.withdrawn")
PAGE = 5000
Marks = Mapping[date, Mapping[int, int]]


async def shown(settings: Settings, marks: Marks, refs: Mapping[int, str]) -> Shown:
    """`marks`: how far each lane had come on each day. `refs`: person → client reference."""
    numbers = {ref: number for number, ref in refs.items()}
    found = Shown(sorted(marks))
    journal = await connect(settings, "polku_operator", size=2)
    try:
        decoder = Decoder(full_catalogue(), journal.keys, journal.instance.operator)
        for lane in range(1, journal.instance.lanes + 1):
            heads = [(day, marks[day].get(lane, 0)) for day in found.days]
            await _lane(_facts(journal, decoder, lane), heads, numbers, found)
    finally:
        await journal.close()
    return found


async def _facts(journal: PgJournal, decoder: Decoder, lane: int) -> AsyncIterator[Fact]:
    """The facts of a lane that tell of alerts, in order."""
    types, after = [f"fi.polku.{name}.v1" for name in NAMES], 0
    while True:
        with translated():
            rows = await journal.pool.fetch(
                f"""SELECT {FOLDED} FROM journal.fact
                     WHERE lane = $1 AND seq > $2 AND type = ANY($3) ORDER BY seq LIMIT {PAGE}""",
                *(lane, after, types),
            )
        for fact in await decoder.decode([from_folded(row) for row in rows]):
            yield fact
        if len(rows) < PAGE:
            return
        after = rows[-1]["seq"]


@dataclass
class _Open:
    """The open alerts of one person, each with what stands behind it."""

    alerts: dict[str, Names] = field(default_factory=dict)

    def take(self, fact: Fact) -> bool:
        """Whether it changes what is shown."""
        said: Any = fact.data
        if isinstance(said, Conclusion) and said.rule != ALERT:
            return False
        match fact.name:
            case "alert.raised":
                self.alerts[fact.id] = frozenset(behind(said.facts))
            case "finding.changed" if said.raised in self.alerts:
                self.alerts[said.raised] = frozenset(behind(said.facts))
            case "finding.withdrawn":
                self.alerts.pop(said.raised, None)
            case "alert.closed":
                self.alerts.pop(str(said.alert_id), None)
        return True

    @property
    def names(self) -> Names:
        """Everything that is shown about her."""
        return frozenset().union(*self.alerts.values())


async def _lane(
    facts: AsyncIterator[Fact], heads: Sequence[tuple[date, int]], numbers: Mapping[str, int], found: Shown
) -> None:
    """Walk through a lane, noting at each head whom something was told about since the last one."""
    persons: dict[int, _Open] = {}
    touched: set[int] = set()
    coming: Iterator[tuple[date, int]] = iter(heads)
    day, head = next(coming, (date.max, 0))

    def note() -> None:
        for person in touched:
            found.turn(person, day, persons[person].names)
        touched.clear()

    async for fact in facts:
        while fact.seq > head and day < date.max:
            note()
            day, head = next(coming, (date.max, 0))
        number = numbers.get(fact.subject or "")
        if day == date.max or number is None:
            continue
        if persons.setdefault(number, _Open()).take(fact):
            touched.add(number)
    if day < date.max:
        note()
