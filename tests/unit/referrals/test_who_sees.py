"""Who may read what the referrals show, by the policy that is shipped."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kernel.disclosure import Grant, Policy, Viewer, disclose, load_policy
from kernel.views import View
from services.referrals.views.duplicates import view as duplicates
from services.referrals.views.plan_register import view as plans
from services.referrals.views.referral_board import view as referrals
from services.referrals.views.responsibility_matrix import view as matrix
from services.referrals.views.service_catalogue import view as catalogue
from services.referrals.views.service_gap import view as gaps
from tests.unit.given import AUTHORITY, CLINIC, COUNTY, SUBJECT, WORKSHOP, By
from tests.unit.referrals.story import KELA

ROOT = Path(__file__).parents[3]
DAY = date(2026, 3, 2)


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load_policy(ROOT / "deploy" / "disclosure.toml")


def shown(policy: Policy, by: By, view: View, *relations: str, **row: Any) -> dict[str, Any] | None:
    full = {c.name: None for c in view.columns} | {"subject": SUBJECT} | row
    found = disclose(policy, Viewer(by[0], frozenset({by[1]}), "somebody"), relations, view, full, DAY)
    return found and {k: v for k, v in found[0].items() if v is not None}


def test_of_a_pair_each_that_may_know_of_it_sees_it_and_nobody_else_of_its_kind(policy: Policy) -> None:
    row = {"rule": "D05", "told_org": COUNTY[0], "told_other_org": WORKSHOP[0]}

    assert shown(policy, WORKSHOP, duplicates, "provider", **row) is not None
    assert shown(policy, ("9000013-4", "association"), duplicates, "provider", **row) is None
    assert shown(policy, CLINIC, duplicates, "stated", **row) is None
    assert shown(policy, CLINIC, duplicates, "stated", **{**row, "told_org": CLINIC[0]}) is not None
    assert shown(policy, WORKSHOP, duplicates, **row) is None


def test_the_parties_to_the_plan_see_plans_pairs_gaps_and_responsibilities(policy: Policy) -> None:
    for by in (COUNTY, AUTHORITY):
        for view in (duplicates, plans, matrix, gaps):
            assert shown(policy, by, view, "stated", state="open") is not None


def test_which_service_it_is_about_is_told_to_those_who_have_to_do_with_that_very_service(policy: Policy) -> None:
    """A referral to psychiatry stood on the board for every party to her plan, whose page hides her services."""
    referral = {"state": "received", "service_type": "psychiatry", "referrer_org": COUNTY[0], "receiver_org": CLINIC[0]}
    pair = {"rule": "D02", "service_type": "psychiatry", "told_org": COUNTY[0], "told_other_org": CLINIC[0]}

    def told(by: By, view: View, row: dict[str, Any], *relations: str) -> tuple[bool, bool]:
        found = shown(policy, by, view, *(relations or ("stated",)), **row)
        return found is not None, "service_type" in (found or {})

    for by in (AUTHORITY, KELA):
        assert told(by, referrals, referral) == (True, False)
        assert told(by, referrals, {**referral, "referrer_org": by[0]}) == (True, True)
    assert told(COUNTY, referrals, referral) == (True, True)
    assert told(WORKSHOP, referrals, {**referral, "target_provider": WORKSHOP[0]}, "receiver") == (True, True)
    assert told(AUTHORITY, duplicates, pair) == (True, False)
    assert told(AUTHORITY, duplicates, {**pair, "told_org": AUTHORITY[0]}) == (True, True)
    assert told(COUNTY, duplicates, pair) == told(CLINIC, duplicates, pair) == (True, True)


def test_the_stricter_grants_of_the_decision_open_to_an_authority_s_own_word_its_own_rows_only(policy: Policy) -> None:
    page = (ROOT / "docs/decisions/0012-what-one-s-own-word-opens.md").read_text()
    given = tomllib.loads(page.partition("```toml\n")[2].partition("```")[0])["grant"]
    strict = [Grant.model_validate(g) for g in given]
    (parties,) = [g for g in policy.grants if AUTHORITY[1] in g.org_types and not g.records]
    stricter = Policy([*(g for g in policy.grants if g != parties), *strict])
    own, others = {"state": "open", "lead_org": AUTHORITY[0]}, {"state": "open", "lead_org": COUNTY[0]}

    assert strict[0].org_types == parties.org_types and strict[0].data_classes == parties.data_classes
    assert shown(policy, AUTHORITY, plans, "stated", **others) is not None
    assert shown(stricter, AUTHORITY, plans, "stated", **others) is None
    assert shown(stricter, AUTHORITY, gaps, "stated", state="open") is None
    assert shown(stricter, AUTHORITY, plans, "stated", **own) is not None
    assert shown(stricter, AUTHORITY, plans, "stated", "participant", **others) is not None


def test_kela_sees_plans_without_why_they_ended(policy: Policy) -> None:
    found = shown(policy, KELA, plans, "stated", state="ended", end_reason="moved")

    assert found == {"client_ref": SUBJECT, "state": "ended"}
    assert shown(policy, KELA, gaps, "stated", state="open") is None


def test_a_provider_sees_its_own_people_and_what_was_handed_over_to_it(policy: Policy) -> None:
    assert shown(policy, WORKSHOP, matrix, "provider", task="handover", org=WORKSHOP[0]) is not None
    assert shown(policy, WORKSHOP, matrix, "provider", task="own_worker", org=COUNTY[0]) is None


def test_what_organisations_tell_of_their_services_is_for_everybody_and_names_no_client(policy: Policy) -> None:
    found = shown(policy, CLINIC, catalogue, "public", what="offer", service_type="job_coaching")

    assert found == {"what": "offer", "service_type": "job_coaching"}


def test_nobody_is_shown_what_a_view_keeps_for_itself(policy: Policy) -> None:
    found = shown(policy, COUNTY, matrix, "stated", task="own_worker", held=[{"ref": "so-aalto"}])

    assert found == {"client_ref": SUBJECT, "task": "own_worker"}
