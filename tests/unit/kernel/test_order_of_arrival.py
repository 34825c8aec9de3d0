"""Whatever order, batches, repeats and restarts facts arrive in, the services' rules and views say the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib import import_module
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.conclude import evaluate
from kernel.discover import events, units
from kernel.facts import Event, Fact
from kernel.journal import KERNEL_TYPES
from kernel.params import Reference
from kernel.person import Person, Units
from kernel.processor import PROCESSORS
from kernel.rules import Rule
from kernel.views import View
from schemas.system.fact_retracted_v1 import FactRetracted
from tests.sample import domain
from tests.sample.domain import VisitRecorded
from tests.sample.facts import SUBJECT

START = datetime(2025, 3, 3, 12, tzinfo=UTC)
INSTANTS = [START + timedelta(days=n) for n in (0, 20, 90, 400)]
REFERENCE = Reference()


@cache
def processor(name: str) -> Units:
    """The units of a service, or of the tiny domain."""
    if name == "visits":
        return domain.units
    package = f"services.{name}"
    fold = import_module(f"{package}.state").fold
    return Units.of(name, fold, units(f"{package}.rules", Rule), units(f"{package}.views", View))


@cache
def facts(name: str) -> tuple[Fact, ...]:
    """Two facts of every type that a service hears, some of which correct others or take them back."""
    heard = processor(name)
    stated: list[Event] = [VisitRecorded(day=date(2025, 3, d), came=d % 3 == 0) for d in (3, 4, 5, 4, 6, 3)]
    if name != "visits":
        classes = [
            c for t, c in sorted(events("schemas").items()) if heard.hears(c.meta.name) and t not in KERNEL_TYPES
        ]
        stated = [c.example() for c in classes if c.meta.person is not False for _ in range(2)]
    found = [_fact(event, n, corrects=f"f{n - 1}" if n % 7 == 3 else None) for n, event in enumerate(stated, 1)]
    gone = [FactRetracted(id=f"f{n}", reason="wrong_person") for n in range(5, len(found), 11)]
    return (*found, *(_fact(event, len(found) + n) for n, event in enumerate(gone, 1)))


def _fact(event: Event, n: int, corrects: str | None = None) -> Fact:
    at = START + timedelta(hours=(n * 37) % 200)
    org_type = next(iter(sorted(event.meta.stated_by)), "")
    source = "urn:polku:9000012-6:s"
    return Fact(1, n, SUBJECT, source, f"f{n}", event.meta.type, at, at, event, corrects=corrects, org_type=org_type)


def says(heard: Units, person: Person) -> tuple[Any, ...]:
    """Rows of all views and everything that is found and holds at some instants, as far as rules are asked again."""
    rows = {name: sorted(map(repr, found)) for name, found in person.rows.items()}
    known = person.found(REFERENCE)
    seen = [evaluate(heard.rules, person.state, REFERENCE, person.personal, now, known) for now in INSTANTS]
    return rows, [(s.wanted, s.next) for s in seen]


@st.composite
def arrivals(draw: st.DrawFn, name: str) -> list[list[Fact]]:
    """All facts in some order, cut into batches, some of them twice."""
    order = draw(st.permutations(facts(name)))
    numbered = [replace(f, seq=n) for n, f in enumerate(order, 1)]
    cuts = sorted(draw(st.sets(st.integers(1, len(numbered)), max_size=6)))
    batches = [numbered[a:b] for a, b in zip([0, *cuts], [*cuts, len(numbered)], strict=True)]
    again = draw(st.lists(st.sampled_from(numbered), max_size=3))
    return [*batches, again]


def carried(heard: Units, batches: Sequence[Sequence[Fact]], restart: int) -> Person:
    """A person as a worker carries her forward; another worker takes over once."""
    person = Person(heard, [])
    for n, batch in enumerate(batches):
        if n == restart:
            person = Person(heard, list(person.facts.values()))
        person.add([f for f in batch if (f.source, f.id) not in person.facts])
        says(heard, person)  # every rule is asked, so that what is told late must make it forget
    return person


@pytest.mark.parametrize("name", ["visits", *PROCESSORS])
def test_order_batches_restarts_and_repeats_leave_the_same_open_set_and_the_same_views(name: str) -> None:
    heard = replace(processor(name), applying=[])
    expected = says(heard, Person(heard, facts(name)))

    @settings(max_examples=12, deadline=None, database=None, derandomize=True)
    @given(arrivals(name), st.integers(0, 6))
    def holds(batches: list[list[Fact]], restart: int) -> None:
        assert says(heard, carried(heard, batches, restart)) == expected

    holds()
    assert len(facts(name)) > 5
