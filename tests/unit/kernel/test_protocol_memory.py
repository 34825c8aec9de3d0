"""What a unit remembers, and what a person looks like, when keys are destroyed or two refs have said the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from kernel.conclude import remember
from kernel.facts import REDACTED, Fact
from kernel.person import Person, Units
from kernel.rules import Fold
from tests.sample import domain
from tests.sample.facts import START, fact, said, visit


def test_of_two_open_raises_the_one_older_in_time_is_kept_whichever_ref_had_it() -> None:
    late = replace(said(1, "visits.missed", 1), id="late", chain=-1, time=START + timedelta(days=1))
    early = replace(said(9, "visits.missed", 1), id="early", time=START)

    memory = remember([late, early], {"V-1": domain.rule})

    assert list(memory.open["V-1", "row"]) == ["early", "late"]


def test_an_end_whose_key_was_destroyed_ends_nothing_and_does_no_harm() -> None:
    rule = replace(domain.rule, ended_by={"visit.closed": lambda data: str(data.alert_id)})
    end = fact(REDACTED, 2, type="fi.polku.visit.closed.v1", own=True)

    memory = remember([said(1, "visits.missed", 1), end], {"V-1": rule})

    assert list(memory.open["V-1", "row"]) == ["f1"]


def test_a_conclusion_whose_key_was_destroyed_is_passed_over_by_a_person_who_is_carried_forward() -> None:
    seen: list[Fact] = []
    fold = Fold(domain.State, lambda _, f: seen.append(f), frozenset({"visit.recorded", "visits.missed"}))
    person = Person(Units.of("referrals", fold, [domain.rule], [domain.view]), [visit(1, 2, False)])

    person.add([replace(said(2, "visits.missed", 1), data=REDACTED)])

    assert all(f.data is not REDACTED for f in seen)
