"""The codes of the national employment register that have a counterpart here."""

from typing import get_args

import pytest

from schemas.codes import OrgType, PlanType, ServiceType
from schemas.ura import (
    CONTACT_MODES,
    EMPLOYMENT,
    MULTISECTOR_TASKS,
    PLAN_KINDS,
    PLAN_TASKS,
    SEGMENTS,
    is_replacing_plan,
    plan_type,
)


@pytest.mark.parametrize(
    ("code", "plan"),
    [
        ("01", "employment_plan"),
        ("03", "activation_plan"),
        ("04", "integration_plan"),
        ("07", "multisector_employment_plan"),
        ("02", None),
        ("3", None),
    ],
)
def test_a_kind_of_plan_is_known_by_its_code_as_it_is_written(code: str, plan: str | None) -> None:
    assert plan_type(code) == plan


def test_every_counterpart_is_a_code_of_ours() -> None:
    assert set(PLAN_KINDS.values()) <= set(get_args(PlanType))
    assert set(PLAN_TASKS.values()) <= set(get_args(ServiceType))
    assert not MULTISECTOR_TASKS & PLAN_TASKS.keys()


def test_an_employment_plan_is_replaced_by_three_kinds_and_by_no_other() -> None:
    assert {p for p in get_args(PlanType) if is_replacing_plan(p)} == {
        "activation_plan",
        "integration_plan",
        "multisector_employment_plan",
    }


def test_segments_employment_codes_and_contact_modes_are_those_of_the_register() -> None:
    assert set(SEGMENTS.values()) <= set(get_args(OrgType))
    assert EMPLOYMENT.keys() == {"02", "07"}
    assert {"01", "36", "70", "72", "80", "82", "95", "99"} <= CONTACT_MODES
    assert len(CONTACT_MODES) == 47 and not {"00", "37", "69", "73", "83", "94", "1"} & CONTACT_MODES
