"""Every kind of double work that the simulator plants is found, and nothing that it does not know of."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from kernel.calendar import midnight
from kernel.conclude import evaluate
from kernel.discover import units
from kernel.facts import Event, Fact
from kernel.params import Reference
from kernel.rules import Fold, Rule
from kernel.valid import valid
from schemas.catalogue import catalogue
from services.placements.rules.day_told_differently import rule as told_differently
from services.placements.state import fold as placements
from services.referrals.state import fold as referrals
from simulator.region import Region, load
from simulator.score import compare, doubles_in
from simulator.statement import Statement
from simulator.story import Story, tell

ROOT = Path(__file__).parents[3]
DOUBLE = [r for r in units("services.referrals.rules", Rule) if r.id.startswith("D")]
UNITS: list[tuple[Fold[Any], list[Rule[Any, Any]]]] = [(referrals, DOUBLE), (placements, [told_differently])]


def newest() -> dict[str, type[Event]]:
    """The newest class of each type of fact."""
    return {c.meta.name: c for c in sorted(catalogue().values(), key=lambda c: c.meta.version)}


def fact(said: Statement, n: int, region: Region, kinds: dict[str, type[Event]]) -> Fact:
    """As the door takes it: under the first role of the organisation that may state it."""
    kind = kinds[said.name]
    of_day = next(o for o in region.orgs if o.id == said.org).types_at(said.sent)
    org_type = next(t for t in of_day if t in kind.meta.stated_by)
    data = kind.model_validate_json(json.dumps(said.data))
    about = (str(said.person), said.source, said.id, kind.meta.type, said.time, said.recorded or said.time)
    return Fact(1, n, *about, data, corrects=said.corrects, org_type=org_type)


def found(told: list[tuple[date, Fact]], end: date) -> Iterator[str]:
    """Rules that find something about one person at any moment of the play, told by what had been sent by then."""
    days = sorted({sent for sent, _ in told})
    for day, following in pairwise([*days, end]):
        known = valid([f for sent, f in told if sent <= day], "")
        begins, ends = midnight(day + timedelta(days=1)), midnight(max(following, day + timedelta(days=1)))
        for fold, rules in UNITS:
            state = fold.initial()
            for one in known:
                if one.name in fold.listens:
                    fold.evolve(state, one)
            for rule, finding in evaluate(rules, state, Reference(), [], begins).findings:
                since, until = max(finding.since, begins), finding.until
                if since <= ends and (until is None or until > since):
                    yield rule


@pytest.fixture(scope="module")
def play() -> tuple[Region, Story]:
    region = load(ROOT / "deploy" / "organisations.toml")
    return region, tell(region, 1, date(2026, 3, 2), 5, 1)


def test_precision_and_recall_are_one_for_every_kind_of_double_work(play: tuple[Region, Story]) -> None:
    region, story = play
    kinds = newest()
    told: dict[int, list[tuple[date, Fact]]] = defaultdict(list)
    for n, said in enumerate(story.statements):
        if said.person is not None and not (said.wrong or said.raw or said.twice):
            told[said.person].append((said.sent, fact(said, n, region, kinds)))

    shown: dict[str, set[int]] = defaultdict(set)
    for person, facts in told.items():
        for rule in found(facts, story.setting.end):
            shown[rule].add(person)

    scores = compare(doubles_in(story), shown)
    assert {s.rule for s in scores if s.expected} >= {f"D{n:02d}" for n in range(1, 19)}
    assert [(s.rule, s.missed, s.unexpected) for s in scores if (s.precision, s.recall) != (1.0, 1.0)] == []
