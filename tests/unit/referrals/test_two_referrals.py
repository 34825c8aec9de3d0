"""D01: two open referrals of one client to one service by different referrers."""

from datetime import date, timedelta
from typing import Any

import pytest

from kernel.calendar import midnight
from schemas.duplicates.confirmed_v1 import DuplicateWorkConfirmed
from schemas.duplicates.dismissed_v1 import DuplicateWorkDismissed
from schemas.duplicates.resolved_v1 import DuplicateWorkResolved
from schemas.referrals.accepted_v1 import ReferralAccepted
from schemas.referrals.redirected_v1 import ReferralRedirected
from schemas.referrals.rejected_v1 import ReferralRejected
from schemas.referrals.withdrawn_v1 import ReferralWithdrawn
from schemas.rule_parameters.set_v1 import RuleParametersSet
from services.referrals.rules.two_referrals import rule
from tests.unit.given import AUTHORITY, CLINIC, COUNTY, OFFICE, Story, keys
from tests.unit.referrals.story import ONE, PAIR, THREE, TWO, referred, story

MONDAY = date(2026, 3, 2)


def later(days: int) -> date:
    return MONDAY + timedelta(days=days)


def both(days: int = 7, **more: Any) -> Story:
    return referred(referred(story(), ONE, MONDAY, AUTHORITY), TWO, later(days), CLINIC, **more)


def test_two_referrers_are_found_in_the_moment_of_the_second_referral() -> None:
    noon = midnight(later(7)) + timedelta(hours=12)

    assert both().open(rule, noon - timedelta(seconds=1)) == {}
    found = both().open(rule, noon)[PAIR]
    assert [i["org"] for i in found.facts["items"]] == [AUTHORITY[0], CLINIC[0]]
    assert found.facts["service_type"] == "rehab_work_activity"


def test_the_order_of_arrival_does_not_matter() -> None:
    turned = referred(referred(story(), TWO, later(7), CLINIC), ONE, MONDAY, AUTHORITY)

    assert turned.open(rule, later(8)) == both().open(rule, later(8))


def test_one_referral_is_no_pair() -> None:
    assert referred(story(), ONE, MONDAY, AUTHORITY).open(rule, later(30)) == {}


def test_another_service_is_another_matter() -> None:
    assert both(service_type="social_rehabilitation").open(rule, later(8)) == {}


def test_the_same_referrer_sending_again_revises_its_referral() -> None:
    told = referred(referred(story(), ONE, MONDAY, AUTHORITY), TWO, later(7), AUTHORITY)

    assert told.open(rule, later(8)) == {}


def test_the_same_referral_told_by_two_systems_is_one() -> None:
    told = referred(referred(story(), ONE, MONDAY, AUTHORITY), ONE, later(7), COUNTY)

    assert told.open(rule, later(8)) == {}


def test_the_same_case_number_is_one_case() -> None:
    told = referred(story(), ONE, MONDAY, AUTHORITY, external_ref="TE-1")

    assert referred(told, TWO, later(7), CLINIC, external_ref="TE-1").open(rule, later(8)) == {}


def test_a_referral_sent_on_to_the_other_referrer_is_no_duplicate() -> None:
    told = both().told(ReferralRedirected(referral_id=ONE, next_org=CLINIC[0]), on=later(1), by=COUNTY)
    elsewhere = both().told(ReferralRedirected(referral_id=ONE, next_org=OFFICE[0]), on=later(1), by=COUNTY)

    assert told.open(rule, later(8)) == {}
    assert keys(elsewhere.open(rule, later(8))) == [PAIR]


@pytest.mark.parametrize(("days", "found"), [(30, [PAIR]), (31, [])])
def test_a_referral_decided_up_to_30_days_before_still_counts(days: int, found: list[str]) -> None:
    told = both(days=5 + days).told(
        ReferralRejected(referral_id=ONE, reason_code="criteria_not_met"), on=later(5), by=COUNTY
    )

    assert keys(told.open(rule, later(6 + days))) == found


@pytest.mark.parametrize("dropped", [ONE, TWO])
def test_withdrawing_either_one_resolves_it(dropped: Any) -> None:
    told = both().told(ReferralWithdrawn(referral_id=dropped, reason_code="already_in_service"), on=later(9))

    assert keys(told.open(rule, later(9))) == [PAIR]
    assert told.open(rule, later(10)) == {}


def test_accepting_one_leaves_the_other_to_be_dealt_with() -> None:
    told = both().told(ReferralAccepted(referral_id=ONE), on=later(9), by=COUNTY)
    assert keys(told.open(rule, later(20))) == [PAIR]

    told.told(ReferralAccepted(referral_id=TWO), on=later(21), by=COUNTY)
    assert told.open(rule, later(22)) == {}


def test_a_third_referrer_makes_pairs_of_its_own() -> None:
    told = referred(both(), THREE, later(8), OFFICE)

    assert keys(told.open(rule, later(9))) == [PAIR, f"D01:{ONE}:{THREE}", f"D01:{TWO}:{THREE}"]


def test_a_dismissed_pair_is_not_brought_up_again_unless_a_third_joins() -> None:
    told = both().told(DuplicateWorkDismissed(duplicate_id="r", key=PAIR, reason="joint_work"), on=later(8))
    assert told.open(rule, later(9)) == {}

    assert keys(referred(told, THREE, later(9), OFFICE).open(rule, later(10))) == [
        f"D01:{ONE}:{THREE}",
        f"D01:{TWO}:{THREE}",
    ]


def test_a_resolved_pair_is_over_and_a_confirmed_one_is_not() -> None:
    confirmed = both().told(DuplicateWorkConfirmed(duplicate_id="r", key=PAIR), on=later(8))
    assert keys(confirmed.open(rule, later(9))) == [PAIR]

    confirmed.told(DuplicateWorkResolved(duplicate_id="r", key=PAIR, action="merged"), on=later(9))
    assert confirmed.open(rule, later(10)) == {}


def test_a_retracted_referral_makes_no_pair() -> None:
    told = both()

    assert told.retracted(told.last, later(8), by=CLINIC).open(rule, later(9)) == {}


def test_another_gap_may_be_agreed() -> None:
    told = both(days=15).told(ReferralRejected(referral_id=ONE, reason_code="criteria_not_met"), on=later(5), by=COUNTY)
    assert keys(told.open(rule, later(16))) == [PAIR]

    told.agreed(RuleParametersSet(rule="D01", params={"gap_days": 9}, valid_from=MONDAY), on=MONDAY)
    assert told.open(rule, later(16)) == {}


def test_a_pair_that_lived_for_some_hours_only_is_still_seen_at_the_midnight_that_follows() -> None:
    told = both().told(
        ReferralRejected(referral_id=ONE, reason_code="criteria_not_met"),
        on=midnight(later(7)) + timedelta(hours=14),
        by=COUNTY,
    )

    assert keys(told.open(rule, later(8))) == [PAIR]
    assert told.open(rule, midnight(later(8)) + timedelta(seconds=1)) == {}
