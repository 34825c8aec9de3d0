"""What a sweep would tell, tried in memory: alerts and findings that would come, go or change now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from kernel.errors import Poison
from kernel.params import Reference
from kernel.person import Units
from kernel.pg_errors import translated
from kernel.pg_journal import PgJournal
from operate.what_if import ALERT
from operate.what_if_history import Histories, Story
from operate.what_if_path import Path, Said
from operate.what_if_rules import without_views

TOLD = {"raised": "come", "withdrawn": "go", "changed": "change"}


@dataclass(slots=True)
class Trial:
    """Counts by rule and organisation; nobody is named."""

    alerts: frozenset[str]
    examined: int = 0
    persons: int = 0
    unreadable: int = 0
    held: int = 0
    lines: dict[tuple[str, str], Counter[str]] = field(default_factory=dict)

    def add(self, said: Sequence[Said]) -> None:
        """Take what would be told of one person."""
        self.persons += bool(said)
        for one in said:
            self.lines.setdefault((one.rule, one.organisation), Counter())[TOLD[one.kind]] += 1
        for line in {(s.rule, s.organisation) for s in said}:
            self.lines[line]["persons"] += 1

    def document(self) -> dict[str, Any]:
        """As JSON: totals of alerts, then a line for each rule and organisation."""
        rows = [
            {"rule": rule, "organisation": org, **{k: counts[k] for k in (*TOLD.values(), "persons")}}
            for (rule, org), counts in sorted(self.lines.items())
        ]
        alerts = [r for r in rows if r["rule"] in self.alerts]
        totals = {
            k: sum(counts[k] for (rule, _), counts in self.lines.items() if rule in self.alerts) for k in TOLD.values()
        }
        seen = {"examined": self.examined, "persons": self.persons, "held": self.held, "unreadable": self.unreadable}
        return {**seen, "alerts": {**totals, "organisations": alerts}, "rules": rows}


async def tried(
    journal: PgJournal, parts: Sequence[Units], histories: Histories, progress: Callable[[int, int], None]
) -> Trial:
    """Look at everybody under these rules, at the time of her lane, as a sweep would; whoever is held is left out."""
    quiet = without_views(parts)
    trial = Trial(frozenset(r.id for units in parts for r in units.rules if r.name == ALERT))
    with translated():
        held = {str(r["subject"]) for r in await journal.pool.fetch("SELECT DISTINCT subject FROM react.hold")}
        rows = await journal.pool.fetch("SELECT lane, instant FROM journal.lane ORDER BY lane")
    for row in rows:
        async for story in histories.lane(row["lane"]):
            trial.examined += 1
            if story.subject in held:
                trial.held += 1
                continue
            try:
                trial.add(_told(quiet, journal.instance.operator, story, row["instant"]))
            except Poison:
                trial.unreadable += 1
        progress(row["lane"], trial.examined)
    return trial


def _told(parts: Sequence[Units], operator: str, story: Story, now: Any) -> list[Said]:
    reference = story.policy[-1][1] if story.policy else Reference()
    path = Path(parts, operator, story.subject, facts=story.everything)
    path.reach(now, [], reference)
    return path.said
