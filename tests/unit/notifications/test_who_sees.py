"""Who may read what is to be done, by the policy that is shipped."""

from datetime import date
from pathlib import Path
from typing import Any

from kernel.disclosure import Viewer, disclose, load_policy
from services.notifications.views.absence_alerts import _concluded, _responsible
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


def test_why_an_alert_about_a_service_elsewhere_rang_is_told_to_those_who_answer_for_it_and_to_social_work() -> None:
    """It told every party to her plan to which service she was referred, and whose desk the referral lay on."""
    to = {"org": CLINIC[0], "person_ref": None, "team": None, "via": "receiver"}
    elsewhere, activity = (
        {"service_type": s, "receiver_org": CLINIC[0]} for s in ("psychiatry", "rehab_work_activity")
    )

    def seen(by: By, *reasons: dict[str, Any], **more: Any) -> bool:
        why = [{"rule": "R-REF-1", "key": "k", "facts": f} for f in reasons]
        facts = {"family": "referral", "kind": [], "placement_id": None, "priority": "normal", "raises": [], "why": why}
        row = (
            {c.name: None for c in alerts.columns} | _concluded(facts) | _responsible(to) | {"subject": SUBJECT} | more
        )
        found = disclose(POLICY, Viewer(by[0], frozenset({by[1]}), "u"), ("responsible",), alerts, row, DAY)
        return found is not None and "why" in found[0]

    assert not seen(AUTHORITY, elsewhere) and not seen(AUTHORITY, activity, elsewhere) and seen(AUTHORITY, activity)
    assert seen(AUTHORITY, elsewhere, responsible_org=AUTHORITY[0]) and seen(AUTHORITY, {"missed": 3})
    assert seen(COUNTY, elsewhere) and seen(CLINIC, elsewhere) and not seen(OFFICE, elsewhere)
