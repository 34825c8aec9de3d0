"""Why something is withdrawn does not depend on which facts came in one batch."""

from collections.abc import Sequence
from dataclasses import replace

from kernel.facts import Conclusion, Fact
from kernel.matter import Name
from kernel.params import Reference
from kernel.person import Person
from kernel.react_person import guarded
from kernel.reasons import Reasons
from tests.sample.domain import VisitRecorded, units
from tests.sample.facts import START, Retracted, fact, said, visit

ROW: Name = ("V-1", "row")
NOW = START.replace(day=10)
MISSED = [visit(1, 2, False), visit(2, 3, False)]


def why(facts: Sequence[Fact], *, swept: bool = False) -> str:
    every = [*MISSED, said(3, "visits.missed", 1), *facts]
    return Reasons(units, Person(units, every), Reference(), NOW, guarded, swept).why(ROW, "f3")


def test_a_correction_that_took_the_cause_away_is_the_reason_whatever_came_after_it() -> None:
    corrected = visit(4, 3, True, corrects="f2")

    assert why([corrected]) == "corrected"
    assert why([corrected, visit(5, 6, True), visit(6, 7, True)]) == "corrected"
    assert why([fact(Retracted(id="f2"), 4)]) == "corrected"


def test_a_correction_that_has_nothing_to_do_with_it_is_not_the_reason() -> None:
    other = [visit(4, 9, True), visit(5, 9, False, corrects="f4")]
    newer = visit(6, 3, True)  # another statement about the day, which wins without correcting

    assert why([*other, newer]) == "resolved"


def test_what_was_corrected_before_it_was_raised_is_not_the_reason() -> None:
    before = replace(visit(1, 4, True, corrects="f2"), seq=0, id="f0")

    assert why([before, visit(5, 3, True)]) == "resolved"


def test_a_fact_that_could_not_be_read_before_its_correction_stops_nobody() -> None:
    broken = fact(VisitRecorded(day=START.date().replace(day=5), came=True, weight=666), 4)

    assert why([broken, visit(5, 3, True, corrects="f4")]) == "corrected"


def test_what_new_rules_do_not_find_any_more_says_so() -> None:
    assert why([visit(4, 9, True)], swept=True) == "rule_changed"


def test_an_alert_is_withdrawn_for_the_reason_of_what_it_told() -> None:
    above = replace(units.rules[0], id="A-1", name="alarm.raised", listens=frozenset({"visits.missed"}))
    both = replace(units, rules=[*units.rules, above], by_id={**units.by_id, "A-1": above})
    alarm = Conclusion(rule="A-1", rule_version=1, key="row", m=1, since=START)
    facts = [
        *MISSED,
        said(3, "visits.missed", 1),
        fact(alarm, 4, source="urn:polku:1111111-1:polku-referrals", type="fi.polku.alarm.raised.v1", own=True),
        said(5, "finding.withdrawn", 2, raised="f3", reason="corrected"),
    ]

    assert Reasons(both, Person(both, facts), Reference(), NOW, guarded).why(("A-1", "row"), "f4") == "corrected"
