"""The worklist: what is to be done now, by whom, and nothing that is done."""

from __future__ import annotations

from datetime import date, timedelta

from kernel.views import Row
from schemas.contacts.logged_v1 import ContactLogged
from schemas.handovers.confirmed_v1 import HandoverConfirmed
from schemas.handovers.started_v1 import HandoverStarted
from schemas.supervisors.contact_requested_v1 import SupervisorContactRequested
from tests.unit.notifications.story import ABSENCE, ANNA, COUNTY, PLACEMENT, WORKSHOP, Story, at


def begun() -> Story:
    story = Story(at(2))
    story.own_worker("anna")
    story.living_in("743")
    return story


def items(story: Story) -> list[Row]:
    return story.rows("worklist")


def what(story: Story) -> list[tuple[str, str, str]]:
    return [(r["kind"], r["what"], r["status"]) for r in items(story)]


def test_an_open_alert_is_on_the_list_of_whoever_is_responsible_until_it_is_closed() -> None:
    story = begun()
    story.raised(ABSENCE, placement_id=PLACEMENT)
    (row,) = items(story)
    assert (row["kind"], row["what"], row["org"], row["person_ref"], row["status"]) == (
        "alert",
        "absence",
        COUNTY,
        "anna",
        "open",
    )

    story.does(ANNA, "claim")
    assert what(story) == [("alert", "absence", "claimed")]
    story.closes(ANNA)

    assert items(story) == []


def test_an_alert_that_nobody_took_leaves_the_list_when_it_is_withdrawn() -> None:
    story = begun()
    raised = story.raised(ABSENCE, placement_id=PLACEMENT)

    story.withdrawn(raised)

    assert items(story) == []


def test_one_that_somebody_has_taken_stays_and_says_that_it_was_withdrawn() -> None:
    story = begun()
    raised = story.raised(ABSENCE, placement_id=PLACEMENT)
    story.does(ANNA, "claim")

    story.withdrawn(raised)

    assert what(story) == [("alert", "absence", "withdrawn")]


def test_one_that_was_withdrawn_leaves_the_list_once_she_who_had_taken_it_has_seen_that() -> None:
    story = begun()
    raised = story.raised(ABSENCE, placement_id=PLACEMENT)
    story.does(ANNA, "claim")
    story.does(ANNA, "acknowledge")
    story.withdrawn(raised)
    before = what(story)

    assert story.does(ANNA, "acknowledge") == ["alert.acknowledged"]
    assert story.does(ANNA, "acknowledge") == []
    assert (before, items(story)) == ([("alert", "absence", "withdrawn")], [])


def test_one_whose_claim_has_lapsed_is_open_to_everybody_again() -> None:
    story = begun()
    story.raised(ABSENCE, placement_id=PLACEMENT)
    story.does(ANNA, "claim")
    story.until(at(9))

    assert [(r["status"], r["claimed_by"]) for r in items(story)] == [("open", None)]


def test_a_site_that_asks_for_contact_is_on_the_list_until_social_work_has_been_in_touch() -> None:
    story = begun()
    story.stated(SupervisorContactRequested.example(), WORKSHOP, "workshop")
    (row,) = items(story)
    assert (row["kind"], row["what"], row["role"], row["asked_by"]) == (
        "contact",
        "worry",
        "social_instructor",
        WORKSHOP,
    )

    story.now += timedelta(hours=1)
    said = ContactLogged(mode="phone", direction="out", purpose_code="follow_up", on=date(2026, 3, 2))
    story.stated(said, WORKSHOP, "workshop")
    assert len(items(story)) == 1
    story.stated(said)

    assert items(story) == []


def test_a_client_to_take_over_waits_for_the_receiver_and_is_the_next_step() -> None:
    story = begun()
    handover = HandoverStarted.example()
    story.stated(handover)
    (row,), (situation,) = items(story), story.rows("client_situation")
    assert (row["kind"], row["org"], row["role"]) == ("handover", handover.to_org, handover.to_role)
    assert situation["next_step"]["what"] == "take_over"

    story.stated(HandoverConfirmed.example(), handover.to_org, "association")

    assert items(story) == []
    assert story.rows("client_situation")[0]["next_step"] is None


def test_row_40_the_next_step_tells_what_who_and_by_when() -> None:
    story = begun()

    story.raised(ABSENCE, placement_id=PLACEMENT)

    assert story.rows("client_situation")[0]["next_step"] == {
        "what": "absence",
        "org": COUNTY,
        "person_ref": "anna",
        "role": "social_instructor",
        "by": "2026-03-04",
    }
