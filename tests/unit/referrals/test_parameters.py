"""Numbers of the rules: what is agreed from a day on counts for what is decided on that day, and for nothing before."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from kernel.rules import Rule
from schemas.rule_parameters.set_v1 import RuleParametersSet
from schemas.system.fact_retracted_v1 import FactRetracted
from services.referrals.rules.absence_asked_twice import rule as absence
from services.referrals.rules.appointments_overlap import rule as appointments
from services.referrals.rules.document_asked_twice import rule as document
from services.referrals.rules.employment_plan_instead import rule as instead
from services.referrals.rules.handover_unconfirmed import rule as handover
from services.referrals.rules.multisector_plan_overdue import rule as multisector
from services.referrals.rules.own_worker_missing import rule as missing
from services.referrals.rules.own_workers_conflict import rule as conflict
from services.referrals.rules.places_overlap import rule as places
from services.referrals.rules.review_booked_twice import rule as booked
from services.referrals.rules.reviewed_already import rule as reviewed
from services.referrals.rules.two_assessments import rule as assessments
from services.referrals.rules.two_own_workers import rule as workers
from services.referrals.rules.two_plans import rule as plans
from services.referrals.rules.worker_bypassed import rule as bypassed
from tests.unit.given import AUTHORITY, COUNTY, Story
from tests.unit.referrals.story import (
    MONDAY,
    ONE,
    OTHER_PLAN,
    PLAN,
    TEAM,
    TWO,
    later,
    lives_on,
    named,
    planned,
    prepared,
    story,
)
from tests.unit.referrals.test_asked_twice import called_twice, requested
from tests.unit.referrals.test_meetings_twice import appointment, at, book, held, in_force, twice
from tests.unit.referrals.test_nobody_works import both, case
from tests.unit.referrals.test_services_twice import assessed, completed, two_places
from tests.unit.referrals.test_two_plans import employment_plan
from tests.unit.referrals.test_waiting import handed, supported


@dataclass(frozen=True)
class Agreed:
    """With these numbers the rule finds nothing in a story in which it else finds something by `decides`."""

    rule: Rule[Any, Any]
    numbers: Mapping[str, Any]
    tell: Callable[[], Story]
    decides: date
    now: date


def reviewed_early() -> Story:
    return held(book(in_force(), ONE, MONDAY, AUTHORITY, later(24)), later(4), COUNTY)


def two_documents() -> Story:
    return requested(requested(story(), ONE, MONDAY, COUNTY), TWO, later(5), AUTHORITY)


def after_another() -> Story:
    return assessed(completed(story(), ONE, MONDAY, COUNTY), TWO, later(20), AUTHORITY)


def at_once() -> Story:
    return appointment(appointment(story(), ONE, AUTHORITY, at(later(12))), TWO, COUNTY, at(later(12), 8, 20))


def within_a_week() -> Story:
    return planned(planned(story(), PLAN, MONDAY, AUTHORITY), OTHER_PLAN, later(10), COUNTY)


def on_assistance() -> Story:
    told = lives_on(planned(story(), PLAN, later(-3), TEAM, "multisector_employment_plan"), "basic_allowance", MONDAY)
    return employment_plan(later(2), told)


TABLE = (
    Agreed(plans, {"lead_days": 10}, within_a_week, later(10), later(11)),
    Agreed(bypassed, {"invite_days": 60}, lambda: prepared(story(), MONDAY), MONDAY, later(20)),
    Agreed(instead, {"replacing": []}, on_assistance, later(2), later(3)),
    Agreed(assessments, {"gap_days": 19}, after_another, later(20), later(21)),
    Agreed(booked, {"within_days": 4}, lambda: twice(5), later(2), later(3)),
    Agreed(reviewed, {"within_days": 19}, reviewed_early, later(4), later(5)),
    Agreed(absence, {"gap_days": 0}, lambda: called_twice(1), MONDAY, later(2)),
    Agreed(places, {"days_per_week": 5}, lambda: two_places(("mon", "tue"), ("wed", "thu", "fri")), later(5), later(6)),
    Agreed(appointments, {"minutes": 30}, at_once, later(12), later(2)),
    Agreed(workers, {"same_task": []}, lambda: both(role="social_worker"), later(5), later(6)),
    Agreed(document, {"gap_days": 4}, two_documents, later(5), later(6)),
    Agreed(handover, {"days": 30}, handed, MONDAY, later(20)),
    Agreed(missing, {"working_days": 20}, case, MONDAY, later(10)),
    Agreed(conflict, {"at_once": 2}, both, later(5), later(6)),
    Agreed(multisector, {"months": 6}, supported, date(2026, 1, 31), date(2026, 6, 1)),
)


@pytest.mark.parametrize("agreed", TABLE, ids=lambda a: a.rule.id)
def test_other_numbers_count_from_their_day_on(agreed: Agreed) -> None:
    assert len(agreed.tell().open(agreed.rule, agreed.now)) == 1

    for valid_from, found in ((agreed.decides, 0), (agreed.decides.replace(year=2027), 1)):
        told = agreed.tell()
        numbers: Any = {"rule": agreed.rule.parameters or agreed.rule.id, "params": dict(agreed.numbers)}
        told.agreed(RuleParametersSet.model_validate({**numbers, "valid_from": valid_from}), on=MONDAY)
        assert len(told.open(agreed.rule, agreed.now)) == found


@pytest.mark.parametrize("agreed", TABLE, ids=lambda a: a.rule.id)
def test_nothing_is_found_once_everything_has_been_taken_back(agreed: Agreed) -> None:
    told = agreed.tell()
    for fact in list(told.facts):
        said = FactRetracted(id=fact.id, reason="wrong_person")
        told.told(said, on=agreed.now, by=(fact.org, fact.org_type))

    assert told.open(agreed.rule, agreed.now) == {}


@pytest.mark.parametrize("agreed", TABLE, ids=lambda a: a.rule.id)
def test_the_order_of_arrival_changes_nothing(agreed: Agreed) -> None:
    told = agreed.tell()
    turned = Story(told.fold, told.facts[::-1], told.reference)

    assert turned.open(agreed.rule, agreed.now) == told.open(agreed.rule, agreed.now)


def test_the_legitimate_pair_of_basic_and_supplementary_social_assistance_is_silent() -> None:
    told = lives_on(lives_on(story(), "basic_social_assistance", MONDAY), "supplementary_social_assistance", later(1))

    assert {k for a in TABLE for k in told.open(a.rule, later(30))} == set()
    assert named(told, MONDAY).open(workers, later(30)) == {}
