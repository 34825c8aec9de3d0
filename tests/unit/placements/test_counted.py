"""R-EVID-1, R-TRIAL-1, R-SUP-1, R-PROV and R-CAP-1: purposes, phases, providers and places."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from schemas.assessments.held_v1 import AssessmentHeld
from schemas.placements.agreed_v2 import PlacementAgreed
from schemas.placements.extended_v1 import PlacementExtended
from schemas.placements.started_v1 import PlacementStarted
from schemas.places.closed_v1 import PlaceClosed
from schemas.places.opened_v1 import PlaceOpened
from schemas.places.reserved_v1 import PlaceReserved
from schemas.plans.signed_v2 import PlanSigned
from schemas.plans.terms import KttTerms
from schemas.referrals.submitted_v2 import ReferralSubmitted
from schemas.rule_parameters.set_v1 import RuleParametersSet
from schemas.sites.described_v1 import SiteDescribed
from schemas.supports.assigned_v1 import SupportAssigned
from services.placements.rules.capacity_low import rule as capacity
from services.placements.rules.evidence_due import rule as evidence
from services.placements.rules.instead_of_work_trial import rule as trial
from services.placements.rules.provider_not_allowed import rule as provider
from services.placements.rules.support_gap import rule as gap
from tests.unit.given import AUTHORITY, COUNTY, WORKSHOP, Story, keys
from tests.unit.placements.story import END, KEY, PLACEMENT, SITE, START, march, placed, story

REFERRAL = UUID("0d8f6f0e-7c1b-4a53-9a0e-2f5d1c3b7d01")
SECOND_SITE = UUID("5b7a0001-0000-4000-8000-000000000002")
COMPANY = ("9000014-2", "private_provider")


def referred(told: Story, purpose: str = "work_ability_substantially_reduced_evidence_needed", **more: Any) -> Story:
    on = more.pop("on", START - timedelta(days=20))
    said = {
        "referral_id": REFERRAL,
        "service_type": "rehab_work_activity",
        "referrer_type": "employment_authority",
        "basis_of_entry": "client_need",
        "purpose": (purpose,),
        **more,
    }
    return told.told(ReferralSubmitted.model_validate(said), on=on, by=AUTHORITY)


def assessed(told: Story, on: date, ref: str | None = "doc-1") -> Story:
    return told.told(AssessmentHeld(placement_id=PLACEMENT, evidence_ref=ref), on=on, by=COUNTY)


def test_evidence_of_ability_is_due_thirty_days_before_the_end() -> None:
    told = referred(placed())

    assert told.open(evidence, END - timedelta(days=31)) == {}
    (found,) = told.open(evidence, END - timedelta(days=30)).values()
    assert set(found.facts) == {"end_on", "days"}


def test_for_another_purpose_no_evidence_is_asked_for() -> None:
    assert referred(placed(), "burdensome_life_situation").open(evidence, END) == {}


def test_an_assessment_with_a_document_is_enough_and_one_without_is_not() -> None:
    assert assessed(referred(placed()), END - timedelta(days=40)).open(evidence, END) == {}
    assert keys(assessed(referred(placed()), END - timedelta(days=40), None).open(evidence, END)) == [KEY]


def test_an_extension_while_it_is_open_moves_it() -> None:
    longer = PlacementExtended(placement_id=PLACEMENT, end_on=END + timedelta(days=60))
    told = referred(placed()).told(longer, on=END - timedelta(days=10), by=COUNTY)

    assert told.open(evidence, END - timedelta(days=5)) == {}


def test_how_early_is_a_parameter_of_the_end() -> None:
    early = RuleParametersSet(rule="R-EVID-1", params={"days": 60}, valid_from=END)

    assert keys(referred(placed()).agreed(early, on=START).open(evidence, END - timedelta(days=60))) == [KEY]


def long_stay(**more: Any) -> Story:
    said = PlacementAgreed(placement_id=PLACEMENT, site_id=SITE, start_on=date(2024, 1, 1), end_on=date(2026, 12, 31))
    return referred(
        story().told(said, on=date(2024, 1, 1), by=COUNTY), "burdensome_life_situation", on=date(2023, 12, 1), **more
    )


def test_two_years_of_somebody_for_whom_a_work_trial_was_considered_are_counted() -> None:
    told = long_stay(work_trial_considered=True)

    assert told.open(trial, date(2025, 12, 31)) == {}
    assert keys(told.open(trial, date(2026, 1, 1))) == [KEY]


def test_without_a_word_of_a_work_trial_they_are_not() -> None:
    assert long_stay().open(trial, march(2)) == {}


def phases(told: Story, now: date) -> list[str]:
    return [key.partition(":")[2] for key in told.open(gap, now)]


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (START + timedelta(days=13), []),
        (START + timedelta(days=14), ["entry"]),
        (START + timedelta(days=28), []),
        (START + timedelta(days=42), ["during"]),
        (END - timedelta(days=20), ["transition"]),
        (END + timedelta(days=15), ["after"]),
        (END + timedelta(days=91), []),
    ],
)
def test_each_phase_without_support_is_a_gap_while_it_lasts(now: date, expected: list[str]) -> None:
    assert phases(placed(), now) == expected


def test_support_in_the_phase_fills_it_and_so_does_that_of_the_plan() -> None:
    support = SupportAssigned(type="peer_support", phase="transition")
    told = placed().told(support, on=march(2), by=COUNTY)
    assert phases(told, END - timedelta(days=20)) == []
    assert phases(told, march(20)) == ["during"]

    terms = KttTerms(
        site_id=SITE, days_per_week=4, minutes_per_day=300, start_on=START, end_on=END, support=("social_guidance",)
    )
    plan = PlanSigned(
        plan_id=UUID("0d8f6f0e-7c1b-4a53-9a0e-2f5d1c3b7a03"), plan_type="activation_plan", ktt_terms=terms
    )
    assert phases(told.told(plan, on=START, by=AUTHORITY), march(20)) == []


def at_company(start: date, content: tuple[Any, ...] = ()) -> Story:
    end = start + timedelta(days=200)
    said = PlacementAgreed(placement_id=PLACEMENT, site_id=SITE, start_on=start, end_on=end)
    site = SiteDescribed(site_id=SITE, municipality="743", host_org_type="private_provider", content=content)
    return story().told(said, on=start, by=COMPANY).agreed(site, on=date(2019, 1, 1), by=COMPANY)


@pytest.mark.parametrize(
    ("start", "content", "found"),
    [
        (date(2020, 12, 31), ("life_management",), True),
        (date(2021, 1, 1), ("life_management",), False),
        (date(2021, 1, 1), ("life_management", "work"), True),
        (date(2022, 12, 31), ("work",), True),
        (date(2023, 1, 1), ("work",), False),
    ],
)
def test_a_private_company_is_allowed_by_the_law_of_the_day(
    start: date, content: tuple[Any, ...], *, found: bool
) -> None:
    assert bool(at_company(start, content).open(provider, start + timedelta(days=10))) is found


def test_a_company_is_known_by_its_own_word_that_she_has_started_though_the_county_agreed_the_place() -> None:
    start = date(2020, 3, 2)
    said = PlacementAgreed(
        placement_id=PLACEMENT,
        site_id=SITE,
        start_on=start,
        end_on=start + timedelta(days=200),
        provider_org=COMPANY[0],
    )
    agreed = story().told(said, on=start, by=COUNTY)
    assert agreed.open(provider, start) == {}

    begun = PlacementStarted(placement_id=PLACEMENT, started_on=start)
    assert keys(agreed.told(begun, on=start, by=COMPANY).open(provider, start)) == [KEY]


def test_other_providers_are_always_allowed() -> None:
    assert placed(start=date(2020, 3, 2)).open(provider, date(2020, 6, 1)) == {}


def places(told: Story, opened: int = 0, reserved: int = 0, closed: int = 0, site: UUID = SITE, on: int = 2) -> Story:
    for kind, number in ((PlaceOpened, opened), (PlaceReserved, reserved), (PlaceClosed, closed)):
        if number:
            told.told(kind(site_id=site, places=number), on=march(on), by=WORKSHOP)
    return told


def described(municipality: str = "743", site: UUID = SITE, told: Story | None = None) -> Story:
    said = SiteDescribed(site_id=site, municipality=municipality, host_org_type="workshop")
    return (told or story()).told(said, on=march(1), by=WORKSHOP)


@pytest.mark.parametrize(("reserved", "found"), [(18, False), (19, False), (20, True)])
def test_no_place_free_is_few(reserved: int, *, found: bool) -> None:
    assert bool(places(described(), 20, reserved).open(capacity, march(3))) is found


def test_less_than_five_percent_is_few() -> None:
    assert keys(places(described(), 100, 96).open(capacity, march(3))) == ["locality:743"]
    assert places(described(), 100, 95).open(capacity, march(3)) == {}


def test_localities_are_looked_at_one_by_one_and_all_sites_of_one_together() -> None:
    told = described("743", SECOND_SITE, described())
    places(places(told, 10, 10), 10, 0, site=SECOND_SITE)
    assert told.open(capacity, march(3)) == {}

    apart = described("145", SECOND_SITE, described())
    places(places(apart, 10, 10), 10, 0, site=SECOND_SITE)
    assert keys(apart.open(capacity, march(3))) == ["locality:743"]


def test_closed_places_are_gone_and_opened_ones_mend_it() -> None:
    told = places(described(), 10, 5, 5)
    (found,) = told.open(capacity, march(3)).values()
    assert (found.facts["places"], found.facts["free"]) == (5, 0)

    assert places(told, 2, on=9).open(capacity, march(10)) == {}
    assert keys(told.retracted(told.last, march(11)).open(capacity, march(12))) == ["locality:743"]


def test_who_has_no_places_lacks_none() -> None:
    assert described().open(capacity, march(3)) == {}
