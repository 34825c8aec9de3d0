"""Of two who do the same work each that may know is told; who may not know hears nothing."""

from typing import Any

from tests.unit.notifications.story import COUNTY, DOUBLE, EMPLOYMENT, WORKSHOP, Story

GUIDANCE = "9000019-3"


def pair(story: Story, *orgs: tuple[str, str], told: tuple[str, ...]) -> list[dict[str, Any]]:
    items = [{"id": str(n), "org": org, "org_type": kind} for n, (org, kind) in enumerate(orgs)]
    story.raised(DOUBLE, items=items, told=[{"org": o, "ground": "L189-12"} for o in told])
    (alert,) = [f.data for f in story.facts if f.name == "alert.raised"]
    found: list[dict[str, Any]] = alert.facts["copies"]
    return found


def living_in_town() -> Story:
    story = Story()
    story.own_worker()
    story.living_in("743")
    return story


def test_the_authority_hears_of_its_part_beside_the_countys_team() -> None:
    pairs = ((COUNTY, "wellbeing_county"), (EMPLOYMENT, "employment_authority"))

    copies = pair(living_in_town(), *pairs, told=(COUNTY, EMPLOYMENT))

    assert [(c["org"], c["role"], c["via"]) for c in copies] == [(EMPLOYMENT, "employment_officer", "copy")]


def test_who_may_not_know_or_cannot_open_the_alert_is_not_told() -> None:
    pairs = ((EMPLOYMENT, "employment_authority"), (GUIDANCE, "ohjaamo"), (WORKSHOP, "workshop"))

    copies = pair(living_in_town(), *pairs, told=(EMPLOYMENT, WORKSHOP))

    assert [c["org"] for c in copies] == [EMPLOYMENT]
    assert pair(living_in_town(), *pairs, told=()) == []
