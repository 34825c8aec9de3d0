"""A person carried forward finds what a person folded anew finds, though only rules that are concerned are asked."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from kernel.calendar import midnight
from kernel.conclude import Seen, evaluate
from kernel.discover import units
from kernel.facts import Event, Fact
from kernel.params import ParamSets, Reference
from kernel.person import Person, Units
from kernel.rules import Rule
from kernel.views import View
from schemas.organisations.closing_days_set_v1 import ClosingDaysSet
from services.placements.state import fold as placements
from services.referrals.state import fold as referrals
from tests.streams.test_golden_histories import STREAMS, Expected, lines

FOLDS = {"placements": placements, "referrals": referrals}
UNITS = {
    name: Units.of(name, fold, units(f"services.{name}.rules", Rule), units(f"services.{name}.views", View))
    for name, fold in FOLDS.items()
}


def told(stream: Path) -> list[Fact]:
    facts = sorted((f for f in lines(stream) if not isinstance(f, Expected)), key=lambda f: f.recorded)
    return [replace(f, id=f"{f.id}-{n}") if f.id in {o.id for o in facts[:n]} else f for n, f in enumerate(facts)]


def plain(seen: Seen) -> Any:
    return {n: c.model_dump(mode="json") for n, c in seen.wanted.items()}, seen.expired, seen.next


@pytest.mark.parametrize("stream", STREAMS, ids=lambda s: s.stem)
@pytest.mark.parametrize("processor", UNITS)
def test_replay_equals_live(processor: str, stream: Path) -> None:
    parts, reference, facts = UNITS[processor], Reference(), told(stream)
    live = Person(parts, facts[:1])
    for at, fact in enumerate(facts[1:], start=2):
        live.add([fact])
        now = max(midnight(f.recorded.date()) for f in facts[:at])
        seen = evaluate(parts.rules, live.state, reference, live.personal, now, live.found(reference))
        anew = Person(parts, facts[:at])

        assert plain(seen) == plain(evaluate(parts.rules, anew.state, reference, anew.personal, now)), fact.name
        for view in parts.views:
            if not view.forecasts:
                rows = sorted(map(json_of, live.rows[view.name])), sorted(map(json_of, anew.rows[view.name]))
                assert rows[0] == rows[1], view.name


def json_of(row: dict[str, Any]) -> str:
    return json.dumps(row, sort_keys=True, default=str)


def policy(said: Event) -> Fact:
    at = datetime(2026, 1, 2, 9, tzinfo=UTC)
    return Fact(0, 1, None, "urn:polku:9000003-8:case-system", "policy", said.meta.type, at, at, said)


def test_a_new_policy_asks_those_rules_again_that_hear_of_it() -> None:
    parts, facts = UNITS["placements"], told(STREAMS[0])
    person, before = Person(parts, facts), Reference()
    evaluate(
        parts.rules, person.state, before, person.personal, midnight(facts[-1].recorded.date()), person.found(before)
    )
    assert set(person.found(before)) == {r.id for r in parts.rules}

    after = Reference([policy(ClosingDaysSet.example())], 1)

    assert set(person.found(after)) == {r.id for r in parts.rules if "closing_days.set" not in r.listens}
    assert set(person.found(Reference((), 2))) <= set(person.found(after)), "what was asked for again stays so"


class Asking(ParamSets[Any]):
    """Parameters that remember of which reference facts a rule wants to know."""

    def reference(self, kind: type[Event]) -> list[Fact]:
        ASKED.add(kind.meta.name)
        return super().reference(kind)


ASKED: set[str] = set()


@pytest.mark.parametrize("stream", STREAMS, ids=lambda s: s.stem)
@pytest.mark.parametrize("processor", UNITS)
def test_a_rule_hears_of_every_policy_that_it_reads(processor: str, stream: Path) -> None:
    parts, facts, reference = UNITS[processor], told(stream), Reference()
    asked: set[str] = set()
    for at in range(1, len(facts) + 1):
        state = Person(parts, facts[:at]).state
        for rule in parts.rules:
            ASKED.clear()
            list(rule.find(state, Asking(rule, reference)))
            assert rule.listens >= ASKED, rule.id
            asked |= ASKED
    assert asked, "nothing was asked for"
