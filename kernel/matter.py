"""What rules find in one person's state, kept for as long as nothing happens that they listen to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from kernel.calendar import midnight
from kernel.facts import Conclusion, slim
from kernel.params import ParamSets
from kernel.rules import Finding, Rule

Name = tuple[str, str]
"""(rule id, key): what a unit speaks about once at a time."""


class Matter:
    """One finding of a rule with its dates as instants, and what is concluded from it while it holds."""

    __slots__ = ("_rule", "_said", "name", "since", "told", "until")

    def __init__(self, rule: Rule[Any, Any], found: Finding) -> None:
        since, until = _instant(found.since), None if found.until is None else _instant(found.until)
        if since is not found.since or until is not found.until:
            found = Finding(found.key, since, until, found.facts, found.params)
        self._rule = rule
        self._said: Conclusion | None = None
        self.name: Name = (rule.id, found.key)
        self.told: tuple[str, Finding] = (rule.id, found)
        self.since, self.until = since, until

    def said(self) -> Conclusion:
        """The conclusion, made once however often it is asked for."""
        if self._said is None:
            rule, finding = self._rule, self.told[1]
            said = Conclusion(
                rule=rule.id,
                rule_version=rule.version,
                key=finding.key,
                m=0,
                since=self.since,
                until=self.until,
                params=finding.params.model_dump(mode="json") if finding.params else {},
                facts=dict(finding.facts),
            )
            self._said = slim(said)
        return self._said


class Found(dict[str, Sequence[Matter]]):
    """What each rule (by id) finds in a state, whatever the time is, and what those found that are asked again."""

    def __init__(self) -> None:
        self.before: dict[str, Sequence[Matter]] = {}

    def forget(self, rule: str) -> None:
        """Let a rule be asked again."""
        if (found := self.pop(rule, None)) is not None:
            self.before[rule] = found

    def ask(self, rule: Rule[Any, Any], state: Any, params: ParamSets[Any]) -> Sequence[Matter]:
        """What a rule finds; what it has found before is the very same object again."""
        before = {m.name: m for m in self.before.pop(rule.id, ())}
        found = [Matter(rule, f) for f in rule.find(state, params)]
        same = (old if (old := before.get(m.name)) is not None and old.told == m.told else m for m in found)
        self[rule.id] = tuple(same)  # most find nothing, and there is only one empty tuple
        return self[rule.id]


def _instant(value: date | datetime) -> datetime:
    return value if isinstance(value, datetime) else midnight(value)
