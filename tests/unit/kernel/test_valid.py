"""Which facts count: retracted, corrected, superseded; never by order of arrival."""

from itertools import permutations

import pytest

from kernel.errors import Poison
from kernel.facts import REDACTED, Fact
from kernel.valid import Undecodable, valid
from tests.sample.facts import Retracted, fact, visit


def ids(facts: list[Fact]) -> list[str]:
    return [f.id for f in valid(facts, "referrals")]


def test_a_retraction_takes_its_own_sources_fact_away() -> None:
    assert ids([visit(1, 2, False), fact(Retracted(id="f1"), 2)]) == ["f2"]


def test_a_retraction_by_another_source_takes_nothing_away() -> None:
    stranger = fact(Retracted(id="f1"), 2, source="urn:polku:4444444-4:s")

    assert set(ids([visit(1, 2, False), stranger])) == {"f1", "f2"}


def test_a_retraction_may_arrive_before_what_it_retracts() -> None:
    assert ids([fact(Retracted(id="f9"), 1), visit(9, 2, False)]) == ["f1"]


def test_a_correction_replaces_what_it_names() -> None:
    assert ids([visit(1, 2, False), visit(2, 2, True, corrects="f1")]) == ["f2"]


def test_a_correction_that_is_itself_retracted_gives_the_first_statement_back() -> None:
    facts = [visit(1, 2, False), visit(2, 2, True, corrects="f1"), fact(Retracted(id="f2"), 3)]

    assert set(ids(facts)) == {"f1", "f3"}


def test_corrections_in_a_ring_are_void_and_the_later_statement_wins() -> None:
    assert ids([visit(1, 2, False, corrects="f2"), visit(2, 2, True, corrects="f1")]) == ["f2"]


def test_a_correction_of_itself_is_void() -> None:
    assert ids([visit(1, 2, False, corrects="f1")]) == ["f1"]


def test_of_two_statements_about_one_day_the_better_source_wins_whenever_it_spoke() -> None:
    site, office = visit(1, 2, False), visit(2, 2, True, source="urn:polku:4444444-4:s", org_type="municipality")

    assert ids([site, office]) == ids([office, site]) == ["f1"]


def test_among_equal_sources_the_later_recorded_wins() -> None:
    assert ids([visit(2, 2, True), visit(1, 2, False)]) == ["f2"]


def test_the_order_of_arrival_never_matters() -> None:
    facts = [
        visit(1, 2, False),
        visit(2, 2, True, corrects="f1"),
        visit(3, 3, False),
        fact(Retracted(id="f3"), 4),
        visit(5, 3, True, source="urn:polku:4444444-4:s", org_type="municipality"),
    ]

    outcomes = {tuple(ids(list(order))) for order in permutations(facts)}

    assert len(outcomes) == 1


def test_data_whose_key_was_destroyed_is_passed_over() -> None:
    assert ids([fact(REDACTED, 1, type="fi.polku.visit.recorded.v1"), visit(2, 3, True)]) == ["f2"]


def test_what_cannot_be_read_makes_the_person_wait_unless_it_was_withdrawn() -> None:
    broken = fact(Undecodable("missing", "/data/day"), 1, type="fi.polku.visit.recorded.v1")

    with pytest.raises(Poison) as caught:
        valid([broken], "referrals")

    assert (caught.value.cause, caught.value.pointer, caught.value.id) == ("missing", "/data/day", "f1")
    assert ids([broken, fact(Retracted(id="f1"), 2)]) == ["f2"]
