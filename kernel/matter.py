"""What rules find in one person's state, kept for as long as nothing happens that they listen to."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from kernel.calendar import midnight
from kernel.facts import Conclusion
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
            self._said = _conclusion(self._rule, self.told[1])
        return self._said


class Found(dict[str, list[Matter]]):
    """What each rule (by id) finds in a state, whatever the time is, and what those found that are asked again."""

    def __init__(self) -> None:
        self.before: dict[str, list[Matter]] = {}

    def forget(self, rule: str) -> None:
        """Let a rule be asked again."""
        if (found := self.pop(rule, None)) is not None:
            self.before[rule] = found

    def ask(self, rule: Rule[Any, Any], state: Any, params: ParamSets[Any]) -> list[Matter]:
        """What a rule finds; what it has found before is the very same object again."""
        before = {m.name: m for m in self.before.pop(rule.id, ())}
        found = self[rule.id] = []
        for matter in (Matter(rule, f) for f in rule.find(state, params)):
            old = before.get(matter.name)
            found.append(old if old is not None and old.told == matter.told else matter)
        return found


def _instant(value: date | datetime) -> datetime:
    return value if isinstance(value, datetime) else midnight(value)


def _conclusion(rule: Rule[Any, Any], finding: Finding) -> Conclusion:
    return Conclusion(
        rule=rule.id,
        rule_version=rule.version,
        key=finding.key,
        m=0,
        since=_instant(finding.since),
        until=finding.until and _instant(finding.until),
        params=finding.params.model_dump(mode="json") if finding.params else {},
        facts=dict(finding.facts),
    )
