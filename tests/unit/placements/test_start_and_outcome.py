"""R-LIM-6, R-END-2 and R-BEN-1: what must be done before the start, told after the end, and paid in between."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import orjson
import pytest
from pydantic import ValidationError

from kernel.facts import Event
from schemas.benefits.status_reported_v1 import BenefitStatusReported
from schemas.clients.informed_of_benefits_v1 import ClientInformedOfBenefits
from schemas.outcomes.recorded_v1 import OutcomeRecorded
from schemas.outcomes.recorded_v2 import OutcomeRecorded as Newer
from schemas.placements.ended_v1 import PlacementEnded
from schemas.placements.extended_v1 import PlacementExtended
from schemas.placements.insurance_confirmed_v1 import PlacementInsuranceConfirmed
from schemas.placements.shop_steward_informed_v1 import PlacementShopStewardInformed
from schemas.placements.started_v1 import PlacementStarted
from schemas.plans.signed_v2 import PlanSigned
from schemas.rule_parameters.set_v1 import RuleParametersSet
from services.placements.rules.increase_approaching import rule as approaching
from services.placements.rules.increase_used import rule as used
from services.placements.rules.outcome_missing import rule as outcome
from services.placements.rules.start_incomplete import rule as start
from services.placements.views import outcomes
from tests.unit.given import AUTHORITY, COUNTY, Story, keys
from tests.unit.placements.story import END, KEY, OTHER, PLACEMENT, START, came, march, placed, story

PLAN = UUID("0d8f6f0e-7c1b-4a53-9a0e-2f5d1c3b7a03")
KELA = ("0246246-0", "kela")
SIGNED = START - timedelta(days=10)
CHECKLIST: dict[str, Event] = {
    "plan": PlanSigned(plan_id=PLAN, plan_type="activation_plan", includes_ktt=True),
    "benefits": ClientInformedOfBenefits(plan_id=PLAN, on=SIGNED),
    "shop_steward": PlacementShopStewardInformed(placement_id=PLACEMENT, on=SIGNED),
    "insurance": PlacementInsuranceConfirmed(placement_id=PLACEMENT, on=SIGNED),
}


def started(*without: str) -> Story:
    told = placed()
    return told.told(*(e for name, e in CHECKLIST.items() if name not in without), on=SIGNED, by=COUNTY)


def missing(told: Story, now: date = START) -> Any:
    found = told.open(start, now).get(KEY)
    return found.facts["missing"] if found else []


def test_with_everything_done_she_may_start() -> None:
    assert missing(started()) == []


@pytest.mark.parametrize("item", ["benefits", "shop_steward", "insurance"])
def test_whatever_is_missing_is_named_from_her_first_day(item: str) -> None:
    assert missing(started(item)) == [item]
    assert missing(started(item), START - timedelta(days=1)) == []


def test_without_a_plan_nobody_told_her_of_the_benefits_of_one() -> None:
    assert missing(started("plan")) == ["plan", "benefits"]


def test_a_plan_without_the_work_activity_is_not_the_one() -> None:
    plan = PlanSigned(plan_id=PLAN, plan_type="employment_plan")

    assert missing(started("plan").told(plan, on=SIGNED, by=AUTHORITY)) == ["plan", "benefits"]


def test_a_start_without_an_agreement_is_told() -> None:
    told = story().told(PlacementStarted(placement_id=PLACEMENT, started_on=START), on=START)

    assert "agreement" in missing(told)


def test_what_is_done_late_mends_it_and_what_is_taken_back_does_not() -> None:
    told = started("insurance").told(CHECKLIST["insurance"], on=march(2), by=COUNTY)
    assert missing(told, march(3)) == []

    assert missing(told.retracted(told.last, march(4), by=COUNTY), march(5)) == ["insurance"]


def test_before_it_has_started_and_after_it_is_over_nobody_asks() -> None:
    ended = PlacementEnded(placement_id=PLACEMENT, ended_on=march(5), end_reason="employed", planned=False)

    assert missing(started("insurance").told(ended, on=march(5), by=COUNTY), march(6)) == []


def test_an_organiser_may_ask_for_less() -> None:
    fewer = RuleParametersSet(rule="R-LIM-6", params={"items": ["plan", "insurance"]}, valid_from=START)

    assert missing(started("shop_steward").agreed(fewer, on=START)) == []
    later = fewer.model_copy(update={"valid_from": START + timedelta(days=1)})
    assert missing(started("shop_steward").agreed(later, on=START)) == ["shop_steward"]


ENDED = march(20)


def ended(on: date = ENDED) -> Story:
    end = PlacementEnded(placement_id=PLACEMENT, ended_on=on, end_reason="employed", planned=False)
    return placed().told(end, on=on, by=COUNTY)


def went(told: Story, on: date, **more: Any) -> Story:
    return told.told(OutcomeRecorded(outcome_code="education", **more), on=on, by=COUNTY)


def test_thirty_days_after_the_end_the_outcome_is_asked_for() -> None:
    assert ended().open(outcome, date(2026, 4, 18)) == {}
    assert keys(ended().open(outcome, date(2026, 4, 19))) == [KEY]


def test_a_period_whose_end_nobody_told_is_over_on_its_last_day() -> None:
    assert keys(placed().open(outcome, END + timedelta(days=30))) == [KEY]
    assert came(placed(), END + timedelta(days=1)).open(outcome, END + timedelta(days=30)) == {}


def test_an_extension_moves_it() -> None:
    longer = PlacementExtended(placement_id=PLACEMENT, end_on=END + timedelta(days=60))

    assert placed().told(longer, on=march(2), by=COUNTY).open(outcome, END + timedelta(days=30)) == {}


@pytest.mark.parametrize(
    ("on", "more", "found"),
    [
        (march(25), {}, False),
        (date(2026, 1, 23), {}, False),
        (date(2026, 1, 22), {}, True),
        (START, {"placement_id": PLACEMENT}, False),
        (march(25), {"placement_id": OTHER}, True),
    ],
)
def test_the_outcome_of_this_period_ends_it(on: date, more: dict[str, Any], *, found: bool) -> None:
    assert bool(went(ended(), on, **more).open(outcome, date(2026, 5, 1))) is found


def test_an_outcome_that_has_no_code_here_is_told_all_the_same_by_the_second_version() -> None:
    """An outcome outside the list could not be told at all, and was asked for for ever."""
    said = {"outcome_code": "own_business_2027", "placement_id": str(PLACEMENT)}
    with pytest.raises(ValidationError):
        OutcomeRecorded.model_validate_json(orjson.dumps(said))
    newer = Newer.model_validate_json(orjson.dumps(said))
    told = ended().told(newer, on=march(25), by=COUNTY)

    assert newer.outcome_code == "other"
    assert told.open(outcome, date(2026, 5, 1)) == {}
    assert [r["outcome_code"] for r in told.rows(outcomes.view) if r["state"] == "outcome"] == ["other"]


def test_an_outcome_that_was_taken_back_is_asked_for_again() -> None:
    told = went(ended(), march(25))

    assert keys(told.retracted(told.last, date(2026, 5, 1), by=COUNTY).open(outcome, date(2026, 5, 1))) == [KEY]


def test_the_days_valid_at_the_end_decide() -> None:
    soon = RuleParametersSet(rule="R-END-2", params={"days": 7}, valid_from=march(20))

    assert keys(ended().agreed(soon, on=march(1)).open(outcome, march(27))) == [KEY]
    assert ended(march(19)).agreed(soon, on=march(1)).open(outcome, march(27)) == {}


def paid(told: Story, days: int, on: date) -> Story:
    status = BenefitStatusReported.model_validate(
        {"benefit_type": "benefit_increase", "from": START, "paid_days": days, "payer": "kela"}
    )
    return told.told(status, on=on, by=KELA)


def before_2025() -> Story:
    return placed(start=date(2024, 12, 31))


@pytest.mark.parametrize(("days", "near", "full"), [(179, 0, 0), (180, 1, 0), (199, 1, 0), (200, 1, 1)])
def test_days_of_the_increased_part_call_for_attention_and_come_to_an_end(days: int, near: int, full: int) -> None:
    told = paid(before_2025(), days, march(2))

    assert (len(told.open(approaching, march(3))), len(told.open(used, march(3)))) == (near, full)


def test_a_service_that_began_in_2025_has_no_increased_part() -> None:
    assert paid(placed(start=date(2025, 1, 1)), 200, march(2)).open(used, march(3)) == {}


def test_a_correction_of_the_paid_days_takes_it_away() -> None:
    told = paid(before_2025(), 200, march(2))

    assert told.retracted(told.last, march(4), by=KELA).open(used, march(5)) == {}


def test_it_began_when_the_days_were_first_told() -> None:
    told = paid(paid(before_2025(), 200, march(9)), 185, march(2))  # the older word came later

    (found,) = told.open(approaching, march(10)).values()
    assert found.since.date() == march(2)
    assert found.facts["days"] == 200


def test_it_names_no_placement_so_that_no_provider_sees_a_benefit() -> None:
    (found,) = paid(before_2025(), 200, march(2)).open(used, march(3)).values()

    assert not {"placement_id", "provider_org", "site_id"} & set(found.facts)
