"""Before work starts: one holder gets the work, and nobody learns more than it may know."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from kernel.errors import Unavailable
from kernel.organisations import Kind, Organisation, Organisations, PersonOfOrganisation, Region, TypeSpan
from schemas.parallel_services.started_v1 import ParallelServiceStarted
from schemas.plans.preparation_started_v1 import PlanPreparationStarted
from services.gateway.access import Access
from services.gateway.app import build
from services.gateway.limits import Limiter, Quota
from services.referrals.decisions import claim_release, claim_renew, claim_work, intent
from tests.unit.gateway.house import ERASED, KNOWN, House, Tokens, business_id

COUNTY, AREA, TYP, WORKSHOP = (business_id(s) for s in ("1234567", "7654321", "2345678", "3456788"))
WORK = {"client_ref": KNOWN, "work": "activation_plan", "holder": "anna"}


def _organisations() -> Organisations:
    kinds = {COUNTY: "wellbeing_county", AREA: "employment_authority", TYP: "multisector_model", WORKSHOP: "workshop"}
    anna = PersonOfOrganisation(ref="anna", name="A", roles=frozenset({"social_instructor"}), team="743")
    made = [
        Organisation(
            id=i,
            name=f"Name of {t}",
            types=(TypeSpan(code=t),),
            systems=("s",),
            kind=Kind(profile="B"),
            person=(anna,) if i == COUNTY else (),
        )
        for i, t in kinds.items()
    ]
    return Organisations(operator=COUNTY, organiser=COUNTY, region=Region(code="14"), organisation=tuple(made))


class Door(House):
    """The door with the decisions on claims and intents."""

    def __post_init__(self) -> None:
        super().__post_init__()
        organisations = _organisations()
        self.parts = replace(
            self.parts,
            access=Access(Tokens(), organisations),
            rulebook=replace(self.parts.rulebook, organisations=organisations),
            decisions=[claim_work.decision, claim_renew.decision, claim_release.decision, intent.decision],
        )
        self.app = build(self.parts)

    async def ask(self, method: str, path: str, body: Any = None, org: str = COUNTY, **headers: str) -> httpx.Response:
        async with self.client(org) as client:
            given = {k.replace("_", "-"): v for k, v in headers.items()}
            return await client.request(method, path, json=body, headers=given)

    async def claim(self, org: str = COUNTY, key: str = "", **changed: Any) -> httpx.Response:
        headers = {"idempotency_key": key} if key else {}
        return await self.ask("POST", "/v1/claims", {**WORK, **changed}, org, **headers)

    async def intend(self, org: str = COUNTY, **changed: Any) -> httpx.Response:
        return await self.ask("POST", "/v1/intents", {**WORK, **changed}, org)

    def relate(self, *orgs: str) -> None:
        """Others have named these organisations in something about the person."""
        for org in orgs:
            plan = UUID(int=hash(org) % 2**64)
            event = PlanPreparationStarted(plan_id=plan, plan_type="client_plan", lead_org=org)
            self.facts.add(KNOWN, event, TYP if org != TYP else COUNTY)

    def later(self, **span: int) -> None:
        self.facts.now += timedelta(**span)
        self.store.clock = self.facts.now


@pytest.fixture
def door() -> Door:
    return Door()


async def test_exactly_one_holder_gets_the_work_and_colleagues_do_not(door: Door) -> None:
    first = await door.claim()
    others = [await door.claim(holder="bo"), await door.claim(AREA), await door.claim(TYP, holder="cecilia")]

    assert first.status_code == 201, first.text
    assert [o.status_code for o in others] == [409, 409, 409]
    body = first.json()
    assert UUID(body["claim_id"]) and body["fencing_token"] == 1
    assert datetime.fromisoformat(body["expires_at"]) == door.facts.now + timedelta(minutes=30)


async def test_a_system_names_the_holder_and_a_person_is_one(door: Door) -> None:
    unnamed = {name: value for name, value in WORK.items() if name != "holder"}
    system = [await door.ask("POST", "/v1/claims", unnamed, COUNTY) for _ in range(2)]
    anna, bo = [await door.ask("POST", "/v1/claims", unnamed, f"{COUNTY}/{who}") for who in ("anna", "bo")]

    assert [answer.status_code for answer in system] == [422, 422], "two of its people would both have the work"
    assert system[0].json()["errors"][0]["pointer"] == "/holder"
    assert (anna.status_code, anna.json()["holder"], bo.status_code) == (201, "anna", 409)
    assert (await door.ask("POST", "/v1/intents", unnamed, COUNTY)).status_code == 200


async def test_the_holder_asking_again_is_told_of_the_claim_that_it_has(door: Door) -> None:
    first, again = await door.claim(), await door.claim()

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()


async def test_whoever_may_not_know_is_told_nothing_about_the_holder(door: Door) -> None:
    await door.claim()
    stranger, colleague = await door.claim(AREA), await door.claim(holder="bo")
    door.relate(AREA)
    related = await door.claim(AREA, holder="dan")

    assert stranger.json()["by"] == []
    assert "anna" not in stranger.text and COUNTY not in stranger.text
    assert [b["holder"] for b in colleague.json()["by"]] == ["anna"]
    assert [(b["org"], b["lead_role"], b["contact_team"]) for b in related.json()["by"]] == [
        (COUNTY, "social_instructor", "743")
    ]
    assert door.parts.telling.told == [(COUNTY, KNOWN), (AREA, KNOWN)]  # type: ignore[attr-defined] # the test's gate


async def test_the_same_key_gets_its_first_answer_again_whatever_has_happened_since(door: Door) -> None:
    first, lost = await door.claim(key='"k-1"'), await door.claim(AREA, key="k-1")
    await door.ask("DELETE", f"/v1/claims/{first.json()['claim_id']}")
    again, lost_again = await door.claim(key="k-1"), await door.claim(AREA, key='"k-1"')

    assert (again.status_code, lost_again.status_code) == (201, 409)
    assert (again.content, lost_again.content) == (first.content, lost.content)
    assert again.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.headers


async def test_an_answer_given_again_passes_the_gate_again_and_is_logged_again(door: Door) -> None:
    """It was given as it lay there: to an organisation that no longer may know, and with no line in the log."""
    await door.claim()
    door.relate(AREA)
    first, asked = (
        await door.claim(AREA, key="k-1"),
        await door.ask("POST", "/v1/intents", WORK, AREA, idempotency_key="k-2"),
    )
    again = await door.claim(AREA, key="k-1")
    log: list[Any] = door.parts.telling.told  # type: ignore[attr-defined] # the test's gate
    door.facts.known[KNOWN] = [f for f in door.facts.known[KNOWN] if f.name == "work.claimed"]
    later = [
        await door.claim(AREA, key="k-1"),
        await door.ask("POST", "/v1/intents", WORK, AREA, idempotency_key="k-2"),
    ]

    assert (first.content, len(log)) == (again.content, 3)
    assert asked.json()["answer"] == "covered"
    assert [(a.status_code, a.json()["by"]) for a in later] == [(409, []), (200, [])]
    assert later[1].json() == {**asked.json(), "answer": "clear", "by": []}
    assert "anna" not in later[0].text


async def test_an_organisation_asks_and_claims_no_more_than_its_quota_and_an_outage_counts_nothing(door: Door) -> None:
    door.parts = replace(door.parts, working=Limiter(Quota(burst=3, rate=0.001, daily=100)))
    door.app = build(door.parts)
    claim = await door.claim()
    path = f"/v1/claims/{claim.json()['claim_id']}"
    used = [claim, await door.intend(holder="bo"), await door.claim(work="client_plan", client_ref=str(UUID(int=5)))]
    none_left = [await door.claim(), await door.intend(), await door.ask("DELETE", path)]
    none_left += [await door.ask("POST", f"{path}/renew"), await door.ask("POST", f"/v1/claims/{UUID(int=7)}/renew")]

    assert [u.status_code for u in used] == [201, 200, 422]
    assert [u.headers["ratelimit"].split(";")[1] for u in used] == ["r=2", "r=1", "r=0"]
    assert {(a.status_code, a.json()["errors"][0]["code"]) for a in none_left} == {(429, "quota")}
    assert all(int(a.headers["retry-after"]) >= 1 for a in none_left)
    assert (await door.claim(WORKSHOP)).status_code == 403

    door.store.down = True
    away = [await door.claim(AREA, holder=f"h-{n}") for n in range(5)]
    door.store.down = False
    assert [a.status_code for a in away] == [503] * 5
    assert (await door.claim(AREA)).status_code == 409


async def test_a_key_used_for_something_else_is_refused(door: Door) -> None:
    await door.claim(key="k-1")
    other = await door.claim(key="k-1", work="client_plan")

    assert (other.status_code, other.json()["errors"][0]["code"]) == (422, "key_reused")


@pytest.mark.parametrize("key", ['""', "a" * 256, '"open', "two words", 'a"b', "a,b"])
async def test_a_key_that_is_none_is_refused(door: Door, key: str) -> None:
    answer = await door.claim(key=key)

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "idempotency_key")


async def test_an_organisation_that_may_not_do_the_work_is_refused_before_anything_is_looked_up(door: Door) -> None:
    unknown = "99999999-9999-4999-8999-999999999999"
    refused = [await door.claim(WORKSHOP), await door.claim(WORKSHOP, client_ref=unknown), await door.intend(WORKSHOP)]
    door.store.down = True

    assert [r.status_code for r in refused] == [403, 403, 403]
    assert refused[0].json()["errors"] == refused[1].json()["errors"]
    assert door.facts.known[KNOWN] == []


async def test_a_claim_runs_out_and_its_late_holder_is_refused(door: Door) -> None:
    first = (await door.claim(lease_seconds=60)).json()
    door.later(seconds=60)
    second = await door.claim(AREA)
    renew = f"/v1/claims/{first['claim_id']}/renew"
    late = [
        await door.ask("POST", renew, {"fencing_token": first["fencing_token"]}),
        await door.ask("POST", renew),
        await door.ask("DELETE", f"/v1/claims/{first['claim_id']}"),
    ]

    assert second.status_code == 201
    assert second.json()["fencing_token"] > first["fencing_token"]
    assert [(r.status_code, r.json()["errors"][0]["code"]) for r in late] == [(409, "claim_over")] * 3
    assert (await door.claim(holder="bo")).status_code == 409


async def test_a_claim_renewed_in_time_goes_on(door: Door) -> None:
    first = (await door.claim(lease_seconds=60)).json()
    door.later(seconds=59)
    renewed = await door.ask("POST", f"/v1/claims/{first['claim_id']}/renew", {"lease_seconds": 60})
    door.later(seconds=59)

    assert renewed.status_code == 200, renewed.text
    assert renewed.json()["fencing_token"] == first["fencing_token"]
    assert datetime.fromisoformat(renewed.json()["expires_at"]) == door.facts.now + timedelta(seconds=1)
    assert (await door.claim(AREA)).status_code == 409


async def test_a_wrong_token_and_another_organisation_cannot_renew_or_let_go(door: Door) -> None:
    claim = (await door.claim()).json()
    path = f"/v1/claims/{claim['claim_id']}"
    wrong = await door.ask("POST", f"{path}/renew", {"fencing_token": claim["fencing_token"] + 1})
    foreign = [await door.ask("POST", f"{path}/renew", {}, AREA), await door.ask("DELETE", path, org=AREA)]
    unknown = await door.ask("DELETE", f"/v1/claims/{UUID(int=7)}")

    assert (wrong.status_code, wrong.json()["errors"][0]["code"]) == (409, "fencing_token")
    assert [f.status_code for f in foreign] == [404, 404]
    assert foreign[1].json()["errors"] == unknown.json()["errors"]
    assert (await door.ask("DELETE", f"{path}?fencing_token=99")).status_code == 409


async def test_a_token_in_the_body_of_a_delete_counts_and_nothing_like_one_is_passed_over(door: Door) -> None:
    """A late holder's token in a body was taken for none, and the claim of whoever holds the work now was let go."""
    claim = (await door.claim()).json()
    path, token = f"/v1/claims/{claim['claim_id']}", claim["fencing_token"]
    wrong = [
        await door.ask("DELETE", path, {"fencing_token": token + 1}),
        await door.ask("DELETE", f"{path}?fencing_token={token}", {"fencing_token": token + 1}),
        await door.ask("DELETE", f"{path}?token={token + 1}"),
        await door.ask("DELETE", path, {"token": token + 1}),
        await door.ask("DELETE", path, [token]),
    ]

    assert [w.status_code for w in wrong] == [409, 400, 400, 422, 422]
    assert wrong[0].json()["errors"][0]["code"] == "fencing_token"
    assert (await door.claim(AREA)).status_code == 409  # nobody let it go
    assert (await door.ask("DELETE", path, {"fencing_token": token})).status_code == 204


async def test_nothing_sent_about_another_s_claim_is_answered_otherwise_than_about_none(door: Door) -> None:
    """A malformed body, key or token was refused as such only where there was a claim: that told foreign ones apart."""
    foreign, none = f"/v1/claims/{(await door.claim()).json()['claim_id']}", f"/v1/claims/{UUID(int=7)}"

    async def all_of(path: str) -> list[tuple[int, Any]]:
        asked = [
            await door.ask("POST", f"{path}/renew", [1], AREA),
            await door.ask("POST", f"{path}/renew", {"lease_seconds": 0}, AREA),
            await door.ask("POST", f"{path}/renew", {"to": "010594Y9032"}, AREA),
            await door.ask("POST", f"{path}/renew", {}, AREA, idempotency_key='"open'),
            await door.ask("DELETE", f"{path}?fencing_token=x", org=AREA),
            await door.ask("DELETE", f"{path}?fencing_token=0", org=AREA),
            await door.ask("DELETE", path, {"fencing_token": "x"}, AREA),
            await door.ask("POST", f"{path}/renew", {}, AREA, idempotency_key=path[-12:]),
            await door.ask("POST", f"{path}/renew", {"fencing_token": 5}, AREA, idempotency_key=path[-12:]),
            await door.ask("POST", f"{path}/renew", {"fencing_token": 5}, AREA),
            await door.ask("DELETE", path, org=AREA),
        ]
        return [(a.status_code, a.json()["errors"]) for a in asked]

    told = await all_of(foreign)

    assert told == await all_of(none)
    assert [status for status, _ in told] == [422, 422, 422, 400, 400, 422, 422, 404, 422, 404, 404]


async def test_a_released_claim_is_free_for_others_and_releasing_twice_is_once(door: Door) -> None:
    path = f"/v1/claims/{(await door.claim()).json()['claim_id']}"
    released = [await door.ask("DELETE", path), await door.ask("DELETE", path)]

    assert [r.status_code for r in released] == [204, 204]
    assert (await door.claim(AREA)).status_code == 201


async def test_work_that_excludes_the_other_is_not_given_beside_it(door: Door) -> None:
    await door.claim()

    assert (await door.claim(AREA, work="multisector_employment_plan")).status_code == 409
    assert (await door.claim(AREA, work="employment_plan")).status_code == 409
    assert (await door.claim(TYP, work="client_plan")).status_code == 201


async def test_different_services_are_different_work_and_an_untold_one_may_be_any(door: Door) -> None:
    await door.claim(work="referral", service_type="job_coaching")

    assert (await door.claim(AREA, work="referral", service_type="education")).status_code == 201
    assert (await door.claim(AREA, work="referral", service_type="job_coaching")).status_code == 409
    assert (await door.claim(TYP, work="referral")).status_code == 409


async def test_another_organisation_s_open_plan_stops_a_claim_but_not_one_with_a_legal_reason(door: Door) -> None:
    plan = PlanPreparationStarted(plan_id=UUID(int=1), plan_type="activation_plan", lead_org=AREA)
    door.facts.add(KNOWN, plan, AREA)

    assert (await door.claim()).status_code == 409
    assert (await door.claim(AREA, holder="eva")).status_code == 201
    await door.ask("DELETE", f"/v1/claims/{door.facts.known[KNOWN][-1].id}", org=AREA)
    assert (await door.claim(reason="joint_work")).status_code == 201


async def test_no_refusal_tells_a_stranger_which_service_somebody_is_in(door: Door) -> None:
    started = ParallelServiceStarted(ps_id=UUID(int=1), service_type="psychiatry", started_on=date(2026, 2, 2))
    door.facts.add(KNOWN, started, TYP)

    answers = [
        await door.claim(AREA, work="parallel_service", service_type=s) for s in ("psychiatry", "debt_counselling")
    ]

    assert [a.status_code for a in answers] == [201, 201]


async def test_no_answer_tells_a_party_to_her_plan_which_service_somebody_else_gives_her(door: Door) -> None:
    """Her page hides it; whoever asked for one service after the other heard `covered` at the right one."""
    started = ParallelServiceStarted(ps_id=UUID(int=1), service_type="psychiatry", started_on=date(2026, 2, 2))
    door.facts.add(KNOWN, started, TYP)
    door.relate(AREA, COUNTY)
    wanted = {"work": "parallel_service", "service_type": "psychiatry"}
    party, social = [await door.intend(org, **wanted) for org in (AREA, COUNTY)]
    mine = await door.intend(AREA, **wanted, holder="bo")

    assert (party.json()["answer"], party.json()["by"]) == ("clear", [])
    assert social.json()["answer"] == "covered"
    assert TYP in {b["org"] for b in social.json()["by"]}
    assert {b["org"] for b in mine.json()["by"]} == {AREA}


async def test_a_reason_that_this_work_does_not_know_is_refused(door: Door) -> None:
    answer = await door.claim(reason="redirected")

    assert answer.status_code == 422
    assert "joint_work" in answer.json()["errors"][0]["detail"]


async def test_an_intent_is_clear_covered_or_in_conflict(door: Door) -> None:
    door.relate(AREA, TYP)
    clear, covered = await door.intend(), await door.intend(AREA)
    conflict = await door.intend(TYP, work="multisector_employment_plan", holder="cecilia")

    assert [a.json()["answer"] for a in (clear, covered, conflict)] == ["clear", "covered", "conflict"]
    assert (clear.status_code, clear.json()["by"]) == (200, [])
    assert covered.json()["by"][0]["lead_role"] == "social_instructor"
    assert {b["why"] for b in conflict.json()["by"]} == {"excludes"}


async def test_whoever_may_not_know_hears_clear_and_its_intent_is_taken_down(door: Door) -> None:
    empty = await door.intend(TYP, work="client_plan")
    await door.claim()
    stranger = await door.intend(AREA)

    assert stranger.json()["answer"] == "clear"
    assert stranger.json().keys() == empty.json().keys()
    assert [f.data.holder_org for f in door.facts.known[KNOWN] if f.name == "work.intent_declared"] == [TYP, AREA]


async def test_a_stranger_s_clear_costs_the_same_whether_there_is_something_to_know_or_not(door: Door) -> None:
    """The gate was asked only where something stood in the way, and its transaction showed in the time it took."""
    gate: Any = door.parts.telling
    nothing = await door.intend(TYP, work="client_plan")
    asked, gate.asked = gate.asked, 0
    await door.claim()
    something = await door.intend(AREA)

    assert (nothing.json()["answer"], something.json()["answer"]) == ("clear", "clear")
    assert (asked, gate.asked) == (1, 1)


async def test_one_s_own_intent_and_claim_do_not_stand_in_one_s_way(door: Door) -> None:
    await door.intend()
    await door.claim()

    assert (await door.intend()).json()["answer"] == "clear"
    assert (await door.intend(holder="bo")).json()["answer"] == "covered"


async def test_an_old_intent_counts_no_longer(door: Door) -> None:
    door.relate(AREA)
    await door.intend(planned_on=date(2026, 3, 2).isoformat())
    door.later(days=13)
    still = await door.intend(AREA)
    door.later(days=1)

    assert still.json()["answer"] == "covered"
    assert [b["holder"] for b in (await door.intend(AREA, holder="eva")).json()["by"] if b["org"] == COUNTY] == []


async def test_a_legal_repeat_is_clear(door: Door) -> None:
    door.relate(AREA)
    await door.claim()

    assert (await door.intend(AREA, reason="successor")).json()["answer"] == "clear"


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        ({"work": "gardening"}, "/work"),
        ({"work": ["activation_plan"]}, "/work"),
        ({"client_ref": "x"}, "/client_ref"),
        ({"client_ref": str(UUID(int=5))}, "/client_ref"),
        ({"holder": "010594Y9032"}, "/holder"),
        ({"holder": "Anna Aalto"}, "/holder"),
        ({"holder": ""}, "/holder"),
        ({"matter": "010594y9032"}, "/matter"),
        ({"lease_seconds": 0}, "/lease_seconds"),
        ({"lease_seconds": 10**9}, "/lease_seconds"),
        ({"expires_at": "2030-01-01T00:00:00Z"}, "/*"),
        ({"claim_id": str(UUID(int=9)), "fencing_token": 1}, "/*"),
        ({"010594Y9032": 1}, "/*"),
    ],
)
async def test_what_is_wrong_is_refused_by_its_place(door: Door, changed: dict[str, Any], pointer: str) -> None:
    answer = await door.claim(**changed)

    assert answer.status_code == 422, answer.text
    assert pointer in {e["pointer"] for e in answer.json()["errors"]}
    assert "010594" not in answer.text
    assert door.facts.known[KNOWN] == []


async def test_a_person_who_was_erased_has_no_work(door: Door) -> None:
    assert (await door.claim(client_ref=ERASED)).status_code == 404


async def test_what_cannot_be_logged_is_not_told(door: Door) -> None:
    await door.claim()

    class Broken:
        async def tell(self, *_: Any) -> list[dict[str, Any]]:
            raise Unavailable("the log cannot be written")

    door.parts = replace(door.parts, telling=Broken())
    door.app = build(door.parts)
    answer = await door.intend(holder="bo")

    assert answer.status_code == 503
    assert "anna" not in answer.text


async def test_of_two_claims_that_meet_when_a_person_was_known_twice_the_older_holds(door: Door) -> None:
    older = (await door.claim()).json()
    door.later(minutes=1)
    other = str(UUID(int=77))
    door.parts.records.persons.add(other)  # type: ignore[attr-defined] # the store in memory
    door.facts.known[other] = []
    younger = (await door.claim(AREA, client_ref=other)).json()
    door.facts.known[KNOWN] += door.facts.known.pop(other)  # as after client.merged

    renewed = await door.ask("POST", f"/v1/claims/{older['claim_id']}/renew", {"lease_seconds": 7200})
    refused = await door.ask("POST", f"/v1/claims/{younger['claim_id']}/renew", {"lease_seconds": 7200}, AREA)
    released = await door.ask("DELETE", f"/v1/claims/{younger['claim_id']}", org=AREA)

    assert (renewed.status_code, refused.status_code, released.status_code) == (200, 409, 204), refused.text
    assert refused.json()["errors"][0]["code"] == "claim_over"
