"""Who may read what is to be done, by the policy that is shipped."""

from datetime import date
from pathlib import Path
from typing import Any

from kernel.disclosure import Viewer, disclose, load_policy
from services.notifications.views.absence_alerts import view as alerts
from services.notifications.views.worklist import view as worklist
from tests.unit.given import AUTHORITY, CLINIC, COUNTY, OFFICE, SUBJECT, WORKSHOP, By
from tests.unit.referrals.story import KELA

POLICY = load_policy(Path(__file__).parents[3] / "deploy" / "disclosure.toml")
DAY = date(2026, 3, 2)


def shown(by: By, relation: str, view: Any = worklist, **row: Any) -> bool:
    full = {c.name: None for c in view.columns} | {"subject": SUBJECT, view.key[0]: "x"} | row
    return disclose(POLICY, Viewer(by[0], frozenset({by[1]}), "u"), (relation,), view, full, DAY) is not None


def test_a_provider_sees_what_it_has_to_do_and_nothing_that_others_have() -> None:
    assert shown(WORKSHOP, "responsible", org=WORKSHOP[0], role="provider_client_manager")
    assert shown(WORKSHOP, "provider", org=COUNTY[0], claimed_org=WORKSHOP[0])
    assert not shown(WORKSHOP, "provider", org=COUNTY[0])
    assert not shown(WORKSHOP, "provider", org=OFFICE[0])
    assert not shown(WORKSHOP, "stated", org=WORKSHOP[0]), "what it says of itself gives it nothing"


def test_whoever_is_to_take_a_client_over_sees_that_it_is() -> None:
    for receiver in (WORKSHOP, OFFICE, CLINIC, KELA, AUTHORITY):
        assert shown(receiver, "receiver", kind="handover", what="take_over", org=receiver[0], asked_by=COUNTY[0])


def test_a_service_that_a_referral_was_sent_to_sees_the_alert_about_it_and_no_other() -> None:
    for receiver in (CLINIC, KELA):
        assert shown(receiver, "responsible", alerts, responsible_org=receiver[0], family="referral")
        assert not shown(receiver, "responsible", alerts, responsible_org=COUNTY[0], family="absence")
