"""What people may do with an alert, and what they are told when they may not."""

from __future__ import annotations

from datetime import date

import pytest
from pydantic import ValidationError

from kernel.decide import NotAllowed, NotThere, Stale
from services.notifications.decisions.close import Close
from tests.unit.notifications.story import ABSENCE, ANNA, BO, COUNTY, NO_SHOW, PLACEMENT, REVIEW, SITE, Story, at


@pytest.fixture
def story() -> Story:
    found = Story(at(2))
    found.own_worker("anna")
    found.raised(ABSENCE, placement_id=PLACEMENT)
    return found


def test_a_claim_shows_who_has_it(story: Story) -> None:
    assert story.does(ANNA, "claim") == ["alert.claimed"]

    assert (story.alert["status"], story.alert["claimed_by"], story.alert["claimed_org"]) == ("claimed", "anna", COUNTY)


def test_claiming_twice_is_nothing_new(story: Story) -> None:
    seen = story.alert
    story.does(ANNA, "claim", seen)

    assert story.does(ANNA, "claim", seen) == []


def test_the_second_who_saw_it_unclaimed_is_told_that_the_screen_is_old(story: Story) -> None:
    seen = story.alert
    story.does(ANNA, "claim")

    with pytest.raises(Stale):
        story.does(BO, "claim", seen)


def test_a_colleague_is_told_who_holds_it_and_another_organisation_only_which_one(story: Story) -> None:
    story.does(ANNA, "claim")

    with pytest.raises(NotAllowed, match="anna"):
        story.does(BO, "claim")
    with pytest.raises(NotAllowed, match=COUNTY):
        story.does(SITE, "claim")


def test_what_a_site_has_claimed_any_of_its_people_holds(story: Story) -> None:
    story.does(ANNA, "claim", by_site=True)

    assert story.does(BO, "claim") == []


def test_newer_numbers_and_raises_do_not_make_a_screen_stale(story: Story) -> None:
    seen = story.alert
    story.raised(NO_SHOW, placement_id=PLACEMENT)

    assert story.does(ANNA, "claim", seen) == ["alert.claimed"]


@pytest.mark.parametrize("what", ["claim", "acknowledge"])
def test_an_alert_that_is_not_hers_is_not_there(story: Story, what: str) -> None:
    with pytest.raises(NotThere):
        story.does(ANNA, what, {**story.alert, "alert_id": "0d8f6f0e-7c1b-4a53-9a0e-2f5d1c3b7a00"})


def test_seeing_it_twice_is_nothing_new(story: Story) -> None:
    story.does(ANNA, "acknowledge")

    assert story.does(ANNA, "acknowledge") == []
    assert (story.alert["acknowledged_by"], story.alert["status"]) == (["anna"], "open")


def test_closing_twice_is_nothing_new(story: Story) -> None:
    seen = story.alert
    assert story.closes(ANNA, seen) == ["alert.closed"]

    assert story.closes(BO, seen) == []


def test_a_withdrawn_alert_cannot_be_closed(story: Story) -> None:
    raised = next(f for f in story.facts if f.name == "absence.threshold_exceeded")
    story.withdrawn(raised)

    with pytest.raises(NotAllowed, match="withdrawn"):
        story.closes(ANNA)


def test_nobody_closes_a_matter_of_another_alert_along_with_this_one(story: Story) -> None:
    review = story.raised(REVIEW)
    absence = next(r for r in story.rows() if r["family"] == "absence")
    along = [*absence["raises"], {"rule": "R-REV-1", "key": "k", "m": 1, "id": review.id}]

    with pytest.raises(NotAllowed, match="R-REV-1"):
        story.does(ANNA, "close", absence, reason="sorted", closes=along)


def test_a_close_of_what_was_withdrawn_meanwhile_is_no_error(story: Story) -> None:
    extra = story.raised(NO_SHOW, placement_id=PLACEMENT)
    seen = story.alert
    story.withdrawn(extra)

    assert story.closes(ANNA, seen) == ["alert.closed"]
    assert story.open == []


def test_what_another_organisation_has_claimed_cannot_be_closed_or_given_away(story: Story) -> None:
    story.does(SITE, "claim", by_site=True)

    with pytest.raises(NotAllowed):
        story.closes(ANNA)
    with pytest.raises(NotAllowed):
        story.does(ANNA, "hand_over", to="bo")


def test_a_close_must_give_a_known_reason_and_name_something() -> None:
    shown = [{"rule": "R-ABS-1", "key": "k", "m": 1, "id": "x"}]
    id_ = "0d8f6f0e-7c1b-4a53-9a0e-2f5d1c3b7a00"

    with pytest.raises(ValidationError):
        Close.model_validate({"alert_id": id_, "reason": "bored", "closes": shown})
    with pytest.raises(ValidationError):
        Close.model_validate({"alert_id": id_, "reason": "sorted", "closes": []})


def test_what_the_door_says_was_shown_counts_before_what_the_caller_says() -> None:
    shown = [{"rule": "R-ABS-1", "key": "k", "m": 1, "id": "x"}]
    wider = [*shown, {"rule": "R-ABS-2", "key": "k", "m": 1, "id": "y"}]
    id_ = "0d8f6f0e-7c1b-4a53-9a0e-2f5d1c3b7a00"
    given = {"alert_id": id_, "reason": "sorted", "closes": wider, "shown": shown, "version": 5, "seen_version": 0}

    command = Close.model_validate(given)

    assert (len(command.closes), command.version) == (1, 0)


def test_handing_over_makes_somebody_else_responsible_who_has_to_take_it(story: Story) -> None:
    story.does(ANNA, "claim")

    story.does(ANNA, "hand_over", to="bo")

    assert (story.alert["status"], story.alert["responsible_person"], story.alert["claimed_by"]) == ("open", "bo", None)
    assert story.alert["notices"][-1]["kind"] == "handed_over_2"


def test_a_new_own_worker_does_not_take_back_what_was_handed_over(story: Story) -> None:
    story.does(ANNA, "hand_over", to="bo")

    story.own_worker("cecilia", first=date(2026, 3, 1))

    assert story.alert["responsible_person"] == "bo"


def test_whoever_lets_an_alert_wait_has_taken_it(story: Story) -> None:
    assert story.does(ANNA, "snooze", until=date(2026, 3, 9)) == ["alert.claimed", "alert.snoozed"]

    assert (story.alert["status"], story.alert["claimed_by"]) == ("waiting", "anna")


@pytest.mark.parametrize("until", [date(2026, 3, 2), date(2026, 6, 3)])
def test_an_alert_waits_until_tomorrow_at_least_and_three_months_at_most(story: Story, until: date) -> None:
    with pytest.raises(NotAllowed, match="92 days"):
        story.does(ANNA, "snooze", until=until)


def test_waiting_ends_when_the_cause_ends(story: Story) -> None:
    story.does(ANNA, "snooze", until=date(2026, 3, 20))
    raised = next(f for f in story.facts if f.name == "absence.threshold_exceeded")

    story.withdrawn(raised)

    assert story.alert["status"] == "withdrawn"


def test_a_clarified_reason_is_a_fact_and_not_in_the_alert(story: Story) -> None:
    story.does(ANNA, "clarify", reason_code="illness", action_code="health_referral", next_contact_on=date(2026, 3, 9))

    assert story.alert["next_contact_on"] == date(2026, 3, 9)
    assert "illness" not in str(story.alert) and "health" not in str(story.alert)


def test_reopening_raises_the_matter_anew_as_another_alert(story: Story) -> None:
    story.closes(ANNA)
    closed = story.alert

    assert story.does(ANNA, "reopen") == ["alert.reopened"]

    (again,) = story.open
    assert again["alert_id"] != closed["alert_id"]


def test_nothing_is_reopened_when_its_cause_is_gone(story: Story) -> None:
    raised = next(f for f in story.facts if f.name == "absence.threshold_exceeded")
    story.closes(ANNA)
    story.withdrawn(raised)

    with pytest.raises(NotAllowed, match="any more"):
        story.does(ANNA, "reopen")


def test_a_withdrawn_alert_cannot_be_claimed(story: Story) -> None:
    story.withdrawn(next(f for f in story.facts if f.name == "absence.threshold_exceeded"))

    with pytest.raises(NotAllowed):
        story.does(ANNA, "claim")
