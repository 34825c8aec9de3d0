"""All rules find the same in whatever order, batches and repetitions a person's facts arrive."""

import random
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from kernel.calendar import midnight
from kernel.conclude import evaluate
from kernel.discover import units
from kernel.facts import Conclusion
from kernel.params import Reference
from kernel.rules import Rule
from kernel.views import View
from schemas.appointments.booked_v1 import AppointmentBooked
from schemas.assessments.held_v1 import AssessmentHeld
from schemas.benefits.status_reported_v1 import BenefitStatusReported
from schemas.caseworkers.assigned_v1 import CaseworkerAssigned
from schemas.contacts.logged_v1 import ContactLogged
from schemas.kela_notices.absence_notice_sent_v1 import KelaAbsenceNoticeSent
from schemas.outcomes.recorded_v1 import OutcomeRecorded
from schemas.parallel_services.agreed_v1 import ParallelServiceAgreed
from schemas.parallel_services.held_v1 import ParallelServiceHeld
from schemas.placements.extended_v1 import PlacementExtended
from schemas.plans.signed_v2 import PlanSigned
from schemas.review_policies.set_v1 import ReviewPolicySet
from tests.unit.given import AUTHORITY, COUNTY, Story
from tests.unit.placements.story import PLACEMENT, came, corrected, march, missed, placed

ONE, TWO = UUID("0d8f6f0e-7c1b-4a53-9a0e-2f5d1c3b7c01"), UUID("0d8f6f0e-7c1b-4a53-9a0e-2f5d1c3b7c02")
RULES: list[Rule[Any, Any]] = units("services.placements.rules", Rule)
VIEWS: list[View] = units("services.placements.views", View)
NOW = [march(20), date(2026, 5, 4), date(2026, 9, 30)]


def rich() -> Story:
    """A person about whom nearly everything has been told."""
    told = placed(start=date(2024, 9, 2))
    missed(told, *(march(d) for d in (2, 3, 4, 5)), reason="own_illness", notified_by_client=True)
    missed(told, march(9), march(10))
    came(told, march(11), march(12), march(13), minutes_present=100)
    told.told(corrected(march(10), "swapped"), on=march(16))
    at = datetime(2026, 5, 12, 9, tzinfo=UTC)
    agreed = {"ps_id": ONE, "service_type": "debt_counselling", "frequency": {"n": 1, "per": "week"}}
    status = {"benefit_type": "benefit_increase", "from": date(2025, 1, 2), "paid_days": 185, "payer": "kela"}
    contact = {"mode": "phone", "direction": "out", "purpose_code": "follow_up", "on": march(6)}
    notice = {"period_from": march(1), "period_to": march(4), "days": 3, "form": "TT3"}
    coach = {"role_code": "job_coach", "person_ref": "jc-1", "from": date(2026, 7, 1)}
    for n, event in enumerate(
        (
            PlanSigned(plan_id=TWO, plan_type="activation_plan", includes_ktt=True),
            ParallelServiceAgreed.model_validate(agreed),
            ParallelServiceHeld(ps_id=ONE, held_on=march(9)),
            BenefitStatusReported.model_validate(status),
            ContactLogged.model_validate(contact),
            KelaAbsenceNoticeSent.model_validate(notice),
            CaseworkerAssigned.model_validate(coach),
            AppointmentBooked(appointment_id=ONE, starts_at=at, minutes=30),
            AssessmentHeld(placement_id=PLACEMENT, recommendation=("work_trial",)),
            PlacementExtended(placement_id=PLACEMENT, period_no=2, end_on=date(2026, 9, 30)),
            ReviewPolicySet(kind="usual_interval", interval_months=2, valid_from=march(1)),
            OutcomeRecorded(outcome_code="work_ability_and_health_clarification"),
        )
    ):
        told.told(event, on=march(6 + n), by=AUTHORITY if n == 0 else COUNTY)
    return told


def shuffled(seed: int) -> Story:
    """The same facts, told in another order and some of them twice."""
    told, chance = rich(), random.Random(seed)  # noqa: S311  # nothing secret is drawn
    facts = [*told.facts, *chance.sample(told.facts, 5)]
    chance.shuffle(facts)
    return Story(told.fold, facts, told.reference)


def found(told: Story, now: date) -> Mapping[Any, Conclusion]:
    """What all rules together find on a day."""
    return evaluate(RULES, told.state(), Reference(), [], midnight(now)).wanted


def test_the_person_of_these_tests_makes_most_rules_speak() -> None:
    spoken = {rule for now in NOW for rule, _ in found(rich(), now)}

    assert len(spoken) >= 18, sorted({r.id for r in RULES} - spoken)


@pytest.mark.parametrize("seed", range(4))
def test_whatever_the_order_the_findings_are_the_same(seed: int) -> None:
    plain, other = rich(), shuffled(seed)

    for now in NOW:
        assert found(other, now) == found(plain, now)


@pytest.mark.parametrize("seed", range(4))
def test_whatever_the_order_the_rows_are_the_same(seed: int) -> None:
    plain, other = rich(), shuffled(seed)

    for view in VIEWS:
        assert sorted(other.rows(view), key=repr) == sorted(plain.rows(view), key=repr), view.name
