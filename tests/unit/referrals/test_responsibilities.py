"""Who is responsible, as the matrix shows it."""

from datetime import UTC, datetime
from typing import Any

from kernel.facts import Conclusion, Fact
from kernel.views import Rows
from schemas.caseworkers.ended_v1 import CaseworkerEnded
from schemas.handovers.confirmed_v1 import HandoverConfirmed
from schemas.handovers.started_v1 import HandoverStarted
from schemas.responsibilities.agreed_v1 import ResponsibilityAgreed
from services.referrals.views.responsibility_agreements import view as agreements
from services.referrals.views.responsibility_matrix import view
from tests.unit.given import AUTHORITY, COUNTY, OFFICE, SUBJECT, Story
from tests.unit.referrals.story import (
    COACHING,
    MONDAY,
    ONE,
    OTHER_PLAN,
    PLAN,
    TEAM,
    later,
    lives_on,
    named,
    planned,
    story,
)

NOW = datetime(2026, 3, 9, 8, tzinfo=UTC)


def row(told: Story, task: str, item: str = "") -> dict[str, Any]:
    return next(r for r in told.rows(view) if (r["task"], r["item"]) == (task, item))


def test_there_is_one_own_worker_and_a_client_manager_beside_her() -> None:
    told = named(named(story(), MONDAY), MONDAY, OFFICE, "m-1", "provider_client_manager")

    assert (row(told, "own_worker")["org"], row(told, "own_worker")["person_ref"]) == (COUNTY[0], "so-aalto")
    assert row(told, "provider_client_manager")["org"] == OFFICE[0]
    assert row(told, "own_worker")["others"] == []


def test_an_own_worker_who_is_no_social_welfare_professional_is_shown_with_a_warning_and_stays() -> None:
    told = named(story(), MONDAY, qualification_class="coach")
    assert (row(told, "own_worker")["warning"], row(told, "own_worker")["person_ref"]) == (
        *("not_social_welfare_professional",),
        "so-aalto",
    )
    named(told, MONDAY, OFFICE, "m-1", "provider_client_manager", qualification_class="none")
    assert row(told, "provider_client_manager")["warning"] is None

    named(told, later(3), ref="so-bergman", qualification_class="social_welfare_professional")
    assert row(told, "own_worker")["warning"] is None


def test_who_began_last_holds_it_and_who_has_not_ended_is_named_beside_her() -> None:
    told = named(named(story(), MONDAY), later(5), ref="so-bergman")
    assert (row(told, "own_worker")["person_ref"], row(told, "own_worker")["others"]) == (
        *("so-bergman",),
        [f"{COUNTY[0]}/so-aalto"],
    )

    said = {"role_code": "own_worker", "person_ref": "so-aalto", "to": later(5)}
    told.told(CaseworkerEnded.model_validate(said), on=later(5), by=COUNTY)
    assert row(told, "own_worker")["others"] == []


def test_an_ending_told_before_the_assignment_counts_and_a_retracted_one_does_not() -> None:
    said = {"role_code": "own_worker", "person_ref": "so-aalto", "to": later(5)}
    told = story().told(CaseworkerEnded.model_validate(said), on=MONDAY, by=COUNTY)
    ended = told.last
    named(told, MONDAY)
    assert row(told, "own_worker")["to_on"] == later(5)

    assert row(told.retracted(ended, later(1), by=COUNTY), "own_worker")["to_on"] is None


def test_the_benefit_says_who_leads_the_next_plan() -> None:
    told = lives_on(story(), "basic_social_assistance", MONDAY)
    assert row(told, "plan_lead")["role"] == "social_instructor"

    told = lives_on(told, "labour_market_subsidy", later(1))
    assert (row(told, "plan_lead")["role"], row(told, "plan_lead")["basis"]) == ("employment_officer", "benefit")

    planned(told, PLAN, later(2), AUTHORITY)
    planned(told, OTHER_PLAN, later(3), TEAM, "multisector_employment_plan")
    assert (row(told, "plan_lead", str(PLAN))["org"], row(told, "plan_lead", str(PLAN))["role"]) == (
        *(AUTHORITY[0],),
        "employment_officer",
    )
    assert row(told, "plan_lead", str(OTHER_PLAN))["basis"] == "stated"


def test_two_who_say_that_they_lead_one_plan_are_both_shown() -> None:
    told = planned(planned(story(), PLAN, MONDAY, AUTHORITY), PLAN, later(1), COUNTY)

    assert (row(told, "plan_lead", str(PLAN))["state"], row(told, "plan_lead", str(PLAN))["others"]) == (
        *("several",),
        [AUTHORITY[0]],
    )


def test_a_hand_over_is_confirmed_by_the_receiver_alone() -> None:
    started = HandoverStarted(handover_id=ONE, to_org=COACHING[0], to_role="job_coach")
    told = story().told(started, on=MONDAY, by=COUNTY)
    told.told(HandoverConfirmed(handover_id=ONE), on=later(1), by=COUNTY)
    assert (row(told, "handover", str(ONE))["state"], row(told, "handover", str(ONE))["from_org"]) == (
        *("handed_over",),
        COUNTY[0],
    )

    told.told(HandoverConfirmed(handover_id=ONE), on=later(2), by=COACHING)
    assert (row(told, "handover", str(ONE))["state"], row(told, "handover", str(ONE))["confirmed_on"]) == (
        *("confirmed",),
        later(2),
    )


def concluded(name: str, id_: str, **more: Any) -> Fact:
    said = Conclusion(rule="R-CW-1", rule_version=1, key="k", m=1, since=NOW, **more)
    source = "urn:polku:9000001-1:referrals"
    return Fact(1, 9, SUBJECT, source, id_, f"fi.polku.{name}.v1", NOW, NOW, said, own=True)


def test_whoever_is_handed_over_keeps_her_own_worker_before_and_after_the_receiver_confirms() -> None:
    said = HandoverStarted.example().model_copy(update={"handover_id": ONE, "to_org": COACHING[0]})
    told = named(story(), MONDAY).told(said, on=later(1), by=COUNTY)
    assert row(told, "handover", str(ONE))["state"] == "handed_over"
    assert (row(told, "own_worker")["person_ref"], row(told, "own_worker")["to_on"]) == ("so-aalto", None)

    told.told(HandoverConfirmed(handover_id=ONE), on=later(3), by=COACHING)
    assert row(told, "handover", str(ONE))["state"] == "confirmed"
    assert row(told, "own_worker")["person_ref"] == "so-aalto"


def test_what_the_rule_finds_of_own_workers_is_shown_until_it_is_right_again() -> None:
    rows = Rows(view.key)
    for fact, state in (
        (concluded("caseworker.missing", "r1"), "missing"),
        (concluded("finding.withdrawn", "w1", raised="other"), "missing"),
        (concluded("finding.withdrawn", "w2", raised="r1"), "named"),
        (concluded("caseworker.conflict", "r2"), "several"),
    ):
        for handler in view.handlers[fact.name]:
            handler(rows, fact)
        (only,) = rows
        assert (only["task"], only["state"]) == ("own_worker", state)


def test_what_was_agreed_before_and_after_stands_side_by_side() -> None:
    said = {"task_kind": "plan_preparation", "area": "743"}
    told = story()
    for first, role in ((MONDAY, "employment_officer"), (later(30), "social_instructor")):
        data = {**said, "lead_role": role, "valid_from": first}
        told.told(ResponsibilityAgreed.model_validate(data), on=MONDAY, by=COUNTY, lane=0)

    assert [(r["valid_from"], r["lead_role"], r["lead_org"]) for r in told.rows(agreements)] == [
        (MONDAY, "employment_officer", COUNTY[0]),
        (later(30), "social_instructor", COUNTY[0]),
    ]
