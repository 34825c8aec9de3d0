"""A person carried forward fact by fact is the same as one folded whole, whatever the order and the batches."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.facts import Fact
from kernel.params import Reference
from kernel.person import Person
from kernel.person_reader import History
from kernel.react_person import WHOLE, Lane, Planner
from tests.sample.domain import VisitRecorded, units
from tests.sample.facts import Retracted, fact, visit


def owned() -> Lane:
    return Lane("", 1, 0, datetime(2026, 3, 2, tzinfo=UTC), Reference())


def rows(person: Person) -> list[dict[str, Any]]:
    return sorted(person.rows["visit_log"], key=lambda r: r["day"])


@st.composite
def histories(draw: st.DrawFn) -> list[Fact]:
    facts: list[Fact] = []
    for n in range(1, draw(st.integers(1, 12))):
        kind = draw(st.sampled_from(["visit", "visit", "visit", "correct", "retract", "office"]))
        day, came = draw(st.integers(2, 6)), draw(st.booleans())
        earlier = f"f{draw(st.integers(1, n))}"
        if kind == "correct":
            facts.append(visit(n, day, came, corrects=earlier))
        elif kind == "retract":
            facts.append(fact(Retracted(id=earlier), n))
        elif kind == "office":
            facts.append(visit(n, day, came, source="urn:polku:4444444-4:s", org_type="municipality"))
        else:
            facts.append(visit(n, day, came))
    return facts


@given(histories(), st.data())
@settings(max_examples=150, deadline=None)
def test_batches_and_order_of_arrival_leave_the_same_state_and_rows(facts: list[Fact], data: st.DataObject) -> None:
    whole = Person(units, facts)
    order = data.draw(st.permutations(facts))
    cut = data.draw(st.integers(0, len(facts)))

    carried = Person(units, order[:cut])
    for single in order[cut:]:
        carried.add([single])

    assert carried.state == whole.state
    assert rows(carried) == rows(whole)


def test_only_what_differs_is_written() -> None:
    person = Person(units, [visit(1, 2, True)])
    person.add([visit(2, 3, False)])

    changed, gone = person.rows["visit_log"].take_changes()

    assert [r["day"] for r in changed] == [date(2026, 3, 3)]
    assert gone == []


def test_a_retraction_takes_the_row_away() -> None:
    person = Person(units, [visit(1, 2, True)])
    person.add([fact(Retracted(id="f1"), 2)])

    assert person.rows["visit_log"].take_changes() == ([], [(date(2026, 3, 2),)])


def test_whoever_was_looked_at_longest_ago_is_forgotten_first_when_there_is_no_room() -> None:
    lane = owned()
    for name in ("first", "second", "third"):
        lane.remember(name, Person(units, []))

    lane.keep_to(2 * WHOLE)
    assert list(lane.persons) == ["second", "third"]

    lane.keep_to(WHOLE - 1)
    assert lane.persons == {}


def test_the_room_that_persons_take_is_counted_right_whatever_becomes_of_them() -> None:
    lane, planner, first = owned(), Planner(units, "9000000-0"), [visit(1, 2, True)]
    merged = [replace(visit(n, n + 1, True), chain=-1) for n in range(2, 9)]
    bad = [fact(VisitRecorded(day=date(2026, 3, 20), came=True, weight=666), 20)]

    def look(name: str, history: History | None, news: list[Fact], **more: bool) -> int:
        planner.plan(lane, name, [], history, news, None, **more)
        assert lane.taken == sum(WHOLE + len(p.facts) for p in lane.persons.values())
        return lane.taken

    assert look("a", History(first), []) == WHOLE + 1, "she is new"
    assert look("a", None, [visit(2, 3, True), visit(3, 4, True)]) == WHOLE + 3, "she is carried forward"
    assert look("b", History(first), []) == 2 * WHOLE + 4
    assert look("b", History([*first, *merged]), [], swept=True) == 2 * WHOLE + 11, "another was merged into her"
    assert look("a", History(first), [], swept=True) == 2 * WHOLE + 9, "she is folded anew from less"
    assert look("b", None, bad) == WHOLE + 1, "she waits"
    assert look("b", History(first), []) == 2 * WHOLE + 2, "she is released"
    assert look("a", History([], dead=True), []) == WHOLE + 1, "she is erased"
    lane.keep_to(WHOLE)
    assert (lane.taken, lane.persons) == (0, {})
