"""An alert that is taken back while somebody is at work on it stays in her sight, with the reason."""

from __future__ import annotations

import pytest

from kernel.decide import Actor
from services.console.texts import LANGUAGES, text
from tests.unit.notifications.story import ABSENCE, ANNA, BO, COUNTY, PLACEMENT, Story


@pytest.mark.parametrize("reason", ["corrected", "rule_changed", "resolved"])
def test_an_alert_is_taken_back_for_the_reason_of_what_it_told(reason: str) -> None:
    story = Story()
    raised = story.raised(ABSENCE, placement_id=PLACEMENT)
    story.does(ANNA, "claim")
    story.withdrawn(raised, reason)

    assert (story.alert["status"], story.alert["withdrawn_reason"]) == ("withdrawn", reason)
    assert (story.alert["claimed_org"], story.alert["claimed_by"]) == (COUNTY, "anna")
    assert story.alert["history"][-1]["reason"] == reason


def test_a_colleague_who_had_claimed_it_is_told_though_nobody_had_told_her_of_it() -> None:
    story = Story()
    raised = story.raised(ABSENCE, placement_id=PLACEMENT)
    before = [n["to"]["person_ref"] for n in story.alert["notices"]]
    story.does(BO, "claim")
    story.withdrawn(raised)

    assert "bo" not in before
    told = [(n["kind"], n["to"]["org"], n["to"]["person_ref"]) for n in story.alert["notices"]]
    assert told.count(("withdrawn", COUNTY, "bo")) == 1


def test_an_organisation_that_claimed_it_through_its_own_system_is_not_told_person_by_person() -> None:
    story = Story()
    raised = story.raised(ABSENCE, placement_id=PLACEMENT)
    story.does(Actor(COUNTY, COUNTY, frozenset({"social_instructor"})), "claim")
    before = len(story.alert["notices"])
    story.withdrawn(raised)

    new = story.alert["notices"][before:]
    assert {n["to"]["person_ref"] for n in new} <= {n["to"]["person_ref"] for n in story.alert["notices"][:before]}


@pytest.mark.parametrize("reason", ["corrected", "rule_changed", "resolved", "expired", "merged"])
def test_every_reason_has_words_in_every_language(reason: str) -> None:
    assert len({text(f"w_{reason}", language) for language in LANGUAGES}) == 3
