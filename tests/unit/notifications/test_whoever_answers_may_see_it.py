"""Whoever is made responsible may read the alert and its line of the worklist, whatever is known of the person."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from itertools import combinations
from pathlib import Path
from typing import Any
from uuid import UUID

from kernel.disclosure import Viewer, load_policy
from kernel.discover import events
from kernel.facts import PREFIX, Fact
from kernel.organisations import load
from kernel.params import ParamSets, Reference
from kernel.processor import every_rule
from services.notifications.families import OF_DATA, matter_of
from services.notifications.responsible import Told, around_of, spans
from services.notifications.rules.alert import rule as alerting
from services.notifications.state import Raise, State, fold
from tests.unit.notifications.story import COUNTY, EMPLOYMENT, OPERATOR, PLACEMENT, SUBJECT, WORKSHOP

ROOT = Path(__file__).parents[3]
POLICY, ORGANISATIONS = load_policy(ROOT / "deploy" / "disclosure.toml"), load(ROOT / "deploy" / "organisations.toml")
NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
ASSOCIATION, COACHING, KELA, GUIDANCE = "9000014-2", "9000013-4", "9000006-2", "9000019-3"
AS = {COUNTY: "wellbeing_county", EMPLOYMENT: "employment_authority", WORKSHOP: "workshop", COACHING: "workshop"}

EVENTS = events("schemas")

Facts = Mapping[str, Any]
World = Callable[[], State]


def said(state: State, org: str, name: str, **data: Any) -> None:
    """A fact that a partner stated, as the fold of the alerts takes it."""
    of = {k: v for k, v in EVENTS.items() if k.startswith(f"{PREFIX}{name}.")}
    event = of[max(of)].model_validate({**of[max(of)].example().model_dump(by_alias=True), **data})
    fact = Fact(1, 1, SUBJECT, f"urn:polku:{org}:s", "f", max(of), NOW, NOW, event, org_type=AS[org])
    fold.evolve(state, fact)


def nobody() -> State:
    return State(operator=OPERATOR)


def only_the_authority() -> State:
    state = nobody()
    said(state, EMPLOYMENT, "client.registered", home_municipality="743")
    return state


def everybody() -> State:
    state = only_the_authority()
    for org, role in ((COUNTY, "own_worker"), (EMPLOYMENT, "employment_officer"), (COACHING, "job_coach")):
        said(
            state, org, "caseworker.assigned", role_code=role, person_ref=role, **{"from": date(2025, 1, 1), "to": None}
        )
    said(state, WORKSHOP, "placement.started", placement_id=UUID(PLACEMENT))
    return state


WORLDS: tuple[World, ...] = (nobody, only_the_authority, everybody)


def numbers() -> Iterator[Facts]:
    """What raises say of others: nothing, or who it is about, from those that see all to those that see their own."""
    yield {}
    for org in (COUNTY, EMPLOYMENT, WORKSHOP, ASSOCIATION, GUIDANCE, KELA):
        kind = sorted(ORGANISATIONS.types_at(org, NOW.date()))[0]
        items = [{"id": "1", "org": COUNTY, "org_type": AS[COUNTY]}, {"id": "2", "org": org, "org_type": kind}]
        lead = {"role": None, "org": org, "why": "earliest"}
        yield {"receiver_org": org, "provider_org": WORKSHOP, "told_by": KELA, "items": items, "lead": lead}
    yield {"lead": {"role": "employment_officer", "org": None, "why": "statute"}, "placement_id": PLACEMENT}
    yield {"lead": {"role": "social_instructor", "org": None, "why": "statute"}}
    yield {"receivers": [COUNTY, WORKSHOP], "municipality": "743"}


def raises() -> Iterator[Raise]:
    for rule in every_rule():
        for name in sorted(rule.names):
            if matter_of(name, rule.id) is not None:
                for n, facts in enumerate(numbers()):
                    yield Raise(f"{rule.id}-{n}", rule.id, name, "k", 1, NOW, facts)


def answers(state: State, *raised: Raise) -> Told:
    (told,) = spans(around_of(state, ParamSets(alerting, Reference((), 0, COUNTY))), raised)
    return told


def may_read(told: Told, *raised: Raise) -> bool:
    """By the policy that is shipped, with the relation that being told to act gives."""
    org = told.to["org"]
    viewer = Viewer(org, ORGANISATIONS.types_at(org, NOW.date()), "u")
    provider = next((r.facts["provider_org"] for r in raised if r.facts.get("provider_org")), None)
    alert = {"responsible_org": org, "provider_org": provider, "claimed_org": None}
    item = {"org": org, "claimed_org": None}
    return all(
        "operational" in POLICY.classes(viewer, ("responsible",), record, NOW.date(), row)
        for record, row in (("absence_alerts", alert), ("worklist", item))
    )


def test_whoever_answers_for_an_alert_may_read_it_and_its_line_of_the_worklist() -> None:
    blind = [
        f"{raised.rule} {dict(raised.facts)} for {world.__name__}: {told.to}"
        for world in WORLDS
        for state in (world(),)
        for raised in raises()
        for told in (answers(state, raised),)
        if not may_read(told, raised) and not (raised.family in OF_DATA and told.to["via"] == "operations")
    ]

    assert blind == []


def test_of_several_matters_one_answers_who_may_see_them_all() -> None:
    strangers = []
    for state in (world() for world in WORLDS):
        alone = [(r, answers(state, r).to["org"]) for r in raises() if r.facts]
        for (one, its), (other, others) in list(combinations(alone, 2))[::7]:
            if (one.family, one.placement) == (other.family, other.placement):
                org = answers(state, one, other).to["org"]
                if org not in {COUNTY, EMPLOYMENT} and {its, others} - {OPERATOR} - {org}:
                    strangers.append(f"{one.id} of {its} and {other.id} of {others}: {org}")

    assert strangers == []


def test_a_referral_of_somebody_whom_nobody_has_registered_is_its_receivers_and_then_the_leads() -> None:
    state = nobody()
    stale = Raise("a", "R-REF-1", "referral.stale", "k", 1, NOW, {"receiver_org": COUNTY})
    lies = Raise("b", "D17", "duplicate_work.detected", "k", 1, NOW, {"due": "referral", "items": []})

    told = [answers(state, raised).to for raised in (stale, lies)]

    assert [(t["org"], t["via"]) for t in told] == [(COUNTY, "receiver"), (COUNTY, "lead")]


def test_a_matter_goes_to_those_whom_the_handbook_names_first_and_the_others_get_copies() -> None:
    state = everybody()

    def told(rule: str, name: str, **facts: Any) -> tuple[str, list[str]]:
        found = answers(state, Raise("x", rule, name, "k", 1, NOW, {"placement_id": PLACEMENT, **facts}))
        return found.to["person_ref"] or found.to["org"], [c["person_ref"] or c["org"] for c in found.copies]

    by_benefit = {"lead": {"role": "employment_officer", "org": None, "why": "statute"}}
    assert told("R-REV-1", "review.due") == ("employment_officer", ["own_worker"])
    assert told("R-PLAN-2", "plan.due_to_start", **by_benefit) == ("employment_officer", [])
    assert told("R-PLAN-1", "plan.due_to_start", **by_benefit) == ("employment_officer", ["own_worker"])
    assert told("R-END-1", "assessment.due") == ("own_worker", ["employment_officer", WORKSHOP])
    assert told("R-LIM-1", "limit.week_exceeded") == (WORKSHOP, ["own_worker"])
    assert told("R-PS-1", "parallel_service.start_overdue") == ("job_coach", ["own_worker"])
    assert told("R-PLAN-3", "eligibility.reported_late", told_by=KELA) == (KELA, [OPERATOR])
    assert told("D13", "duplicate_work.detected") == (COUNTY, [])
