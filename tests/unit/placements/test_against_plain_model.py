"""The rules find on every day what the plain model finds, whatever was told and in whatever order it came."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.person import Person, Units
from services.placements.rules import absence_count, absence_rate, no_show_row
from services.placements.state import fold
from tests.unit.given import Story, days
from tests.unit.placements import plain_model
from tests.unit.placements.plain_model import Life, Told
from tests.unit.placements.story import DOUBLE, KEY, day, placed

START = date(2026, 1, 12)  # no public holiday falls on the days until Easter
SPAN = 70
NAMES = ("mon", "tue", "wed", "thu", "fri")

a_day = st.builds(
    Told,
    status=st.sampled_from(["absent"] * 5 + ["present"] * 6 + ["service_not_provided", "swapped"]),
    reason=st.sampled_from([None, "unknown", "own_illness", "agreed_leave"]),
    notified=st.booleans(),
)
lives = st.builds(
    Life,
    start=st.just(START),
    weekdays=st.sets(st.integers(0, 4), min_size=1, max_size=4).map(frozenset),
    told=st.dictionaries(st.integers(0, SPAN - 1).map(lambda n: START + timedelta(days=n)), a_day, min_size=10),
)


def story_of(life: Life) -> Story:
    told = placed(tuple(NAMES[w] for w in sorted(life.weekdays)), start=life.start)
    for on, one in life.told.items():
        notice = {"reason": one.reason, "notified_by_client": one.notified} if one.status == "absent" else {}
        told.told(day(on, one.status, **notice), on=on)
    return told


@pytest.mark.parametrize(
    ("rule", "model"),
    [
        (absence_count.rule, plain_model.count_open),
        (no_show_row.rule, plain_model.row_open),
        (absence_rate.rule, plain_model.rate_open),
    ],
    ids=["R-ABS-1", "R-ABS-2", "R-ABS-3"],
)
@settings(max_examples=12, deadline=None)
@given(life=lives)
def test_the_rule_agrees_with_the_plain_model(rule: Any, model: Any, life: Life) -> None:
    told = story_of(life)

    for now in days(START + timedelta(days=SPAN - 14), START + timedelta(days=SPAN)):
        expected = {k for k, step in ((KEY, 1), (DOUBLE, 2)) if model(life, now, step)}
        assert set(told.before(now).open(rule, now)) == expected, now


@settings(max_examples=15, deadline=None)
@given(life=lives, order=st.randoms(use_true_random=False))
def test_facts_taken_one_by_one_in_any_order_make_the_same_state(life: Life, order: Any) -> None:
    facts = story_of(life).facts
    shuffled = list(facts)
    order.shuffle(shuffled)
    units = Units.of("placements", fold, (), ())

    person = Person(units, ())
    for fact in shuffled:
        person.add([fact])

    assert person.state == Person(units, facts).state
