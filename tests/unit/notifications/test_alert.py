"""One alert per person, placement and family, as long as something is open that nobody has closed."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from schemas.clients.moved_municipality_v1 import ClientMovedMunicipality
from schemas.organisations.deactivated_v1 import OrgDeactivated
from schemas.placements.started_v1 import PlacementStarted
from schemas.responsibilities.agreed_v1 import ResponsibilityAgreed
from tests.unit.notifications.story import (
    ABSENCE,
    ANNA,
    COUNTY,
    DOUBLE,
    EMPLOYMENT,
    LONG,
    MEETING,
    NO_SHOW,
    OPERATOR,
    PLACEMENT,
    REVIEW,
    SILENCE,
    WORKSHOP,
    Story,
    at,
)


def test_a_raise_opens_one_alert_for_the_own_worker_with_its_numbers() -> None:
    story = Story()
    story.own_worker("anna")

    story.raised(ABSENCE, placement_id=PLACEMENT, absent_days=3)

    (alert,) = story.open
    assert (alert["responsible_org"], alert["responsible_person"]) == (COUNTY, "anna")
    assert alert["family"] == "absence"
    assert alert["why"][0]["facts"]["absent_days"] == 3


def test_a_second_raise_of_the_family_changes_the_alert_and_does_not_open_another() -> None:
    story = Story()
    story.raised(ABSENCE, placement_id=PLACEMENT)

    story.raised(NO_SHOW, placement_id=PLACEMENT)

    (alert,) = story.open
    assert story.said == ["alert.raised", "finding.changed:ALERT"]
    assert [r["rule"] for r in alert["raises"]] == ["R-ABS-1", "R-ABS-2"]
    assert alert["priority"] == "high"


def test_families_and_placements_have_alerts_of_their_own() -> None:
    story = Story()
    story.raised(ABSENCE, "a", placement_id=PLACEMENT)
    story.raised(ABSENCE, "b", placement_id="0d8f6f0e-7c1b-4a53-9a0e-2f5d1c3b7b06")
    story.raised(REVIEW)

    assert sorted(a["family"] for a in story.open) == ["absence", "absence", "review"]


def test_new_numbers_change_the_alert_and_not_what_people_have_done() -> None:
    story = Story()
    raised = story.raised(ABSENCE, placement_id=PLACEMENT, absent_days=3)
    story.does(ANNA, "claim")

    story.changed(raised, absent_days=4)

    assert story.alert["why"][0]["facts"]["absent_days"] == 4
    assert (story.alert["status"], story.alert["version"]) == ("claimed", 1)


def test_a_correction_that_explains_the_absence_withdraws_the_alert_and_says_why() -> None:
    story = Story()
    raised = story.raised(ABSENCE, placement_id=PLACEMENT)

    story.withdrawn(raised)

    assert story.open == []
    assert story.alert["status"] == "withdrawn"
    assert story.alert["history"][-1]["what"] == "withdrawn"


def test_the_absence_again_raises_the_alert_again_with_another_id() -> None:
    story = Story()
    story.withdrawn(story.raised(ABSENCE, placement_id=PLACEMENT))
    first = story.alert["alert_id"]

    story.raised(ABSENCE, placement_id=PLACEMENT)

    assert [a["alert_id"] != first for a in story.open] == [True]


def test_a_close_ends_the_alert_and_nothing_is_concluded_for_it() -> None:
    story = Story()
    story.raised(ABSENCE, placement_id=PLACEMENT)

    story.closes(ANNA)

    assert story.alert["status"] == "closed"
    assert story.said == ["alert.raised"]


def test_a_close_names_only_what_was_shown_so_a_raise_that_came_meanwhile_opens_it_again() -> None:
    story = Story()
    story.raised(ABSENCE, placement_id=PLACEMENT)
    shown = story.alert
    story.raised(NO_SHOW, placement_id=PLACEMENT)

    story.closes(ANNA, shown)

    (again,) = story.open
    assert again["alert_id"] != shown["alert_id"]
    assert [r["rule"] for r in again["raises"]] == ["R-ABS-2"]


def test_a_closed_matter_that_is_raised_anew_is_not_covered_by_the_old_close() -> None:
    story = Story()
    raised = story.raised(ABSENCE, placement_id=PLACEMENT)
    story.closes(ANNA)
    story.withdrawn(raised, "resolved")

    story.raised(ABSENCE, placement_id=PLACEMENT)

    assert len(story.open) == 1


def test_without_an_own_worker_the_team_of_her_municipality_hears() -> None:
    story = Story()
    story.living_in("743")

    story.raised(MEETING)

    assert (story.alert["responsible_via"], story.alert["responsible_team"]) == ("team", "743")


def test_whom_the_organisations_agreed_on_for_the_area_comes_before_whoever_knows_her() -> None:
    story = Story()
    story.living_in("743")
    agreed = ResponsibilityAgreed(
        task_kind="absence_clarification",
        lead_role="social_instructor",
        lead_org=WORKSHOP,
        area="743",
        valid_from=date(2025, 1, 1),
    )
    story.reference = [story.fact("responsibility.agreed", agreed, f"urn:polku:{COUNTY}:s", "wellbeing_county")]

    story.raised(ABSENCE, placement_id=PLACEMENT)

    assert story.alert["responsible_org"] == WORKSHOP


def test_when_nobody_is_known_whoever_organises_the_service_hears() -> None:
    story = Story()

    story.raised(ABSENCE, placement_id=PLACEMENT)

    assert (story.alert["responsible_org"], story.alert["responsible_via"]) == (COUNTY, "team")


def test_where_not_even_an_organiser_is_known_operations_hear_and_nothing_is_dropped() -> None:
    story = Story()
    story.organiser = ""

    story.raised(ABSENCE, placement_id=PLACEMENT)

    assert (story.alert["responsible_org"], story.alert["responsible_via"]) == (OPERATOR, "operations")


def test_the_alert_moves_to_the_next_own_worker_on_her_first_day_and_she_is_told() -> None:
    story = Story(at(2))
    story.own_worker("anna", last=date(2026, 3, 3))
    story.own_worker("bo", first=date(2026, 3, 4))
    story.raised(REVIEW)
    before = story.alert["responsible_person"]

    story.until(at(4))

    assert (before, story.alert["responsible_person"]) == ("anna", "bo")
    assert [n["to"]["person_ref"] for n in story.alert["notices"] if n["kind"] == "raised"] == ["anna", "bo"]


def test_an_ending_that_was_stated_before_the_assignment_counts_all_the_same() -> None:
    one, other = Story(), Story()
    for story in (one, other):
        story.living_in("743")
    one.own_worker("anna", last=date(2026, 2, 27))
    other.own_worker("anna", last=date(2026, 2, 27))

    one.raised(MEETING)
    other.raised(MEETING)

    assert one.alert["responsible_via"] == other.alert["responsible_via"] == "team"


def test_after_a_move_the_new_municipality_hears_from_that_day() -> None:
    story = Story(at(2))
    story.living_in("743")
    moved = ClientMovedMunicipality.model_validate({"from": "743", "to": "145", "on": date(2026, 3, 5)})
    story.stated(moved, EMPLOYMENT, "employment_authority")
    story.raised(REVIEW)
    before = story.alert["responsible_team"]

    story.until(at(5))

    assert (before, story.alert["responsible_team"]) == ("743", "145")


def test_whoever_gets_a_copy_of_a_matter_that_joins_an_open_alert_is_told_of_it_once() -> None:
    story = Story()
    story.own_worker("anna")
    story.raised(LONG, placement_id=PLACEMENT, provider_org=WORKSHOP)
    raised = story.raised(ABSENCE, placement_id=PLACEMENT, provider_org=WORKSHOP)

    story.changed(raised, absent_days=4)

    assert [n["to"]["org"] for n in story.alert["notices"]] == [COUNTY, WORKSHOP]


def test_an_authority_that_has_ceased_answers_for_nothing_from_that_day() -> None:
    story = Story(at(2))
    story.own_worker("anna")
    story.living_in("743")
    gone = OrgDeactivated.model_validate({"org": EMPLOYMENT, "from": date(2026, 3, 4)})
    story.reference = [story.fact("org.deactivated", gone, f"urn:polku:{OPERATOR}:s", "operator")]
    story.raised(REVIEW)
    before = story.alert["responsible_org"]

    story.until(at(4))

    assert (before, story.alert["responsible_person"]) == (EMPLOYMENT, "anna")


def test_who_clears_up_absences_there_is_not_asked_about_anything_else() -> None:
    story = Story()
    story.living_in("743")
    agreed = ResponsibilityAgreed(
        task_kind="absence_clarification",
        lead_role="social_instructor",
        lead_org=WORKSHOP,
        area="743",
        valid_from=date(2025, 1, 1),
    )
    story.reference = [story.fact("responsibility.agreed", agreed, f"urn:polku:{COUNTY}:s", "wellbeing_county")]

    story.raised(MEETING)

    assert story.alert["responsible_org"] == COUNTY


def test_silence_is_asked_of_the_provider_and_not_of_the_social_worker() -> None:
    story = Story()
    story.own_worker("anna")
    story.stated(PlacementStarted.model_validate({**_example(), "placement_id": UUID(PLACEMENT)}), WORKSHOP, "workshop")

    story.raised(SILENCE, placement_id=PLACEMENT)

    assert (story.alert["family"], story.alert["responsible_org"]) == ("silence", WORKSHOP)


def test_the_provider_that_the_raise_names_counts_before_what_else_is_known() -> None:
    story = Story()

    story.raised(SILENCE, placement_id=PLACEMENT, provider_org=WORKSHOP)

    assert (story.alert["responsible_org"], story.alert["responsible_via"]) == (WORKSHOP, "provider")


def test_a_duplicate_goes_to_the_team_and_not_to_one_of_the_two_who_did_it() -> None:
    story = Story()
    story.own_worker("anna")
    story.living_in("743")

    story.raised(DOUBLE)

    assert (story.alert["family"], story.alert["responsible_via"]) == ("duplicate", "team")


def test_no_reason_of_absence_is_in_an_alert_that_was_closed_for_health() -> None:
    story = Story()
    story.raised(ABSENCE, placement_id=PLACEMENT)

    story.closes(ANNA, reason="health")

    assert "health" not in str(story.alert["history"])


def test_the_order_in_which_raises_arrive_does_not_matter_for_what_is_open() -> None:
    one, other = Story(), Story()
    for story, order in ((one, (ABSENCE, NO_SHOW)), (other, (NO_SHOW, ABSENCE))):
        for what in order:
            story.raised(what, placement_id=PLACEMENT, since=at(1))

    shown = [[(r["rule"], r["key"], r["m"]) for r in story.alert["raises"]] for story in (one, other)]
    assert shown[0] == shown[1]


def _example() -> dict[str, object]:
    return PlacementStarted.example().model_dump()
