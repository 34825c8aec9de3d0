"""Who may read what the referrals show, by the policy that is shipped."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from kernel.disclosure import Policy, Viewer, disclose, load_policy
from kernel.facts import Conclusion
from kernel.views import Rows, View
from schemas.referrals.received_v1 import ReferralReceived
from services.referrals.rules.two_referrals import rule as two_referrals
from services.referrals.views.duplicates import view as duplicates
from services.referrals.views.plan_register import view as plans
from services.referrals.views.referral_board import view as referrals
from services.referrals.views.responsibility_matrix import view as matrix
from services.referrals.views.service_catalogue import view as catalogue
from services.referrals.views.service_gap import view as gaps
from tests.sample.facts import fact
from tests.unit.given import AUTHORITY, CLINIC, COUNTY, OFFICE, SUBJECT, WORKSHOP, By, Story
from tests.unit.referrals.story import KELA, ONE, TWO, referred, story

ROOT = Path(__file__).parents[3]
DAY = date(2026, 3, 2)
HOSPITAL: By = ("9000031-0", "specialised_health_care")


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


def the_row(view: View, told: Story) -> dict[str, Any]:
    (row,) = told.rows(view)
    return {k: v for k, v in row.items() if k != "subject"}


def pair_of(said: Conclusion) -> dict[str, Any]:
    rows = Rows(duplicates.key)
    for handler in duplicates.handlers["duplicate_work.detected"]:
        handler(rows, fact(said, 1, type="fi.polku.duplicate_work.detected.v1"))
    (row,) = rows
    return row


def test_a_referral_elsewhere_tells_neither_its_service_nor_who_gives_it_to_other_parties_to_her_plan(
    policy: Policy,
) -> None:
    """`service_type` was hidden, and the hospital stood beside it as who was to receive her."""
    told = referred(story(), ONE, DAY, COUNTY, service_type="psychiatry", target_org=HOSPITAL[0])
    told.told(ReferralReceived(referral_id=ONE), on=DAY, by=HOSPITAL)
    row = the_row(referrals, told)

    for by in (AUTHORITY, KELA):
        found = shown(policy, by, referrals, "stated", **row)
        assert found and found["state"] == "received" and found["referrer_org"] == COUNTY[0]
        assert HOSPITAL[0] not in str(found) and "psychiatry" not in str(found)
        own = shown(policy, by, referrals, "stated", **{**row, "referrer_org": by[0]})
        assert own and (own["service_type"], own["receiver_org"]) == ("psychiatry", HOSPITAL[0])
    for by, relation in ((COUNTY, "stated"), (WORKSHOP, "receiver")):
        found = shown(policy, by, referrals, relation, **{**row, "target_provider": by[0]})
        assert found and (found["service_type"], found["receiver_org"]) == ("psychiatry", HOSPITAL[0])


def test_who_gives_work_activity_itself_is_known_to_every_party_to_it(policy: Policy) -> None:
    row = the_row(referrals, referred(story(), ONE, DAY, CLINIC, target_provider=WORKSHOP[0]))

    for by in (AUTHORITY, KELA):
        found = shown(policy, by, referrals, "stated", **row)
        assert found and (found["receiver_org"], found["target_provider"]) == (COUNTY[0], WORKSHOP[0])
        assert found["service_type"] == "rehab_work_activity"


def test_a_pair_about_a_service_elsewhere_tells_others_neither_the_service_nor_who_gives_it(policy: Policy) -> None:
    told = referred(story(), ONE, DAY, COUNTY, service_type="psychiatry", target_org=HOSPITAL[0])
    referred(told, TWO, DAY, HOSPITAL, service_type="psychiatry", target_org=HOSPITAL[0])
    (said,) = told.open(two_referrals, DAY + timedelta(days=1)).values()
    row = pair_of(said) | {"told_org": COUNTY[0], "told_other_org": HOSPITAL[0], "lead_org": HOSPITAL[0]}
    found = shown(policy, AUTHORITY, duplicates, "stated", **row)

    assert found and (found["rule"], found["state"]) == ("D01", "suspected")
    assert HOSPITAL[0] not in str(found) and "psychiatry" not in str(found)
    for by in (AUTHORITY, HOSPITAL, COUNTY):
        own = shown(policy, by, duplicates, "stated", **{**row, "told_org": by[0]})
        assert own and own["service_type"] == "psychiatry" and HOSPITAL[0] in own["orgs"]


def test_a_pair_within_work_activity_tells_every_party_to_it_who_they_are(policy: Policy) -> None:
    told = referred(referred(story(), ONE, DAY, AUTHORITY), TWO, DAY, CLINIC)
    (said,) = told.open(two_referrals, DAY + timedelta(days=1)).values()
    elsewhere, item = ("9000005-4", "te_office"), {"id": str(ONE), "opened_on": "2026-03-02", "state": "open"}

    def seen(rule: str, *of: By, **facts: Any) -> bool:
        items = [{**item, "org": org, "org_type": kind} for org, kind in of]
        row = pair_of(said.model_copy(update={"rule": rule, "facts": {"items": items, **facts}}))
        return "orgs" in (shown(policy, elsewhere, duplicates, "stated", **row) or {})

    assert "orgs" in (shown(policy, elsewhere, duplicates, "stated", **pair_of(said)) or {})
    assert seen("D02", AUTHORITY, COUNTY) and seen("D12", WORKSHOP, COUNTY) and seen("D10", OFFICE, COUNTY)
    assert not seen("D12", HOSPITAL, COUNTY) and not seen("D06", OFFICE, COUNTY)
    assert not seen("D11", AUTHORITY, COUNTY, service_type="psychiatry")


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
