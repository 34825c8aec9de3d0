"""What the board of referrals shows."""

from datetime import date, timedelta
from typing import Any

from kernel.calendar import midnight
from kernel.facts import Conclusion, Fact
from schemas.referrals.accepted_v1 import ReferralAccepted
from schemas.referrals.received_v1 import ReferralReceived
from schemas.referrals.redirected_v1 import ReferralRedirected
from services.referrals.views.referral_board import view
from tests.unit.given import AUTHORITY, COUNTY, OFFICE, SUBJECT
from tests.unit.referrals.story import ONE, TWO, referred, story

MONDAY = date(2026, 3, 2)


def later(days: int) -> date:
    return MONDAY + timedelta(days=days)


def test_a_referral_goes_from_desk_to_desk() -> None:
    told = referred(story(), ONE, MONDAY, AUTHORITY, purpose=("strengthen_everyday_life",))

    def row() -> dict[str, object]:
        (found,) = told.rows(view)
        return found

    assert (row()["state"], row()["receiver_org"], row()["submitted_on"]) == ("submitted", COUNTY[0], MONDAY)

    told.told(ReferralReceived(referral_id=ONE), on=later(1), by=COUNTY)
    assert (row()["state"], row()["received_on"]) == ("received", later(1))

    told.told(ReferralRedirected(referral_id=ONE, next_org=OFFICE[0]), on=later(2), by=COUNTY)
    assert (row()["state"], row()["receiver_org"]) == ("redirected", OFFICE[0])

    told.told(ReferralAccepted(referral_id=ONE, reason_code="suitable"), on=later(3), by=OFFICE)
    assert (row()["state"], row()["decided_on"], row()["reason_code"]) == ("accepted", later(3), "suitable")
    assert (row()["referrer_org"], row()["purpose"]) == (AUTHORITY[0], ["strengthen_everyday_life"])


def test_a_referral_sent_again_stands_where_it_stood() -> None:
    told = referred(story(), ONE, MONDAY, AUTHORITY).told(ReferralReceived(referral_id=ONE), on=later(1), by=COUNTY)

    (row,) = referred(told, ONE, later(2), AUTHORITY, feedback_permitted=True).rows(view)

    assert (row["state"], row["submitted_on"], row["feedback_permitted"]) == ("received", MONDAY, True)


def test_a_word_about_a_referral_that_nobody_submitted_shows_all_the_same() -> None:
    (row,) = story().told(ReferralReceived(referral_id=TWO), on=MONDAY, by=COUNTY).rows(view)

    assert (row["referral_id"], row["state"]) == (TWO, "received")


def test_why_a_client_was_referred_is_sensitive() -> None:
    classes = {c.name: c.data_class for c in view.columns}

    assert {n for n, c in classes.items() if c == "sensitive"} == {"purpose", "reason_code"}


def concluded(name: str, id_: str, **more: Any) -> Fact:
    facts = {"referral_id": str(ONE), "step": "receive"}
    said = Conclusion(rule="R-REF-1", rule_version=1, key="k", m=1, since=midnight(later(3)), facts=facts, **more)
    at = midnight(later(3))
    return Fact(1, 9, SUBJECT, "urn:polku:9000001-1:r", id_, f"fi.polku.{name}.v1", at, at, said, own=True)


def test_what_a_referral_waits_for_is_shown_until_the_step_is_taken() -> None:
    told = referred(story(), ONE, MONDAY, AUTHORITY)
    told.facts.append(concluded("referral.stale", "r1"))
    (row,) = told.rows(view)
    assert (row["waits_for"], row["waits_since"]) == ("receive", later(3))

    told.facts.append(concluded("finding.withdrawn", "w1", raised="another"))
    assert [r["waits_for"] for r in told.rows(view)] == ["receive"]
    told.facts.append(concluded("finding.withdrawn", "w2", raised="r1"))
    assert [(r["waits_for"], r["waits_since"]) for r in told.rows(view)] == [(None, None)]
