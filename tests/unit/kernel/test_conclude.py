"""The difference between what is found now and what was said before."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest

from kernel.conclude import Difference, evaluate, remember
from kernel.facts import Conclusion, Fact, name_of
from kernel.journal import NewFact
from kernel.params import Reference
from kernel.processor import check_strata
from kernel.rules import Finding, Params, Resolved, Rule
from tests.sample.domain import State, rule
from tests.sample.facts import SUBJECT, fact, said

NOW = datetime(2026, 3, 10, tzinfo=UTC)
RULES = {"V-1": rule}


def state(**days: bool) -> State:
    return State({date(2026, 3, int(d[1:])): came for d, came in days.items()})


def difference(**more: object) -> Difference:
    values = {"processor": "referrals", "operator": "1111111-1", "subject": SUBJECT, "now": NOW, "cause": "c"}
    return Difference(**{**values, **more})  # type: ignore[arg-type]  # test values


def told(seen_state: State, *facts: Fact, now: datetime = NOW, **more: object) -> list[NewFact]:
    seen = evaluate([rule], seen_state, Reference(), [], now)
    return difference(**more).facts(RULES, seen, remember(facts, RULES))


def read(fact: NewFact) -> Conclusion:
    return Conclusion.model_validate_json(fact.data)


def as_fact(new: NewFact, n: int) -> Fact:
    return fact(read(new), n, source=new.source, type=new.type, own=True, id=new.id)


def test_a_finding_that_holds_and_was_not_told_is_raised_under_the_rules_own_type() -> None:
    (raised,) = told(state(d2=False, d3=False))

    assert name_of(raised.type) == "visits.missed"
    assert (read(raised).rule, read(raised).m, read(raised).facts) == ("V-1", 1, {"from": "2026-03-02"})
    assert raised.attributes == {"causationid": "c"}


def test_nothing_is_raised_before_its_instant_and_the_instant_is_the_next_wake_up() -> None:
    early = datetime(2026, 3, 3, 12, tzinfo=UTC)

    assert told(state(d2=False, d3=False), now=early) == []
    assert evaluate([rule], state(d2=False, d3=False), Reference(), [], early).next == datetime(
        2026, 3, 3, 22, tzinfo=UTC
    )


def test_what_was_told_and_still_holds_is_not_told_again() -> None:
    (raised,) = told(state(d2=False, d3=False))

    assert told(state(d2=False, d3=False), as_fact(raised, 1)) == []


def test_different_content_changes_the_open_raise() -> None:
    (raised,) = told(state(d2=False, d3=False))
    (changed,) = told(state(d3=False, d4=False), as_fact(raised, 1))

    assert name_of(changed.type) == "finding.changed"
    assert (read(changed).raised, read(changed).m) == (raised.id, 2)


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({}, "resolved"),
        ({"why": lambda _, __: "corrected"}, "corrected"),
        ({"why": lambda _, __: "corrected", "merged": True}, "merged"),
    ],
)
def test_what_no_longer_holds_is_withdrawn_with_the_first_reason_that_fits(more: dict[str, Any], reason: str) -> None:
    (raised,) = told(state(d2=False, d3=False))
    (withdrawn,) = told(state(d2=True), as_fact(raised, 1), **more)

    assert (name_of(withdrawn.type), read(withdrawn).reason, read(withdrawn).raised) == (
        "finding.withdrawn",
        reason,
        raised.id,
    )


def test_a_second_raise_has_an_id_of_its_own() -> None:
    (raised,) = told(state(d2=False, d3=False))
    (withdrawn,) = told(state(d2=True), as_fact(raised, 1))
    (again,) = told(state(d2=False, d3=False), as_fact(raised, 1), as_fact(withdrawn, 2))

    assert read(again).m == 3
    assert len({raised.id, withdrawn.id, again.id}) == 3


def test_a_repeated_reaction_gives_the_same_ids() -> None:
    assert told(state(d2=False, d3=False))[0].id == told(state(d2=False, d3=False))[0].id


def test_of_two_open_raises_after_a_merge_one_stays() -> None:
    open_twice = [said(1, "visits.missed", 1), said(2, "visits.missed", 1)]
    (withdrawn, changed) = sorted(
        told(state(d2=False, d3=False), *open_twice), key=lambda f: name_of(f.type), reverse=True
    )

    assert read(withdrawn).reason == "merged"
    assert read(changed).raised == "f1"


def nothing(_state: State, _params: Resolved[Params]) -> Iterator[Finding]:
    yield from ()


def test_units_that_conclude_in_a_circle_are_refused_at_the_start() -> None:
    def unit(id_: str, name: str, *listens: str) -> Rule[State, Params]:
        return Rule(id=id_, version=1, name=name, params=Params(), find=nothing, listens=frozenset(listens))

    check_strata([unit("A", "a"), unit("B", "b", "a"), unit("C", "c", "b")], lambda r: r.listens)
    with pytest.raises(ValueError, match="A → B → A"):
        check_strata([unit("A", "a", "b"), unit("B", "b", "a")], lambda r: r.listens)
    with pytest.raises(ValueError, match="A listens to what it concludes itself"):
        check_strata([unit("A", "a", "a")], lambda r: r.listens)
