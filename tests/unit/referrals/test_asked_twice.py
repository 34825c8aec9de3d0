"""D05, D09, D14 and D15: providers, clients and Kela hear the same thing from two."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from schemas.alerts.claimed_v1 import AlertClaimed
from schemas.contacts.logged_v1 import ContactLogged
from schemas.kela_notices.absence_notice_sent_v1 import KelaAbsenceNoticeSent
from schemas.records.noted_v1 import DocumentNoted
from schemas.records.requested_v1 import DocumentRequested
from schemas.referrals.rejected_v1 import ReferralRejected
from schemas.rule_parameters.set_v1 import RuleParametersSet
from services.referrals.rules.absence_asked_twice import rule as absence
from services.referrals.rules.document_asked_twice import rule as document
from services.referrals.rules.notice_sent_twice import rule as notice
from services.referrals.rules.provider_asked_twice import rule as provider
from services.referrals.rules.two_referrals import rule as referrals
from tests.unit.given import AUTHORITY, COUNTY, OFFICE, WORKSHOP, By, Story, keys
from tests.unit.referrals.story import COACHING, MONDAY, ONE, PLACE, THREE, TWO, later, referred, story

ALERT = UUID("0d8f6f0e-0000-4000-8000-0000000000aa")


def contact(told: Story, on: date, by: By, purpose: Any = "referral", **more: Any) -> Story:
    said = ContactLogged(mode="phone", direction="out", purpose_code=purpose, on=on, **more)
    return told.told(said, on=on, by=by)


def asked(days: int) -> Story:
    told = referred(story(), ONE, MONDAY, AUTHORITY, target_provider=WORKSHOP[0])
    return contact(told, later(days), COUNTY, org=WORKSHOP[0], service_type="rehab_work_activity")


def test_a_referral_and_a_call_to_one_provider_about_one_client_are_found() -> None:
    (found,) = asked(4).open(provider, later(5)).values()

    assert (found.facts["kind"], found.facts["severity"]) == ("D05", "medium")
    assert [i["org"] for i in found.facts["items"]] == [AUTHORITY[0], COUNTY[0]]
    assert found.facts["asked_org"] == WORKSHOP[0]


@pytest.mark.parametrize(("days", "found"), [(14, 1), (15, 0)])
def test_a_referral_decided_14_days_ago_still_counts_for_the_provider(days: int, found: int) -> None:
    told = referred(story(), ONE, MONDAY, AUTHORITY, target_provider=WORKSHOP[0])
    told.told(ReferralRejected(referral_id=ONE, reason_code="no_free_places"), on=MONDAY, by=WORKSHOP)
    contact(told, later(days), COUNTY, org=WORKSHOP[0], service_type="rehab_work_activity")

    assert len(told.open(provider, later(days + 1))) == found


def test_two_calls_count_for_14_days() -> None:
    for days, found in ((14, 1), (15, 0)):
        told = contact(story(), MONDAY, COUNTY, org=WORKSHOP[0], service_type="job_coaching")
        contact(told, later(days), AUTHORITY, org=WORKSHOP[0], service_type="job_coaching")
        assert len(told.open(provider, later(days + 1))) == found


def test_other_providers_other_services_and_calls_about_other_things_are_none() -> None:
    told = referred(story(), ONE, MONDAY, AUTHORITY, target_provider=WORKSHOP[0])
    contact(told, later(1), COUNTY, org=OFFICE[0], service_type="rehab_work_activity")
    contact(told, later(1), COUNTY, org=WORKSHOP[0], service_type="job_coaching")
    contact(told, later(1), COUNTY, "follow_up", org=WORKSHOP[0], service_type="rehab_work_activity")
    contact(told, later(1), AUTHORITY, org=WORKSHOP[0], service_type="rehab_work_activity")

    assert told.open(provider, later(2)) == {}


def test_a_call_that_never_happened_is_taken_back() -> None:
    told = asked(4)

    assert told.retracted(told.last, later(5), by=COUNTY).open(provider, later(6)) == {}


def test_another_gap_for_providers_may_be_agreed() -> None:
    told = contact(story(), MONDAY, COUNTY, org=WORKSHOP[0], service_type="job_coaching")
    contact(told, later(10), AUTHORITY, org=WORKSHOP[0], service_type="job_coaching")
    told.agreed(RuleParametersSet(rule="D05", params={"gap_days": 9}, valid_from=MONDAY), on=MONDAY)

    assert told.open(provider, later(11)) == {}


def test_the_legitimate_pair_of_a_referral_sent_again_by_the_same_organisation_is_silent() -> None:
    told = referred(story(), ONE, MONDAY, AUTHORITY, target_provider=WORKSHOP[0], external_ref="A")
    referred(told, TWO, later(2), AUTHORITY, target_provider=WORKSHOP[0], external_ref="A")
    referred(told, THREE, later(3), COUNTY, target_provider=WORKSHOP[0], external_ref="A")

    assert told.open(provider, later(4)) == told.open(referrals, later(4)) == {}


def called_twice(days: int, first: By = COUNTY, second: By = COACHING) -> Story:
    told = contact(story(), MONDAY, first, "absence", alert_id=ALERT)
    return contact(told, later(days), second, "absence", alert_id=ALERT)


@pytest.mark.parametrize(("days", "found"), [(5, 1), (6, 0)])
def test_two_who_call_about_one_absence_within_5_days_are_found(days: int, found: int) -> None:
    assert len(called_twice(days).open(absence, later(days + 1))) == found


def test_who_has_claimed_the_alert_is_left_to_it() -> None:
    claimed = contact(story(), MONDAY, COUNTY, "absence", alert_id=ALERT)
    claimed.told(AlertClaimed(alert_id=ALERT, holder="so-aalto"), on=MONDAY, by=COUNTY, own=True)
    assert contact(claimed, later(1), COACHING, "absence", alert_id=ALERT).open(absence, later(2)) == {}

    late = called_twice(1).told(AlertClaimed(alert_id=ALERT, holder="so-aalto"), on=later(2), by=COUNTY, own=True)
    assert len(late.open(absence, later(2))) == 1
    assert late.open(absence, later(3)) == {}


def test_one_organisation_or_another_alert_is_no_double_call() -> None:
    assert called_twice(1, COUNTY, COUNTY).open(absence, later(2)) == {}
    other = contact(story(), MONDAY, COUNTY, "absence", alert_id=ALERT)
    assert contact(other, later(1), COACHING, "absence", alert_id=ONE).open(absence, later(2)) == {}


def test_a_double_call_is_of_low_weight_and_is_over_after_the_gap() -> None:
    (found,) = called_twice(1).open(absence, later(2)).values()

    assert found.facts["severity"] == "low"
    assert called_twice(1).open(absence, later(7)) == {}


def sent(told: Story, on: date, by: By, last: date = date(2026, 2, 27)) -> Story:
    said = KelaAbsenceNoticeSent(placement_id=PLACE, period_from=later(-16), period_to=last, days=2, form="TT3")
    return told.told(said, on=on, by=by)


def test_the_same_notice_by_two_and_twice_by_one_is_found() -> None:
    by_two = sent(sent(story(), MONDAY, WORKSHOP), later(1), OFFICE).open(notice, later(2))
    by_one = sent(sent(story(), MONDAY, WORKSHOP), later(1), WORKSHOP).open(notice, later(2))

    assert [f.facts["technical"] for found in (by_two, by_one) for f in found.values()] == [False, True]


def test_another_period_or_a_notice_corrected_is_none() -> None:
    assert sent(sent(story(), MONDAY, WORKSHOP), later(1), OFFICE, later(-2)).open(notice, later(2)) == {}

    told = sent(story(), MONDAY, WORKSHOP)
    said = KelaAbsenceNoticeSent(
        placement_id=PLACE, period_from=later(-16), period_to=date(2026, 2, 27), days=3, form="TT3"
    )
    assert told.told(said, on=later(1), by=WORKSHOP, corrects=told.last).open(notice, later(2)) == {}


def requested(told: Story, id_: UUID, on: date, by: By, kind: Any = "medical_certificate") -> Story:
    return told.told(DocumentRequested(request_id=id_, document_type=kind, requested_on=on), on=on, by=by)


@pytest.mark.parametrize(("days", "found"), [(30, 1), (31, 0)])
def test_the_same_document_asked_for_within_30_days_is_found(days: int, found: int) -> None:
    told = requested(requested(story(), ONE, MONDAY, COUNTY), TWO, later(days), AUTHORITY)

    assert len(told.open(document, later(days + 1))) == found


def test_the_second_requester_hears_who_has_it_already() -> None:
    told = requested(story(), ONE, MONDAY, COUNTY)
    noted = DocumentNoted(
        document_id=THREE, document_type="medical_certificate", system="local", reference="d-1", issued_on=later(3)
    )
    told.told(noted, on=later(3), by=COUNTY)
    (found,) = requested(told, TWO, later(5), AUTHORITY).open(document, later(6)).values()

    assert (found.facts["exists_since"], found.facts["holder_org"]) == ("2026-03-05", COUNTY[0])
    assert (found.facts["tell"], found.facts["severity"]) == ("both", "low")


def test_another_document_or_the_same_organisation_is_none() -> None:
    other = requested(requested(story(), ONE, MONDAY, COUNTY), TWO, later(5), AUTHORITY, "ability_evidence")
    same = requested(requested(story(), ONE, MONDAY, COUNTY), TWO, later(5), COUNTY)

    assert other.open(document, later(6)) == same.open(document, later(6)) == {}


def test_the_names_of_findings_do_not_depend_on_the_order_of_arrival() -> None:
    told = asked(4)
    turned = Story(told.fold, told.facts[::-1])

    assert keys(turned.open(provider, later(5))) == keys(told.open(provider, later(5)))
