"""What the product's own folds and rules find in a play, day by day, without a server."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from kernel.calendar import midnight
from kernel.discover import units
from kernel.facts import Event, Fact
from kernel.params import ParamSets, Reference
from kernel.rules import Finding, Fold, Rule
from kernel.valid import valid
from schemas.catalogue import catalogue
from services.notifications.families import MATTERS
from services.placements.state import fold as placements
from services.referrals.state import fold as referrals
from simulator.expected.moments import Moment, Names, moments
from simulator.region import Region
from simulator.statement import Statement
from simulator.story import Story

UNITS: Sequence[tuple[Fold[Any], list[Rule[Any, Any]]]] = [
    (placements, [r for r in units("services.placements.rules", Rule) if r.name in MATTERS]),
    (referrals, [r for r in units("services.referrals.rules", Rule) if r.name in MATTERS]),
]
PERSONAL = "rule_parameters.set"


class Journal:
    """The facts of a play as the door takes them: of each person, and of nobody."""

    def __init__(self, region: Region, story: Story) -> None:
        self._region, self._kinds = region, catalogue()
        self._newest: dict[str, type[Event]] = {}
        for kind in sorted(self._kinds.values(), key=lambda c: c.meta.version):
            self._newest[kind.meta.name] = kind
        self.told: dict[int | None, list[tuple[date, Fact]]] = defaultdict(list)
        for n, said in enumerate(story.statements):
            if not (said.wrong or said.raw or said.twice):
                self.told[said.person].append((said.sent, self._fact(said, n)))

    def _fact(self, said: Statement, n: int) -> Fact:
        """Under the first role of the organisation that may state it, in the newest shape."""
        kind = self._kinds[said.type]
        of_day = self._region.by_id[said.org].types_at(said.sent)
        may = [t for t in of_day if t in kind.meta.stated_by or not kind.meta.stated_by]  # the operator's own types
        org_type = max(may, key=lambda t: kind.meta.rank.get(t, 0))
        data: Event = kind.model_validate_json(json.dumps(said.data))
        while type(data) is not self._newest[kind.meta.name]:
            data = self._kinds[f"fi.polku.{kind.meta.name}.v{type(data).meta.version + 1}"].upgrade(data)
        about = (str(said.person), said.source, said.id, said.type, said.time, said.recorded_at)
        return Fact(1, n, *about, data, corrects=said.corrects, org_type=org_type)


def raised(region: Region, story: Story, only: Collection[str]) -> dict[int, dict[date, Names]]:
    """Person → day of the play → what these rules find at that day's moment, told by what had been sent before."""
    journal = Journal(region, story)
    heard = {PERSONAL}.union(*(r.listens for _, rules in UNITS for r in rules if r.id in only))
    general = [(sent, fact) for sent, fact in journal.told.pop(None, []) if fact.name in heard]
    when = moments(story.setting)
    return {p: dict(_days(facts, general, when, only)) for p, facts in journal.told.items() if p is not None}


def _days(
    facts: Sequence[tuple[date, Fact]],
    general: Sequence[tuple[date, Fact]],
    when: Iterable[Moment],
    only: Collection[str],
) -> Iterator[tuple[date, Names]]:
    findings: list[tuple[str, Finding]] = []
    seen = (-1, -1)
    for moment in when:
        hers = [f for sent, f in facts if sent < moment.day]
        of_all = [f for sent, f in general if sent < moment.day]
        if (len(hers), len(of_all)) != seen:
            seen = (len(hers), len(of_all))
            findings = list(_found(hers, Reference(valid(of_all, "")), only))
        yield moment.day, frozenset((rule, f.key) for rule, f in findings if _holds(f, moment.at))


def _found(hers: list[Fact], reference: Reference, only: Collection[str]) -> Iterator[tuple[str, Finding]]:
    known = valid(hers, "")
    personal = [f for f in known if f.name == PERSONAL]
    for fold, rules in UNITS:
        state = fold.initial()
        for fact in known:
            if fact.name in fold.listens:
                fold.evolve(state, fact)
        for rule in (r for r in rules if r.id in only):
            for finding in rule.find(state, ParamSets(rule, reference, personal)):
                yield rule.id, finding


def _holds(found: Finding, now: datetime) -> bool:
    return _instant(found.since) <= now and (found.until is None or now < _instant(found.until))


def _instant(value: date | datetime) -> datetime:
    return value if isinstance(value, datetime) else midnight(value)
