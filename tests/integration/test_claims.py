"""Claims over a real PostgreSQL: one winner among 200, whatever is restarted meanwhile."""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from kernel.clock import advance
from kernel.decide import Decider, Decision
from kernel.disclosure import Gate, load_policy
from kernel.errors import Again, Fenced, Unavailable
from kernel.persons import erase
from kernel.pg_journal import PgJournal
from kernel.processor import full_catalogue
from schemas.plans.preparation_started_v1 import PlanPreparationStarted
from services.gateway.app import build
from services.gateway.first_answer import PgFirstAnswers
from services.gateway.parts import Begun, Parts
from services.referrals.decisions import claim_release, claim_renew, claim_work, intent
from tests.cluster import OPERATOR, ORGANISER, START, Cluster, Database, settle, stated
from tests.integration.test_door_postgres import POLICY, Door

ACTORS = 200
DECISIONS: list[Decision[Any]] = [claim_work.decision, claim_renew.decision, claim_release.decision, intent.decision]


class Doors:
    """Two processes of the door, as far as the journal can tell: each has its own connections and its own turns."""

    def __init__(self, database: Database, *journals: PgJournal) -> None:
        self.database = database
        self.parts = [self._parts(Door(database).parts, j) for j in journals]
        self.apps = [build(parts) for parts in self.parts]

    def _parts(self, parts: Parts, journal: PgJournal) -> Parts:
        return replace(
            parts,
            deciding=Decider(journal, full_catalogue()),
            telling=Gate(journal.pool, load_policy(POLICY)),
            first_answers=PgFirstAnswers(journal),
            decisions=DECISIONS,
        )

    async def ask(self, method: str, path: str, body: Any, org: str, n: int = 0, **headers: str) -> httpx.Response:
        app = self.apps[n % len(self.apps)]
        client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app, raise_app_exceptions=False), base_url="http://door"
        )
        async with client:
            given = {"Authorization": f"Bearer good-{org}", **{k.replace("_", "-"): v for k, v in headers.items()}}
            return await client.request(method, path, json=body, headers=given)

    async def claim(self, ref: str, n: int, **changed: Any) -> httpx.Response:
        """One actor of one of two organisations; a retry is the same request with the same key."""
        body = {"client_ref": ref, "work": "activation_plan", "holder": f"actor-{n}", **changed}
        org = ORGANISER if n % 2 else OPERATOR
        return await self.ask("POST", "/v1/claims", body, org, n, idempotency_key=f"key-{n}")

    async def until_answered(self, ref: str, n: int) -> httpx.Response:
        """As a patient partner: what could not be stored is sent again."""
        for _ in range(1_200):
            answer = await self.claim(ref, n)
            if answer.status_code < 500:
                return answer
            await asyncio.sleep(0.1)
        raise AssertionError("no answer came")


@pytest.fixture
async def doors(database: Database) -> Doors:
    return Doors(database, database.door, await database.journal("gateway"))


async def test_of_200_who_ask_at_once_one_gets_the_work_and_every_retry_hears_the_same(doors: Doors) -> None:
    ref = await doors.database.person()
    answers = await asyncio.gather(*(doors.claim(ref, n) for n in range(ACTORS)))
    again = await asyncio.gather(*(doors.claim(ref, n) for n in range(ACTORS)))

    assert Counter(a.status_code for a in answers) == {201: 1, 409: ACTORS - 1}
    assert [a.content for a in again] == [a.content for a in answers]
    winner = next(a.json() for a in answers if a.status_code == 201)
    rows = await doors.database.rows("SELECT seq, id FROM journal.fact WHERE type = 'fi.polku.work.claimed.v1'")
    assert [(r["seq"], r["id"]) for r in rows] == [(winner["fencing_token"], winner["claim_id"])]


async def test_one_gets_the_work_also_while_postgresql_and_a_worker_are_restarted(tmp_path: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="polku-claims-", ignore_cleanup_errors=True) as home:
        cluster = Cluster(Path(home))
        try:
            await asyncio.to_thread(cluster.start)  # it waits in a loop of its own
            database = await cluster.database(tmp_path)
            doors = Doors(database, database.door, await database.journal("gateway"))
            ref = await database.person()
            working = asyncio.create_task(_workers(database))
            actors = [asyncio.create_task(doors.until_answered(ref, n)) for n in range(ACTORS)]
            await asyncio.wait(actors, return_when=asyncio.FIRST_COMPLETED)
            cluster.kill()
            await asyncio.to_thread(cluster.start_again)
            answers = await asyncio.gather(*actors)
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)
            stored = await database.rows("SELECT id FROM journal.fact WHERE type = 'fi.polku.work.claimed.v1'")
            await database.close()
        finally:
            cluster.stop()

    assert Counter(a.status_code for a in answers) == {201: 1, 409: ACTORS - 1}
    assert [a.json()["claim_id"] for a in answers if a.status_code == 201] == [r["id"] for r in stored]


async def _workers(database: Database) -> None:
    """One worker after the other takes the lanes from the one before."""
    while True:
        with suppress(Unavailable, Fenced, Again, OSError):
            worker = await database.reactor()
            try:
                await settle(worker)
            finally:
                worker.journal.pool.terminate()  # the server gives out only so many connections
        await asyncio.sleep(0.05)


async def test_a_claim_ends_by_the_instance_s_clock_and_its_token_grows(doors: Doors) -> None:
    ref = await doors.database.person()
    first = (await doors.claim(ref, 1, lease_seconds=600)).json()
    renew = f"/v1/claims/{first['claim_id']}/renew"
    renewed = await doors.ask("POST", renew, {"fencing_token": first["fencing_token"]}, ORGANISER)
    await advance(doors.database.operator.pool, START + timedelta(hours=2))

    late = await doors.ask("POST", renew, {"fencing_token": first["fencing_token"]}, ORGANISER)
    second = await doors.claim(ref, 2)
    released = await doors.ask("DELETE", f"/v1/claims/{second.json()['claim_id']}", None, OPERATOR)
    third = await doors.claim(ref, 3)

    assert (renewed.status_code, late.status_code) == (200, 409), renewed.text
    assert late.json()["errors"][0]["code"] == "claim_over"
    assert [second.status_code, released.status_code, third.status_code] == [201, 204, 201]
    assert third.json()["fencing_token"] > second.json()["fencing_token"] > first["fencing_token"]


async def test_an_intent_sees_what_was_stated_a_moment_ago_and_what_is_told_is_logged(doors: Doors) -> None:
    ref = await doors.database.person()
    plan = PlanPreparationStarted(plan_id=UUID(int=3), plan_type="activation_plan", lead_org=ORGANISER)
    data = plan.model_dump(mode="json", exclude_none=True)
    await doors.database.door.append([stated(1, plan.meta.type, ref, data, OPERATOR)])
    body = {"client_ref": ref, "work": "multisector_employment_plan", "holder": "bo"}

    told = await doors.ask("POST", "/v1/intents", body, ORGANISER)
    log = await doors.database.rows("SELECT org, viewer, record FROM disclosure.log WHERE record = 'work_in_progress'")

    assert told.status_code == 200, told.text
    assert (told.json()["answer"], [b["work"] for b in told.json()["by"]]) == ("conflict", ["activation_plan"])
    assert [(r["org"], r["record"]) for r in log] == [(ORGANISER, "work_in_progress")]


async def test_200_who_intend_the_same_at_once_hear_clear_only_once(doors: Doors) -> None:
    ref = await doors.database.person()
    body = {"client_ref": ref, "work": "need_assessment"}
    asked = (
        doors.ask("POST", "/v1/intents", {**body, "holder": f"actor-{n}"}, ORGANISER, n) for n in range(ACTORS // 2)
    )
    answers = await asyncio.gather(*asked)

    assert Counter(a.json()["answer"] for a in answers) == {"clear": 1, "covered": ACTORS // 2 - 1}


async def test_a_claim_that_was_stored_but_never_answered_is_found_by_its_retry(doors: Doors) -> None:
    class Breaks(PgFirstAnswers):
        async def finish(self, *_: object) -> Begun:
            raise Unavailable("the answer could not be kept")

    ref = await doors.database.person()
    whole = doors.apps
    doors.apps = [build(replace(doors.parts[0], first_answers=Breaks(doors.database.door)))]
    lost = await doors.claim(ref, 1)
    doors.apps = whole
    found = await doors.claim(ref, 1)
    other = await doors.claim(ref, 2)
    rows = await doors.database.rows("SELECT id FROM journal.fact WHERE type = 'fi.polku.work.claimed.v1'")

    assert [lost.status_code, found.status_code, other.status_code] == [503, 201, 409]
    assert [r["id"] for r in rows] == [found.json()["claim_id"]]


async def test_nothing_is_clear_while_a_fact_of_the_person_cannot_be_read(doors: Doors) -> None:
    ref = await doors.database.person()
    broken = {"plan_id": "no id", "plan_type": "activation_plan", "lead_org": ORGANISER}
    await doors.database.door.append([stated(1, PlanPreparationStarted.meta.type, ref, broken, ORGANISER)])

    claim = await doors.claim(ref, 1)
    intended = await doors.ask("POST", "/v1/intents", {"client_ref": ref, "work": "activation_plan"}, ORGANISER)

    assert (claim.status_code, intended.status_code) == (503, 503)
    assert "retry-after" in claim.headers


async def test_first_answers_are_kept_for_a_day(doors: Doors) -> None:
    ref = await doors.database.person()
    first = await doors.claim(ref, 1)
    other = await doors.claim(ref, 1, work="client_plan")
    await doors.database.rows("UPDATE door.idempotency SET at = at - interval '25 hours'")
    later = await doors.claim(ref, 1, work="client_plan")

    assert (first.status_code, other.status_code, later.status_code) == (201, 422, 201)
    assert len(await doors.database.rows("SELECT 1 FROM door.idempotency")) == 1


async def test_nothing_of_a_person_who_was_erased_is_kept_for_a_key(doors: Doors) -> None:
    ref, other = await doors.database.person(), await doors.database.person("020504A902E")
    first = await doors.claim(ref, 1)
    renewed = await doors.ask(
        "POST", f"/v1/claims/{first.json()['claim_id']}/renew", {}, ORGANISER, idempotency_key="r"
    )
    lost = await doors.claim(ref, 3)
    await doors.claim(other, 5)
    shown = await doors.claim(ref, 3)
    log = await doors.database.rows("SELECT 1 FROM disclosure.log WHERE record = 'work_in_progress'")
    await erase(doors.database.operator, ref)
    kept = await doors.database.rows("SELECT subject::text AS subject FROM door.idempotency")
    after = [await doors.claim(ref, n) for n in (1, 3)]

    assert (renewed.status_code, lost.status_code, shown.content) == (200, 409, lost.content)
    assert (len(lost.json()["by"]), len(log)) == (1, 2)
    assert [r["subject"] for r in kept] == [other]
    assert [a.status_code for a in after] == [404, 404]


async def test_an_erasure_also_takes_answers_that_an_older_door_kept_for_nobody_named(doors: Doors) -> None:
    """While an upgrade went on, such an answer outlived the person for a day."""
    ref, other = await doors.database.person(), await doors.database.person("020504A902E")
    await doors.claim(ref, 1)
    await doors.claim(other, 3)
    await doors.database.rows("UPDATE door.idempotency SET subject = NULL WHERE subject = $1::uuid", ref)
    before = await doors.database.rows("SELECT 1 FROM door.idempotency WHERE subject IS NULL")
    await erase(doors.database.operator, ref)
    kept = await doors.database.rows("SELECT subject::text AS subject FROM door.idempotency")

    assert (len(before), [r["subject"] for r in kept]) == (1, [other])
