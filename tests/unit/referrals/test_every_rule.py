"""No rule or view of the referrals stumbles over any fact that may be stated, alone or with all others."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import Any

import pytest

from kernel.conclude import evaluate
from kernel.discover import units
from kernel.facts import Event, Fact
from kernel.params import Reference
from kernel.rules import Rule
from kernel.views import Rows, View
from schemas.catalogue import catalogue
from services.referrals.state import fold
from services.referrals.suspect import SETTLED

NOON = datetime(2025, 3, 4, 10, tzinfo=UTC)
LAST = NOON + timedelta(days=400)
ORG_TYPES = ("wellbeing_county", "employment_authority")


@cache
def rules() -> list[Rule[Any, Any]]:
    return units("services.referrals.rules", Rule)


def facts(step: timedelta = timedelta(hours=7)) -> list[Fact]:
    """An example of every type of fact that is heard, by two organisations after each other."""
    made = [(c.example(), n, m) for n, c in enumerate(catalogue().values()) for m in (0, 1)]
    return [_fact(event, n, m, NOON + step * (n + 100 * m)) for event, n, m in made]


def _fact(event: Event, n: int, m: int, at: datetime) -> Fact:
    source = f"urn:polku:{('9000003-8', '9000004-6')[m]}:s"
    return Fact(
        0 if event.meta.person is False else 1,
        n,
        "s",
        source,
        f"{n}-{m}",
        event.meta.type,
        at,
        at,
        event,
        org_type=ORG_TYPES[m],
    )


def found(told: list[Fact]) -> int:
    state = fold.initial()
    for fact in sorted(told, key=lambda f: f.order):
        if fact.name in fold.listens:
            fold.evolve(state, fact)
    return len(evaluate(rules(), state, Reference(), [], LAST).findings)


def test_every_fact_may_come_alone() -> None:
    for fact in (f for f in facts() if f.name in fold.listens):
        found([fact])


def test_all_facts_together_find_the_same_in_every_order_of_arrival() -> None:
    every = facts()

    assert found(every) == found(every[::-1]) == found(every[::2] + every[1::2]) > 5


@pytest.mark.parametrize("rule", rules(), ids=lambda r: r.id)
def test_a_rule_listens_to_all_that_it_may_look_at_and_to_no_more_than_the_fold(rule: Rule[Any, Any]) -> None:
    reference = {"responsibility.agreed", "org.deactivated", "closing_days.set", "rule_parameters.set"}

    assert rule.listens - fold.listens <= reference
    assert rule.name != "duplicate_work.detected" or rule.listens >= SETTLED
    assert rule.params.model_dump() == type(rule.params)().model_dump()


def test_a_finding_has_one_key_for_each_matter_that_is_open_at_once() -> None:
    state = fold.initial()
    for fact in sorted(facts(), key=lambda f: f.order):
        if fact.name in fold.listens:
            fold.evolve(state, fact)

    for rule in rules():
        held = evaluate([rule], state, Reference(), [], LAST)
        spans: dict[str, list[Any]] = {}
        for _, finding in held.findings:
            spans.setdefault(finding.key, []).append(finding)
        for same in spans.values():
            ordered = sorted(same, key=lambda f: f.since)
            assert all(a.until is not None and a.until <= b.since for a, b in pairwise(ordered)), rule.id


@pytest.mark.parametrize("view", units("services.referrals.views", View), ids=lambda v: v.name)
def test_every_view_takes_every_fact(view: View) -> None:
    rows = Rows(view.key)
    for fact in (replace(f, own=False) for f in facts()):
        for handler in view.handlers.get(fact.name, ()):
            handler(rows, fact)

    names = {c.name for c in view.columns} | {"subject"}
    assert all(set(row) <= names for row in rows)
