"""Facts of 2015, 2021, 2023 and 2026 side by side, each under the law of its day."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from kernel.rules import Rule
from schemas.benefits.status_reported_v1 import BenefitStatusReported
from schemas.placements.agreed_v2 import PlacementAgreed
from schemas.placements.started_v1 import PlacementStarted
from schemas.plans.parties import Signature
from schemas.plans.signed_v2 import PlanSigned
from schemas.review_policies.set_v1 import ReviewPolicySet
from services.placements.rules.cap_exceeded import rule as cap
from services.placements.rules.contact_due import rule as contact
from services.placements.rules.days_per_week import rule as week
from services.placements.rules.increase_used import rule as increase
from services.placements.rules.provider_not_allowed import rule as provider
from services.placements.rules.review_overdue import rule as review
from tests.unit.given import AUTHORITY, COUNTY, By, Story
from tests.unit.placements.story import PLACEMENT, SITE, came, day, place, story

PLAN = UUID("0d8f6f0e-7c1b-4a53-9a0e-2f5d1c3b7a03")
KELA = ("0246246-0", "kela")
TOWN = ("9000014-2", "municipality")
COMPANY = ("9000014-2", "private_provider")
FIVE_DAYS = ("mon", "tue", "wed", "thu", "fri")


def working(first: date, count: int) -> list[date]:
    """So many weekdays from a day on."""
    days = (first + timedelta(days=n) for n in range(2 * count + 14))
    return [d for d in days if d.weekday() < 5][:count]


def found(told: Story, rule: Rule[Any, Any], now: date) -> bool:
    return bool(told.open(rule, now))


@pytest.mark.parametrize(
    ("first", "days", "reached"),
    [
        (date(2019, 3, 4), 178, False),
        (date(2019, 3, 4), 230, True),
        (date(2021, 3, 1), 177, False),
        (date(2021, 3, 1), 178, True),
        (date(2026, 1, 5), 178, True),
    ],
)
def test_the_years_limit_is_230_days_and_178_from_2021(first: date, days: int, *, reached: bool) -> None:
    told = story()
    spent = working(first, days)
    for one in spent:
        told.told(day(one, "present"), on=one)

    assert found(told, cap, spent[-1] + timedelta(days=1)) is reached


@pytest.mark.parametrize(
    ("monday", "too_many"),
    [(date(2015, 6, 22), False), (date(2015, 7, 6), True), (date(2023, 3, 6), True), (date(2026, 3, 2), True)],
)
def test_five_days_a_week_are_too_many_from_july_2015(monday: date, *, too_many: bool) -> None:
    told = came(story(), *(monday + timedelta(days=n) for n in range(5)))

    assert found(told, week, monday + timedelta(days=5)) is too_many


@pytest.mark.parametrize(
    ("signed", "first_late"),
    [
        (date(2021, 3, 1), date(2022, 5, 3)),  # no limit before the reform, which then counts from its own day
        (date(2022, 4, 1), date(2022, 7, 2)),
        (date(2023, 3, 1), date(2023, 6, 2)),
        (date(2026, 3, 2), date(2026, 6, 3)),
    ],
)
def test_an_activation_plan_is_reviewed_every_three_months_from_may_2022(signed: date, first_late: date) -> None:
    plan = PlanSigned(plan_id=PLAN, plan_type="activation_plan", signed_by=(Signature(role="client", on=signed),))
    told = story().told(plan, on=signed, by=AUTHORITY)

    assert not found(told, review, first_late - timedelta(days=1))
    assert found(told, review, first_late)


@pytest.mark.parametrize(
    ("first", "illegal"), [(date(2015, 3, 2), True), (date(2021, 3, 1), True), (date(2023, 1, 2), False)]
)
def test_a_private_company_doing_work_is_lawful_from_2023(first: date, *, illegal: bool) -> None:
    agreed = PlacementAgreed(placement_id=PLACEMENT, site_id=SITE, start_on=first, end_on=first + timedelta(days=180))
    plan = PlanSigned.model_validate(
        {
            "plan_id": PLAN,
            "ktt_terms": {
                "content": ("work",),
                "site_id": SITE,
                "days_per_week": 3,
                "minutes_per_day": 300,
                "start_on": first,
                "end_on": first + timedelta(days=180),
            },
        }
    )
    told = story().told(agreed, on=first, by=COMPANY).told(plan, on=first, by=AUTHORITY)

    assert found(told, provider, first + timedelta(days=1)) is illegal


@pytest.mark.parametrize(("first", "counted"), [(date(2021, 3, 1), True), (date(2025, 1, 1), False)])
def test_the_increased_part_is_counted_for_services_begun_before_2025(first: date, *, counted: bool) -> None:
    agreed = PlacementAgreed(placement_id=PLACEMENT, site_id=SITE, start_on=first, end_on=first + timedelta(days=365))
    paid = BenefitStatusReported.model_validate(
        {"benefit_type": "benefit_increase", "from": first, "paid_days": 200, "payer": "kela"}
    )
    told = story().told(agreed, on=first, by=COUNTY).told(paid, on=first + timedelta(days=300), by=KELA)

    assert found(told, increase, first + timedelta(days=301)) is counted


@pytest.mark.parametrize(("organiser", "first"), [(TOWN, date(2022, 3, 1)), (COUNTY, date(2023, 3, 1))])
def test_the_organiser_of_the_day_says_how_often_she_is_met(organiser: By, first: date) -> None:
    told = story().agreed(ReviewPolicySet(kind="max_interval", interval_months=6, valid_from=first), on=first, by=TOWN)
    told.agreed(ReviewPolicySet(kind="max_interval", interval_months=1, valid_from=first), on=first, by=COUNTY)
    agreed = PlacementAgreed(placement_id=PLACEMENT, site_id=SITE, start_on=first, end_on=first + timedelta(days=365))
    told.told(agreed, on=first, by=organiser).told(PlacementStarted(placement_id=PLACEMENT, started_on=first), on=first)

    assert found(told, contact, first + timedelta(days=33)) is (organiser == COUNTY)


def test_one_person_of_all_eras_is_judged_by_each_in_turn() -> None:
    told = place(story(), FIVE_DAYS, start=date(2015, 6, 1))
    old = [date(2015, 6, 8) + timedelta(days=n) for n in range(5)]
    new = [date(2026, 3, 2) + timedelta(days=n) for n in range(5)]
    came(told, *old)

    assert not [f for f in told.open(week, date(2015, 6, 20)).values() if f.facts["step"] == "spent"]
    came(told, *new)
    assert [
        f.facts["window_from"] for f in told.open(week, date(2026, 3, 8)).values() if f.facts["step"] == "spent"
    ] == ["2026-03-02"]
