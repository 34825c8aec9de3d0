"""When an alert that nobody takes rings again, and for whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from kernel.calendar import HELSINKI
from schemas.contacts.logged_v1 import ContactLogged
from schemas.organisations.closing_days_set_v1 import ClosingDaysSet
from services.notifications.working_time import working_time_after
from tests.unit.notifications.story import (
    ABSENCE,
    ANNA,
    COUNTY,
    EMPLOYMENT,
    OPERATOR,
    PLACEMENT,
    REVIEW,
    SILENCE,
    WORKSHOP,
    Story,
    at,
)

SECOND = timedelta(seconds=1)


def raised(now: datetime, **facts: object) -> Story:
    story = Story(now)
    story.own_worker("anna")
    story.living_in("743")
    story.raised(ABSENCE, placement_id=PLACEMENT, **facts)
    return story


def test_two_working_days_without_a_claim_and_the_team_hears() -> None:
    story = raised(at(2))

    story.until(at(4) - SECOND)
    before = story.alert["escalated_to"]
    story.until(at(4))

    assert (before, story.alert["escalated_to"]) == (None, "team")
    assert story.alert["notices"][-1]["to"]["via"] == "team"


def test_five_working_days_and_the_lead_of_the_team_hears() -> None:
    story = raised(at(2))

    story.until(at(9) - SECOND)
    before = story.alert["escalated_to"]
    story.until(at(9))

    assert (before, story.alert["escalated_to"]) == ("team", "lead")


def test_the_weekend_and_the_easter_holidays_do_not_count() -> None:
    story = raised(at(2, month=4))  # Thursday before Good Friday; Monday is a holiday too

    story.until(at(8, 9, month=4))
    before = story.alert["escalated_to"]
    story.until(at(8, 10, month=4))

    assert (before, story.alert["escalated_to"]) == (None, "team")


def test_an_alert_that_is_withdrawn_as_its_claim_lapses_is_not_opened_again_and_nobody_hears_of_it() -> None:
    story = Story(at(2))
    story.own_worker("anna")
    cause = story.raised(ABSENCE, placement_id=PLACEMENT)
    story.does(ANNA, "claim")

    story.now = at(9)
    story.withdrawn(cause)

    assert "alert.escalated" in story.said
    assert story.alert["status"] == "withdrawn"
    assert [h["what"] for h in story.alert["history"]] == ["open", "claimed", "withdrawn"]
    assert not [n for n in story.alert["notices"] if n["kind"].startswith("escalated")]


def test_seen_stops_nothing() -> None:
    story = raised(at(2))
    story.does(ANNA, "acknowledge")

    story.until(at(4))

    assert story.alert["escalated_to"] == "team"


def test_a_claim_stops_it_and_answers_what_had_been_escalated() -> None:
    story = raised(at(2))
    story.until(at(4))

    story.does(ANNA, "claim")
    story.until(at(10))

    assert (story.alert["escalated_to"], story.alert["status"]) == (None, "claimed")


def test_a_claim_without_an_entry_lapses_after_five_working_days_and_rings_again() -> None:
    story = raised(at(2))
    story.does(ANNA, "claim")

    story.until(at(9) - SECOND)
    before = story.alert["status"]
    story.until(at(9))

    assert (before, story.alert["status"], story.alert["claimed_by"]) == ("claimed", "open", None)
    assert story.alert["notices"][-1]["kind"] == "escalated_claim_1"


def test_after_a_lapse_the_team_hears_two_working_days_later() -> None:
    story = raised(at(2))
    story.does(ANNA, "claim")

    story.until(at(11))

    assert story.alert["escalated_to"] == "team"


def test_a_lapsed_alert_may_be_claimed_anew_and_lapses_anew() -> None:
    story = raised(at(2))
    story.does(ANNA, "claim")
    story.until(at(9))

    assert story.does(ANNA, "claim") == ["alert.claimed"]
    story.until(at(16))
    assert story.alert["notices"][-1]["kind"] == "escalated_claim_3"


def test_a_contact_about_the_alert_is_an_entry_that_keeps_the_claim() -> None:
    story = raised(at(2))
    story.does(ANNA, "claim")
    story.until(at(6))
    logged = ContactLogged.example().model_copy(update={"alert_id": story.alert["alert_id"], "on": date(2026, 3, 6)})
    story.stated(logged)

    story.until(at(10))

    assert story.alert["status"] == "claimed"


def test_a_snoozed_alert_does_not_lapse_while_it_waits() -> None:
    story = raised(at(2))
    story.does(ANNA, "snooze", until=date(2026, 3, 20))

    story.until(at(20))

    assert story.alert["status"] == "waiting"


def test_a_closed_alert_is_not_escalated() -> None:
    story = raised(at(2))
    story.closes(ANNA)

    story.until(at(20))

    assert "alert.escalated" not in story.said


def test_after_a_hand_over_the_new_one_has_two_working_days() -> None:
    story = raised(at(2))
    story.until(at(3))
    story.does(ANNA, "hand_over", to="bo")

    story.until(at(5) - SECOND)
    before = story.alert["escalated_to"]
    story.until(at(5))

    assert (before, story.alert["escalated_to"]) == (None, "team")


def test_silence_of_a_provider_goes_to_operations() -> None:
    story = Story(at(2))
    story.living_in("743")
    story.raised(SILENCE, placement_id=PLACEMENT)

    story.until(at(4))

    assert story.alert["notices"][-1]["to"]["org"] == OPERATOR


def rings(what: tuple[str, str], **facts: object) -> list[tuple[str, str]]:
    """Organisation and role that hear after two and after five working days."""
    story = Story(at(2))
    story.living_in("743")
    story.raised(what, **facts)
    story.until(at(9))
    return [(n["to"]["org"], n["to"]["role"]) for n in story.alert["notices"] if n["kind"].startswith("escalated")]


def test_what_the_authority_leaves_lying_its_own_people_hear_of() -> None:
    assert rings(REVIEW) == [(EMPLOYMENT, "employment_officer"), (EMPLOYMENT, "team_lead")]


def test_a_referral_that_its_receiver_leaves_lying_is_the_leads_at_once() -> None:
    lead = (COUNTY, "team_lead")

    assert rings(("R-REF-1", "referral.stale"), receiver_org=WORKSHOP) == [lead, lead]


def test_what_a_provider_leaves_lying_is_the_social_teams_unless_it_is_about_data() -> None:
    asked = {"placement_id": PLACEMENT, "provider_org": WORKSHOP}

    team, lead = (COUNTY, "social_instructor"), (COUNTY, "team_lead")
    assert rings(("R-ABS-5", "certificate.missing"), **asked) == [team, lead]
    assert {org for org, _ in rings(SILENCE, **asked)} == {OPERATOR}


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        (datetime(2026, 3, 2, 0), 2, datetime(2026, 3, 4, 0)),
        (datetime(2026, 3, 6, 12), 2, datetime(2026, 3, 10, 12)),
        (datetime(2026, 3, 7, 12), 2, datetime(2026, 3, 11, 0)),
        (datetime(2026, 3, 27, 12), 1, datetime(2026, 3, 30, 12)),  # summer time begins in between
        (datetime(2026, 12, 4, 9), 1, datetime(2026, 12, 7, 9)),  # Independence Day is a Sunday
        (
            datetime(2026, 12, 23, 9),
            2,
            datetime(2026, 12, 29, 9),
        ),  # the 25th and 26th are holidays
    ],
)
def test_working_time_is_counted_in_whole_days_of_the_clock_on_the_wall(
    start: datetime, days: int, end: datetime
) -> None:
    assert working_time_after(start.replace(tzinfo=HELSINKI), days) == end.replace(tzinfo=HELSINKI)


def closed(story: Story, *days: date) -> None:
    said = ClosingDaysSet(year=2026, days=days)
    fact = story.fact(said.meta.name, said, f"urn:polku:{COUNTY}:s", "wellbeing_county")
    story.reference.append(replace(fact, lane=0, subject=None))


def test_a_closing_day_of_whoever_is_waited_for_does_not_count() -> None:
    story = raised(at(2))
    closed(story, date(2026, 3, 3))

    story.until(at(5) - SECOND)
    before = story.alert["escalated_to"]
    story.until(at(5))

    assert (before, story.alert["escalated_to"]) == (None, "team")


def test_closing_days_that_were_set_anew_replace_those_of_the_year() -> None:
    story = raised(at(2))
    closed(story, date(2026, 3, 3))
    closed(story, date(2026, 12, 31))

    story.until(at(4))

    assert story.alert["escalated_to"] == "team"
