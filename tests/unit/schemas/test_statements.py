"""What a statement may say: limits that are really stated, and which statement wins over which."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from kernel.facts import Event
from schemas.catalogue import catalogue, example_data


def cls(name: str) -> type[Event]:
    """The class of a type by its short name."""
    return catalogue()[f"fi.polku.{name}.v1"]


def state(name: str, **changed: Any) -> Event:
    """The example of a type with some fields changed; None leaves a field out."""
    data = {k: v for k, v in {**example_data(cls(name)), **changed}.items() if v is not None}
    return cls(name).model_validate_json(json.dumps(data))


@pytest.mark.parametrize(
    ("name", "field", "wrong"),
    [
        ("review_policy.set", "interval_months", 0),
        ("review_policy.set", "interval_months", 13),
        ("review_policy.set", "interval_months", None),
        ("attendance.day_recorded", "minutes_present", -1),
        ("attendance.day_recorded", "minutes_present", 1441),
        ("attendance.day_recorded", "minutes_present", 300.0),
        ("attendance.day_recorded", "date", "2025-02-29"),
        ("attendance.day_recorded", "date", "1989-12-31"),
        ("attendance.day_recorded", "date", "2101-01-01"),
        ("attendance.day_recorded", "date", 20250304),
        ("attendance.day_recorded", "date", "1741046400"),
        ("attendance.day_recorded", "date", "2025-03-04T00:00:00"),
        ("attendance.day_recorded", "placement_id", "urn:uuid:0d8f6f0e-7c1b-4a53-9a0e-2f5d1c3b7a05"),
        ("attendance.day_recorded", "placement_id", "0d8f6f0e7c1b4a539a0e2f5d1c3b7a05"),
        ("attendance.day_recorded", "notified_by_client", "true"),
        ("attendance.day_recorded", "placement_id", "not-a-uuid"),
        ("attendance.day_recorded", "status", None),
        ("placement.terms_changed", "days_per_week", 8),
        ("placement.terms_changed", "weekdays", ["mon", "mon"]),
        ("placement.terms_changed", "from", None),
        ("placement.agreed", "end_on", "2025-03-02"),
        ("placement.suspended", "to", "2025-04-06"),
        ("client.registered", "home_municipality", "Seinäjoki"),
        ("referral.submitted", "target_org", "9000003-7"),
        ("referral.submitted", "purpose", ["client_need"] * 51),
        ("referral.submitted", "external_ref", "two words"),
        ("caseworker.assigned", "person_ref", "Aino Aalto"),
        ("review.scheduled", "starts_at", "2025-05-19T10:00:00"),
        ("review.scheduled", "starts_at", "1741046400"),
        ("review.scheduled", "starts_at", "0001-01-01T00:00:00+14:00"),
        ("client.registered", "home_municipality", "٧٤٣"),
        ("hold.skipped", "reason", "two\nlines"),
        ("service.suspended", "scope", {"person": "x"}),
        ("rule_parameters.set", "basis", "statute"),
        ("rule_parameters.set", "rule", "no rule"),
        ("fact.retracted", "id", ""),
        ("hold.skipped", "approver", "op-salmi"),
    ],
)
def test_what_cannot_be_so_is_refused(name: str, field: str, wrong: object) -> None:
    with pytest.raises(ValidationError):
        state(name, **{field: wrong})


@pytest.mark.parametrize(
    ("name", "field", "right"),
    [
        ("placement.terms_changed", "days_per_week", 5),  # over the statutory four: a rule warns, the door takes it
        ("review_policy.set", "interval_months", 12),
        ("attendance.day_recorded", "minutes_present", 1440),
        ("attendance.day_recorded", "reason", "new_reason"),
        ("placement.agreed", "end_on", "2025-03-03"),
    ],
)
def test_limits_themselves_are_taken(name: str, field: str, right: object) -> None:
    assert state(name, **{field: right}) is not None


def test_the_python_name_of_a_field_is_not_its_name_on_the_wire() -> None:
    with pytest.raises(ValidationError):
        state("placement.terms_changed", **{"from": None, "from_": "2025-03-03"})

    assert json.loads(state("placement.terms_changed").model_dump_json())["from"] == "2025-03-03"


def test_a_recorded_day_and_its_correction_speak_of_one_thing() -> None:
    recorded, corrected = state("attendance.day_recorded"), state("attendance.day_corrected")

    assert recorded.about() == corrected.about() is not None
    assert state("attendance.day_recorded", date="2025-03-05").about() != recorded.about()


def test_the_site_s_word_about_a_day_weighs_more_than_the_office_s_and_the_county_s() -> None:
    rank = cls("attendance.day_recorded").meta.rank

    assert rank["workshop"] == rank["activity_site"] > rank["association"] > rank.get("wellbeing_county", 0)


def test_named_organisations_are_related_to_the_person() -> None:
    assert state("referral.submitted").related() == (("9000003-8", "receiver"), ("9000012-6", "provider"))
    assert state("referral.submitted", target_org=None, target_provider=None).related() == ()
    assert set(state("plan.signed").related()) == {("9000004-6", "participant"), ("9000003-8", "participant")}
