"""R-OPS-1: nothing comes from a partner for twice as long as agreed. It is about the organisation and about nobody."""

from datetime import date, datetime, timedelta
from typing import Literal

import pytest

from kernel.calendar import HELSINKI
from kernel.conclude import evaluate
from kernel.params import Reference
from kernel.valid import valid
from kernel.views import Rows
from schemas.organisations.deactivated_v1 import OrgDeactivated
from schemas.partners.heard_v1 import PartnerHeard
from schemas.rule_parameters.set_v1 import RuleParametersSet
from services.referrals.feed import office_time_after
from services.referrals.rules.partner_feed import rule
from services.referrals.views.partner_feeds import view
from tests.unit.given import COUNTY, Story
from tests.unit.referrals.story import story

FRIDAY = date(2026, 3, 6)
Profile = Literal["A", "B", "C", "D"]


def at(day: int, hour: int = 8, minute: int = 0) -> datetime:
    """An hour of March 2026 in Finland."""
    return datetime(2026, 3, day, hour, minute, tzinfo=HELSINKI)


def heard(profile: Profile, *instants: datetime, told: Story | None = None) -> Story:
    told = told or story()
    for instant in instants:
        fact = PartnerHeard(org=COUNTY[0], source=f"urn:polku:{COUNTY[0]}:s", profile=profile, heard_at=instant)
        told.told(fact, on=instant, own=True)
    return told


def late(told: Story, now: datetime) -> bool:
    return "feed" in told.open(rule, now)


@pytest.mark.parametrize(
    ("profile", "limit"),
    [("A", at(2, 12)), ("B", at(3, 10)), ("C", at(2, 10) + timedelta(days=32)), ("D", None)],
)
def test_each_profile_has_its_own_patience(profile: Profile, limit: datetime | None) -> None:
    told = heard(profile, at(2, 10))
    if limit is None:
        assert not late(told, at(2) + timedelta(days=400)), "nobody waits for the word of people at a form"
        return

    assert not late(told, limit - timedelta(seconds=1))
    assert late(told, limit)


def test_nights_weekends_and_holidays_are_no_silence() -> None:
    assert office_time_after(at(6, 15), 120) == at(9, 9)
    assert office_time_after(datetime(2026, 4, 2, 15, tzinfo=HELSINKI), 120) == datetime(2026, 4, 7, 9, tzinfo=HELSINKI)
    assert office_time_after(at(7, 23), 60) == at(9, 9)


def test_a_statement_that_comes_late_or_out_of_order_counts_for_its_own_instant() -> None:
    told = heard("B", at(2, 10))
    assert late(told, at(4, 12))

    heard("B", at(4, 9), at(3, 9), told=told)

    assert not late(told, at(4, 12))


def test_a_statement_that_is_taken_back_leaves_the_one_before() -> None:
    told = heard("B", at(2, 10), at(4, 9))

    assert late(told.retracted(told.last, on=at(4, 10), by=("9000001-1", "operator")), at(4, 12)) is False
    told = heard("B", at(2, 10))
    told.told(told.facts[0].data.model_copy(update={"heard_at": at(4, 9)}), on=at(4, 9), own=True, corrects="f1")
    assert not late(told, at(4, 12))


def test_numbers_agreed_for_one_organisation_count_from_their_day_on() -> None:
    def agreed(first: date) -> Story:
        scope = {"organiser": COUNTY[0]}
        numbers = RuleParametersSet.model_validate(
            {"rule": rule.id, "params": {"b_minutes": 4800}, "valid_from": first, "scope": scope}
        )
        return heard("B", at(2, 10)).agreed(numbers, on=date(2026, 2, 1))

    assert not late(agreed(date(2026, 3, 2)), at(6, 10))
    assert late(agreed(date(2026, 3, 3)), at(6, 10))


def test_nobody_waits_for_an_organisation_that_takes_part_no_longer() -> None:
    """It stayed late for ever, and its systems stood among the late sources of every answer."""

    def gone(day: date) -> Story:
        left = OrgDeactivated.model_validate({"org": COUNTY[0], "from": day})
        return heard("B", at(2, 10)).agreed(left, on=date(2026, 2, 1))

    assert late(gone(date(2026, 3, 5)), at(4, 12))
    assert not late(gone(date(2026, 3, 5)), at(5))
    assert not late(gone(date(2026, 3, 3)), at(4, 12))
    told, rows = gone(date(2026, 3, 5)), Rows(view.key)
    reference = Reference(valid(told.reference, ""))
    for id_, finding in evaluate([rule], told.state(), reference, [], at(9)).findings:
        view.forecasts[id_](rows, id_, finding)
    assert list(rows) == []


def test_a_feed_that_comes_back_is_told_once_for_each_silence() -> None:
    told = heard("B", at(2, 10), at(3, 9))
    assert [k for k in told.open(rule, at(3, 9)) if k != "feed"] == []

    heard("B", at(5, 9), at(5, 12), told=told)
    (back,) = [k for k in told.open(rule, at(5, 13)) if k != "feed"]
    assert rule.raises(back) == "partner.feed_resumed"
    assert rule.raises("feed") == "partner.feed_late"

    heard("B", at(10, 9), told=told)
    (again,) = [k for k in told.open(rule, at(10, 9)) if k != "feed"]
    assert again != back


def test_the_read_model_tells_from_when_on_a_feed_is_late() -> None:
    told, rows = heard("B", at(2, 10), at(3, 9), at(6, 9)), Rows(view.key)
    for id_, finding in evaluate([rule], told.state(), Reference(), [], at(6, 9)).findings:
        view.forecasts[id_](rows, id_, finding)

    (row,) = rows
    assert (row["org"], row["profile"], row["heard_at"], row["late_from"]) == (COUNTY[0], "B", at(6, 9), at(9, 9))
