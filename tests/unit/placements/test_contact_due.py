"""R-REV-2, R-REV-3 and R-REV-4: how often she is to be met, as it was agreed."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from kernel.calendar import midnight
from kernel.facts import Event
from schemas.assessments.held_v1 import AssessmentHeld
from schemas.contacts.logged_v1 import ContactLogged
from schemas.fields import Scope
from schemas.placements.agreed_v1 import PlacementAgreed
from schemas.placements.extended_v1 import PlacementExtended
from schemas.plans.parties import Signature
from schemas.plans.signed_v1 import PlanSigned
from schemas.review_policies.set_v1 import ReviewPolicySet
from schemas.reviews.held_v1 import ReviewHeld
from schemas.reviews.scheduled_v1 import ReviewScheduled
from schemas.rule_parameters.set_v1 import RuleParametersSet
from schemas.services.resumed_v1 import ServiceResumed
from schemas.services.suspended_v1 import ServiceSuspended
from services.placements.rules.contact_due import rule
from services.placements.rules.review_overdue import rule as overdue
from tests.unit.given import COUNTY, WORKSHOP, By, Story
from tests.unit.placements.story import PLACEMENT, SITE, march, story

REVIEW = UUID("0d8f6f0e-7c1b-4a53-9a0e-2f5d1c3b7a04")
BEGUN, END = date(2026, 1, 31), date(2026, 10, 30)
OTHER_COUNTY = ("9000004-6", "wellbeing_county")


def begun(end: date = END) -> Story:
    agreed = PlacementAgreed(placement_id=PLACEMENT, site_id=SITE, start_on=BEGUN, end_on=end, provider_org=WORKSHOP[0])
    return story().told(agreed, on=BEGUN, by=COUNTY)


def policy(kind: str, first: date = date(2025, 1, 1), **more: Any) -> ReviewPolicySet:
    return ReviewPolicySet.model_validate({"kind": kind, "valid_from": first, **more})


def met(told: Story, on: date, by: By = COUNTY, mode: str = "phone") -> Story:
    said = ContactLogged.model_validate({"mode": mode, "direction": "out", "purpose_code": "follow_up", "on": on})
    return told.told(said, on=on, by=by)


def booked(told: Story, on: date, stated: date) -> Story:
    at = datetime(on.year, on.month, on.day, 9, tzinfo=UTC)
    review = ReviewScheduled(
        review_id=REVIEW, placement_id=PLACEMENT, kind="contact", starts_at=at, place_mode="site_visit"
    )
    return told.told(review, on=stated, by=COUNTY)


def due(told: Story, now: date) -> dict[str, str]:
    found = told.open(rule, now).values()
    return {str(c.facts["kind"]): str(c.facts["due_on"]) for c in found}


def test_without_any_agreement_she_is_met_every_three_months() -> None:
    told = begun()

    assert due(told, date(2026, 4, 30)) == {}
    (found,) = told.open(rule, date(2026, 5, 1)).values()
    assert (found.since, found.facts["due_on"], found.facts["level"]) == (
        midnight(date(2026, 5, 1)),
        "2026-04-30",
        "default",
    )


@pytest.mark.parametrize("mode", ["phone", "site_visit", "office_visit"])
def test_any_way_of_being_in_touch_is_a_contact(mode: str) -> None:
    assert due(met(begun(), march(15), mode=mode), date(2026, 6, 15)) == {}
    assert due(met(begun(), march(15), mode=mode), date(2026, 6, 16)) == {"max_interval": "2026-06-15"}


def test_a_review_that_was_held_is_a_contact_and_the_sites_own_word_is_none() -> None:
    held = ReviewHeld(review_id=REVIEW, placement_id=PLACEMENT, kind="plan_review", mode="site_visit")

    assert due(begun().told(held, on=march(15), by=COUNTY), date(2026, 5, 1)) == {}
    assert due(met(begun(), march(15), by=WORKSHOP), date(2026, 5, 1)) == {"max_interval": "2026-04-30"}


def test_the_client_comes_before_the_site_before_the_organiser_before_the_region() -> None:
    told = begun()

    def level() -> tuple[str, str]:
        (found,) = told.open(rule, date(2027, 1, 1) - timedelta(days=70)).values()
        return str(found.facts["level"]), str(found.facts["due_on"])

    told.agreed(policy("max_interval", interval_months=8, scope=Scope(region="14")), on=BEGUN, by=OTHER_COUNTY)
    assert level() == ("region", "2026-09-30")
    told.agreed(policy("max_interval", interval_months=6), on=BEGUN)
    assert level() == ("organiser", "2026-07-31")
    told.agreed(policy("max_interval", interval_months=4, scope=Scope(site=str(SITE))), on=BEGUN)
    assert level() == ("site", "2026-05-31")
    told.told(policy("max_interval", interval_months=1), on=BEGUN, by=COUNTY)
    assert level() == ("client", "2026-02-28")


def test_what_another_organiser_agreed_for_its_own_clients_is_not_asked_of_her() -> None:
    told = begun().agreed(policy("max_interval", interval_months=1), on=BEGUN, by=OTHER_COUNTY)

    assert due(told, date(2026, 5, 1)) == {"max_interval": "2026-04-30"}


def test_a_usual_interval_is_told_softly() -> None:
    told = begun().agreed(policy("usual_interval", interval_months=6), on=BEGUN)

    (found,) = told.open(rule, date(2026, 8, 1)).values()
    assert (found.facts["kind"], found.facts["priority"]) == ("usual_interval", "low")


def test_on_demand_asks_for_nothing_until_something_newer_is_agreed() -> None:
    told = begun().agreed(policy("max_interval", interval_months=1), on=BEGUN)
    told.agreed(policy("on_demand", date(2026, 2, 1)), on=BEGUN)
    assert due(told, date(2026, 10, 1)) == {}

    told.agreed(policy("usual_interval", date(2026, 6, 1), interval_months=6), on=BEGUN)
    assert due(told, date(2026, 10, 1)) == {"usual_interval": "2026-07-31"}


@pytest.mark.parametrize(
    ("contacts", "expected"),
    [
        ([], "2026-04-30"),
        ([march(1)], "2026-04-30"),
        ([march(1), march(20)], "2026-06-01"),
    ],
)
def test_so_many_times_within_a_window_that_slides_on(contacts: list[date], expected: str) -> None:
    told = begun().agreed(policy("n_times_per_window", n_min=2, n_max=3, window_months=3), on=BEGUN)
    for one in contacts:
        met(told, one)

    assert due(told, date.fromisoformat(expected)) == {}
    assert due(told, date.fromisoformat(expected) + timedelta(days=1)) == {"n_times_per_window": expected}


def test_at_a_contract_event_she_is_met_within_two_weeks() -> None:
    told = begun().agreed(policy("at_contract_event"), on=BEGUN)
    assert due(told, date(2026, 2, 15)) == {"at_contract_event": "2026-02-14"}
    assert due(told, date(2026, 2, 14)) == {}
    assert due(met(told, date(2026, 2, 14)), date(2026, 2, 20)) == {}

    told.told(PlacementExtended(placement_id=PLACEMENT, end_on=date(2026, 12, 31)), on=date(2026, 6, 1), by=COUNTY)
    assert due(told, date(2026, 6, 20)) == {"at_contract_event": "2026-06-15"}


def test_a_late_meeting_after_a_contract_event_is_one_too() -> None:
    told = begun().agreed(policy("at_contract_event"), on=BEGUN)
    assert due(told, date(2026, 3, 1)) != {}

    assert due(met(told, date(2026, 3, 2)), date(2026, 3, 3)) == {}


@pytest.mark.parametrize(("end", "found"), [(date(2026, 7, 30), True), (date(2026, 7, 29), False)])
def test_a_period_of_six_months_has_an_interim_assessment_at_its_midpoint(end: date, *, found: bool) -> None:
    told = begun(end).agreed(policy("by_period_length"), on=BEGUN)

    assert due(told, date(2026, 5, 2)) == ({"by_period_length": "2026-05-01"} if found else {})


def test_an_assessment_after_the_first_quarter_is_the_interim_one() -> None:
    def assessed(on: date) -> Story:
        told = begun().agreed(policy("by_period_length"), on=BEGUN)
        return told.told(AssessmentHeld(placement_id=PLACEMENT), on=on, by=COUNTY)

    assert due(assessed(date(2026, 5, 1)), date(2026, 8, 1)) == {}
    assert due(assessed(date(2026, 2, 15)), date(2026, 8, 1)) == {"by_period_length": "2026-06-16"}


def test_before_the_period_ends_the_plan_is_gone_through() -> None:
    told = begun().agreed(policy("before_period_end"), on=BEGUN)
    assert due(told, END - timedelta(days=28)) == {}
    assert due(told, END - timedelta(days=27)) == {"before_period_end": "2026-10-02"}

    held = ReviewHeld(review_id=REVIEW, placement_id=PLACEMENT, kind="plan_review", mode="site_visit")
    assert due(told.told(held, on=END - timedelta(days=60), by=COUNTY), END) == {}


def test_an_extension_moves_what_is_due_before_the_end() -> None:
    told = begun().agreed(policy("before_period_end"), on=BEGUN)
    assert due(told, END - timedelta(days=20)) != {}

    told.told(PlacementExtended(placement_id=PLACEMENT, end_on=END + timedelta(days=90)), on=march(2), by=COUNTY)
    assert due(told, END - timedelta(days=20)) == {}


@pytest.mark.parametrize(("on", "found"), [(date(2026, 5, 14), False), (date(2026, 5, 15), True)])
def test_a_meeting_booked_within_two_weeks_after_is_enough(on: date, *, found: bool) -> None:
    told = booked(begun(), on, march(2))

    assert bool(due(told, date(2026, 5, 5))) is found
    assert due(told, date(2026, 5, 16)) != {}


def test_a_contact_told_late_or_taken_back_counts_from_its_own_day() -> None:
    told = met(begun(), march(15))
    assert due(told, date(2026, 5, 2)) == {}

    assert due(told.retracted(told.last, date(2026, 5, 2), by=COUNTY), date(2026, 5, 2)) != {}


def test_a_policy_that_changes_inside_the_interval_decides_on_its_due_day() -> None:
    shorter = policy("max_interval", date(2026, 3, 15), interval_months=1)
    told = begun().agreed(policy("max_interval", interval_months=3), shorter, on=BEGUN)

    assert due(told, march(15)) == {}
    assert due(told, march(16)) == {"max_interval": "2026-03-15"}


def test_a_longer_interval_that_comes_too_late_does_not_change_what_was_due() -> None:
    longer = policy("max_interval", date(2026, 5, 1), interval_months=12)

    assert due(begun().agreed(longer, on=BEGUN), date(2026, 5, 2)) == {"max_interval": "2026-04-30"}


def test_the_default_interval_is_a_parameter() -> None:
    two: Event = RuleParametersSet(rule="R-REV-2", params={"months": 2}, valid_from=date(2026, 1, 1))

    assert due(begun().agreed(two, on=BEGUN), date(2026, 4, 1)) == {"max_interval": "2026-03-31"}


def suspended(first: date, last: date | None) -> ServiceSuspended:
    return ServiceSuspended.model_validate({"reason": "epidemic", "from": first, "to": last})


def test_a_pause_of_the_service_does_not_stop_the_clock_unless_that_was_agreed() -> None:
    pause = suspended(march(1), march(31))
    assert begun().agreed(pause, on=march(1)).days_open(rule, BEGUN, date(2026, 6, 30))[0] == date(2026, 5, 1)

    stops = RuleParametersSet(rule="R-REV-2", params={"pauses": True}, valid_from=BEGUN)
    told = begun().agreed(pause, stops, on=BEGUN)
    assert told.days_open(rule, BEGUN, date(2026, 6, 30))[0] == date(2026, 6, 1)

    endless = begun().agreed(suspended(march(1), None), stops, on=BEGUN)
    assert endless.days_open(rule, BEGUN, date(2026, 6, 30)) == []
    resumed = ServiceResumed.model_validate({"from": date(2026, 4, 1)})
    assert endless.agreed(resumed, on=date(2026, 4, 1)).days_open(rule, BEGUN, date(2026, 6, 30))[0] == date(2026, 6, 1)


def test_meetings_on_demand_leave_the_review_of_the_plan_due() -> None:
    plan = PlanSigned(plan_id=REVIEW, plan_type="activation_plan", signed_by=(Signature(role="client", on=BEGUN),))
    told = begun().told(plan, on=BEGUN, by=COUNTY).agreed(policy("on_demand"), on=BEGUN)

    assert told.open(rule, date(2026, 8, 1)) == {}
    assert len(told.open(overdue, date(2026, 8, 1))) == 1
    assert met(told, date(2026, 7, 30)).open(overdue, date(2026, 8, 1)).keys() == {str(REVIEW)}


def test_a_meeting_each_month_agreed_for_her_alone_comes_before_everybody_elses_three_months() -> None:
    told = begun().agreed(policy("max_interval", interval_months=3), on=BEGUN)
    told.told(policy("max_interval", interval_months=1), on=BEGUN, by=COUNTY)

    assert told.days_open(rule, BEGUN, date(2026, 6, 30))[0] == date(2026, 3, 1)
