"""Who may see the read models of placements: providers their own rows, the payer its counters, all free places."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kernel.disclosure import Viewer, load_policy

POLICY = load_policy(Path(__file__).resolve().parents[3] / "deploy" / "disclosure.toml")
DAY = date(2026, 3, 2)
WORKSHOP, KELA, AUTHORITY, COUNTY = "9000012-6", "0246246-0", "9000004-6", "9000003-8"


def classes(org: str, org_type: str, record: str, relation: str = "participant", **row: Any) -> set[str]:
    return set(POLICY.classes(Viewer(org, frozenset({org_type}), "u"), (relation,), record, DAY, row))


def test_a_workshop_sees_its_own_notices_and_no_others() -> None:
    assert classes(WORKSHOP, "workshop", "kela_reporting", "provider", provider_org=WORKSHOP) == {"operational"}
    assert classes(WORKSHOP, "workshop", "kela_reporting", "provider", provider_org="9000014-2") == set()


@pytest.mark.parametrize("record", ["parallel_services", "benefit_day_counters", "service_path", "outcomes"])
def test_a_workshop_sees_nothing_of_services_benefits_paths_and_outcomes(record: str) -> None:
    assert classes(WORKSHOP, "workshop", record, "provider", provider_org=WORKSHOP) == set()


def test_the_payer_sees_days_and_notices_but_no_path() -> None:
    assert classes(KELA, "kela", "benefit_day_counters") == {"operational", "benefit"}
    assert classes(KELA, "kela", "kela_reporting") == {"operational", "benefit"}
    assert classes(KELA, "kela", "service_path") == set()


@pytest.mark.parametrize("record", ["parallel_services", "service_path", "outcomes"])
def test_what_is_sensitive_stays_with_social_work(record: str) -> None:
    assert "sensitive" not in classes(AUTHORITY, "employment_authority", record)
    assert "sensitive" in classes(COUNTY, "wellbeing_county", record)


@pytest.mark.parametrize("record", ["provider_capacity", "travel_policy"])
def test_everybody_sees_free_places_and_travel_policies(record: str) -> None:
    assert classes("9000019-3", "ohjaamo", record, "public") == {"operational"}
