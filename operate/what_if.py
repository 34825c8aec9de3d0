"""What would have been: the real journal under other parameters, midnight by midnight, in memory, writing nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from kernel.calendar import midnight
from kernel.errors import Poison
from kernel.person import Units
from operate.what_if_history import Histories, Story, midnight_after
from operate.what_if_path import Path, Said
from operate.what_if_report import Outcome
from operate.what_if_rules import Change, changed, without_views

ALERT = "alert.raised"


class WhatIf:
    """Walks everybody through the rules as they are and as they would be, one person after the other."""

    def __init__(self, parts: Sequence[Units], change: Change, operator: str, first: date, last: date) -> None:
        self._before = without_views(parts)
        self._after = changed(self._before, change)
        self._operator, self._end = operator, midnight(last + timedelta(days=1))
        self._short = self._shortcut(change)
        self.outcome = Outcome(first, last, {r.id for u in parts for r in u.rules if change.concerns(r)}, ALERT)

    async def run(self, histories: Histories, lanes: Sequence[int], progress: Callable[[int, int], None]) -> Outcome:
        """Everybody in these lanes; `progress` hears each lane that is done and how many persons were seen by then."""
        for lane in lanes:
            async for story in histories.lane(lane):
                self._person(story)
            progress(lane, self.outcome.examined)
        return self.outcome

    def _person(self, story: Story) -> None:
        self.outcome.examined += 1
        try:
            if self._short and self._walk(self._short[0], story) == self._walk(self._short[1], story):
                return
            self.outcome.add(self._walk(self._before, story), self._walk(self._after, story))
        except Poison:
            self.outcome.unreadable += 1

    def _shortcut(self, change: Change) -> tuple[list[Units], list[Units]] | None:
        """The changed rules alone: while they say the same, nothing that follows can differ.

        That holds only where they follow from nothing that other rules conclude.
        """
        raised = {n for u in self._before for r in u.rules for n in r.names}
        concluded = raised | {"finding.changed", "finding.withdrawn"}
        touched = [u for u in self._before if any(change.concerns(r) for r in u.rules)]
        if any(concluded & (u.fold.listens | frozenset().union(*(r.listens for r in u.rules))) for u in touched):
            return None
        alone = [_only(u, change) for u in touched]
        return alone, changed(alone, change)

    def _walk(self, parts: Sequence[Units], story: Story) -> list[Said]:
        """Everything that would have been concluded about a person to the end of the last day."""
        path, facts, place = Path(parts, self._operator, story.subject, story.recorded), story.facts, 0
        now: datetime | None = facts[0][0] if facts else None
        while now is not None and now <= self._end:
            begun = place
            while place < len(facts) and facts[place][0] <= now:
                place += 1
            path.reach(now, [f for _, f in facts[begun:place]], story.policy_at(now))
            coming = [facts[place][0]] if place < len(facts) else []
            coming += [midnight_after(path.next)] if path.next else []
            coming += [at] if (at := story.next_policy(now)) else []
            now = min(coming, default=None)
        return path.said


def _only(units: Units, change: Change) -> Units:
    rules = [r for r in units.rules if change.concerns(r)]
    return replace(units, rules=rules, by_id={r.id: r for r in rules}, applying=[])
