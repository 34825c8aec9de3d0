"""What there is, what is missing, and what employers could give."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from kernel.facts import Conclusion, Fact
from kernel.views import Rows
from schemas.access_barriers.reported_v1 import AccessBarrierReported
from schemas.clients.registered_v1 import ClientRegistered
from schemas.employers.help_requested_v1 import EmployerHelpRequested
from schemas.employers.help_requested_v2 import EmployerHelpRequested as NewestCall
from schemas.employers.wage_subsidy_process_step_v1 import WageSubsidyProcessStep
from schemas.employers.work_opportunity_blocked_v1 import WorkOpportunityBlocked
from schemas.employers.work_opportunity_filled_v1 import WorkOpportunityFilled
from schemas.employers.work_opportunity_opened_v1 import WorkOpportunityOpened
from schemas.employers.work_opportunity_opened_v2 import WorkOpportunityOpened as NewestWork
from schemas.parallel_services.started_v1 import ParallelServiceStarted
from schemas.placements.started_v1 import PlacementStarted
from schemas.referrals.rejected_v1 import ReferralRejected
from schemas.rule_parameters.set_v1 import RuleParametersSet
from schemas.services.gap_explained_v1 import ServiceGapExplained
from schemas.services.offer_published_v1 import ServiceOfferPublished
from schemas.services.resumed_v1 import ServiceResumed
from schemas.services.suspended_v1 import ServiceSuspended
from schemas.sites.described_v1 import SiteDescribed
from schemas.sites.meal_offer_set_v1 import SiteMealOfferSet
from services.referrals.rules.service_gap import rule
from services.referrals.views.employer_cooperation import view as employers
from services.referrals.views.service_catalogue import view as catalogue
from services.referrals.views.service_gap import view as gaps
from services.referrals.views.service_gap_reasons import view as reasons
from tests.unit.given import AUTHORITY, COUNTY, SUBJECT, WORKSHOP, Story
from tests.unit.referrals.story import MONDAY, ONE, PLACE, SITE, THREE, TWO, later, referred, story

EMPLOYER = ("9000023-0", "employer")
NOW = datetime(2026, 3, 9, 8, tzinfo=UTC)


def far_away(told: Story) -> Story:
    home = ClientRegistered(home_municipality="743", age_band="25plus", language="fi", birth_year=1980)
    told.told(home, on=later(-5), by=COUNTY)
    return told.told(
        AccessBarrierReported(service_type="debt_counselling", type="distance", km=62), on=MONDAY, by=COUNTY
    )


def test_a_service_too_far_away_is_a_gap_until_it_begins() -> None:
    told = far_away(story())
    (found,) = told.open(rule, later(1)).values()
    assert found.facts == {
        **{"service_type": "debt_counselling", "municipality": "743", "told_by": COUNTY[0]},
        **{"reason": "distance", "km": 62},
    }

    told.told(ParallelServiceStarted(ps_id=ONE, service_type="debt_counselling", started_on=later(5)), on=later(5))
    assert told.open(rule, later(6)) == {}


@pytest.mark.parametrize(
    ("reason", "found"), [("no_service_in_area", 1), ("no_free_places", 1), ("criteria_not_met", 0)]
)
def test_a_referral_that_had_nowhere_to_go_is_a_gap(reason: Any, found: int) -> None:
    told = referred(story(), ONE, MONDAY, AUTHORITY)
    told.told(ReferralRejected(referral_id=ONE, reason_code=reason), on=later(2), by=COUNTY)
    assert len(told.open(rule, later(3))) == found

    told.told(PlacementStarted(placement_id=PLACE, started_on=later(4)), on=later(4))
    assert told.open(rule, later(5)) == {}


def test_a_gap_taken_back_is_none_and_an_old_one_is_forgotten() -> None:
    told = far_away(story())
    assert (len(told.open(rule, date(2027, 3, 2))), told.open(rule, date(2027, 3, 3))) == (1, {})

    shorter = RuleParametersSet(rule="R-GAP-1", params={"days": 10}, valid_from=MONDAY)
    assert far_away(story()).agreed(shorter, on=MONDAY).open(rule, later(10)) == {}
    assert told.retracted(told.last, later(1), by=COUNTY).open(rule, later(2)) == {}


def concluded(name: str, id_: str, **more: Any) -> Fact:
    facts = {"service_type": "debt_counselling", "municipality": "743", "reason": "distance", "km": 62}
    said = Conclusion(rule="R-GAP-1", rule_version=1, key="k", m=1, since=NOW, facts=facts, **more)
    return Fact(1, 9, SUBJECT, "urn:polku:9000001-1:r", id_, f"fi.polku.{name}.v1", NOW, NOW, said, own=True)


@pytest.mark.parametrize(("reason", "left"), [("resolved", ["over"]), ("expired", ["over"]), ("corrected", [])])
def test_the_list_of_gaps_keeps_what_was_and_forgets_what_was_told_by_mistake(reason: str, left: list[str]) -> None:
    rows = Rows(gaps.key)
    for fact in (
        concluded("service_gap.detected", "r1"),
        concluded("finding.withdrawn", "w", raised="r1", reason=reason),
    ):
        for handler in gaps.handlers[fact.name]:
            handler(rows, fact)

    assert [r["state"] for r in rows] == left


def test_why_a_service_is_missing_is_told_by_locality() -> None:
    told = story()
    for given in (("attitude",), ("competence", "resources")):
        said = {"service_type": "job_coaching", "municipality": "005", "reasons": given}
        told.told(ServiceGapExplained.model_validate(said), on=MONDAY, by=COUNTY, lane=0)

    assert [r["reasons"] for r in told.rows(reasons)] == [["competence", "resources"]]


def test_the_catalogue_shows_offers_sites_meals_and_pauses() -> None:
    told = story()
    offer = ServiceOfferPublished(offer_id=ONE, service_type="job_coaching", municipality="743", content=("work",))
    site = SiteDescribed(site_id=SITE, municipality="743", host_org_type="workshop")
    told.told(offer, site, SiteMealOfferSet(site_id=SITE, offer="free"), on=MONDAY, by=WORKSHOP, lane=0)
    paused = ServiceSuspended.model_validate({"scope": {"site": str(SITE)}, "reason": "epidemic", "from": later(1)})
    told.told(paused, on=later(1), by=WORKSHOP, lane=0)

    rows = {(r["what"], r["item"]): r for r in told.rows(catalogue)}
    assert (rows["offer", str(ONE)]["provider_org"], rows["offer", str(ONE)]["content"]) == (WORKSHOP[0], ["work"])
    shown = rows["site", str(SITE)]
    assert (shown["meal_offer"], shown["paused_from"], shown["host_org_type"]) == ("free", later(1), "workshop")

    again = ServiceResumed.model_validate({"scope": {"site": str(SITE)}, "from": later(20)})
    told.told(again, on=later(20), by=WORKSHOP, lane=0)
    assert [r["paused_from"] for r in told.rows(catalogue) if r["what"] == "site"] == [None]


def test_an_offer_taken_back_is_gone() -> None:
    told = story()
    offer = ServiceOfferPublished(offer_id=ONE, service_type="job_coaching", municipality="743")
    told.told(offer, on=MONDAY, by=WORKSHOP, lane=0)

    assert told.retracted(told.last, later(1), by=WORKSHOP).rows(catalogue) == []


def test_work_of_a_few_hours_is_opened_blocked_and_filled() -> None:
    told = story().told(WorkOpportunityOpened(opportunity_id=TWO, hours_per_week=8), on=MONDAY, by=EMPLOYER, lane=0)
    blocked = WorkOpportunityBlocked(opportunity_id=TWO, reason_code="no_permission_to_fill")
    (row,) = told.told(blocked, on=later(1), by=EMPLOYER, lane=0).rows(employers)
    assert (row["state"], row["reason_code"], row["hours_per_week"]) == ("blocked", "no_permission_to_fill", 8)

    filled = WorkOpportunityFilled(opportunity_id=TWO, filled_on=later(9))
    (row,) = told.told(filled, on=later(9), by=EMPLOYER, lane=0).rows(employers)
    assert (row["state"], row["reason_code"], row["since"]) == ("filled", None, MONDAY)


def test_work_and_calls_for_help_tell_where_and_for_how_few_hours_of_a_day() -> None:
    opened = NewestWork(opportunity_id=ONE, hours_per_week=4, hours_per_day=1, municipality="759")
    told = story().told(opened, NewestCall(help_code="wage_subsidy", municipality="743"), on=MONDAY, by=EMPLOYER)

    rows = sorted(told.rows(employers), key=lambda r: r["what"])
    assert [(r["what"], r["municipality"], r.get("hours_per_day")) for r in rows] == [
        ("help", "743", None),
        ("opportunity", "759", 1),
    ]
    assert story().rows(employers) == []
    assert NewestWork.upgrade(WorkOpportunityOpened(opportunity_id=ONE, hours_per_week=4)).municipality is None


def test_an_employers_request_is_a_task_of_the_authority_until_it_takes_a_step() -> None:
    told = story().told(
        EmployerHelpRequested(help_code="paperwork", opportunity_id=TWO), on=MONDAY, by=EMPLOYER, lane=0
    )
    (row,) = told.rows(employers)
    assert (row["state"], row["owner"]) == ("asked", "employment_officer")

    step = WageSubsidyProcessStep(opportunity_id=TWO, step_code="applied", owner="employment_officer")
    told.told(step, on=later(3), by=EMPLOYER, lane=0)
    assert {(r["what"], r["state"]) for r in told.rows(employers)} == {
        ("help", "answered"),
        ("wage_subsidy", "running"),
    }


def test_a_step_about_a_client_stands_on_her_path_and_not_among_employers() -> None:
    step = WageSubsidyProcessStep(opportunity_id=THREE, step_code="applied")

    assert story().told(step, on=MONDAY, by=AUTHORITY).rows(employers) == []
