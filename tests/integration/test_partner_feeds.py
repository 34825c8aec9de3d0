"""Feeds over a real PostgreSQL: in order, nothing missed, nothing that the policy hides, and what was taken back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from kernel import persons
from kernel.calendar import midnight
from kernel.clock import advance
from kernel.decode import Catalogue
from kernel.disclosure import load_policy
from kernel.discover import events
from kernel.facts import lane_of
from kernel.journal import MERGED, RETRACTED
from kernel.organisations import load
from operate.anomalies import Anomalies, Limits
from schemas.catalogue import catalogue, example_data
from services.gateway.app import build
from services.gateway.pg_feed import PgFeeding
from tests.cluster import OPERATOR, ORGANISATIONS, ORGANISER, SITE, START, Database, settle, stated, visit
from tests.integration.filled import AUTHORITY, KELA, MORE, OHJAAMO
from tests.integration.test_door_postgres import POLICY, Door
from tests.sample.book import until
from tests.sample.domain import VisitRecorded

CODES = ("010594Y9032", "020504A902E", "010594Y9021", "131052-308T")
HOME = {"home_municipality": "743", "age_band": "25plus", "language": "fi", "birth_year": 1980}
VISIT, REGISTERED = VisitRecorded.meta.type, "fi.polku.client.registered.v1"
REFERRED = {"referral_id": "5b7a0001-0000-4000-8000-000000000001", "service_type": "rehab_work_activity"}
REFERRED |= {"referrer_type": "wellbeing_county", "basis_of_entry": "client_need", "target_org": SITE}


class Readers:
    """Partners that read feeds at a door, and a worker that is driven by hand."""

    def __init__(self, database: Database, reactor: Any) -> None:
        self.database, self.reactor, self.count = database, reactor, 100
        database.settings.organisations.write_text(ORGANISATIONS + MORE)
        organisations = load(database.settings.organisations)
        known = {**events("schemas"), VISIT: VisitRecorded}
        door = Door(database)
        self.feeding = PgFeeding(database.door, load_policy(POLICY), Catalogue(known, ["visits.missed"]), "referrals")
        access = replace(door.parts.access, organisations=organisations)
        self.app = build(replace(door.parts, access=access, feeding=self.feeding))

    async def say(self, type_: str, ref: str, data: dict[str, object], org: str = SITE) -> str:
        """Somebody states something; its id."""
        self.count += 1
        await self.database.door.append([stated(self.count, type_, ref, data, org)])
        return f"x{self.count}"

    async def get(self, path: str = "/v1/feeds/facts", who: str = SITE) -> httpx.Response:
        transport = httpx.ASGITransport(self.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://door", timeout=60) as client:
            return await client.get(path, headers={"Authorization": f"Bearer good-{who}"})

    async def all(self, path: str = "/v1/feeds/facts", who: str = SITE) -> list[dict[str, Any]]:
        """Everything up to the end, page by page."""
        found: list[dict[str, Any]] = []
        while True:
            answer = await self.get(path, who)
            assert answer.status_code == 200, answer.text
            if not answer.json():
                return found
            found += answer.json()
            path = answer.links["next"]["url"]


@pytest.fixture
async def readers(database: Database) -> AsyncIterator[Readers]:
    yield Readers(database, await database.reactor())


def ids(entries: list[dict[str, Any]], ref: str = "") -> list[tuple[str, str]]:
    return [(e["id"], e.get("method", "")) for e in entries if ref in ("", e["subject"])]


async def test_each_person_s_facts_come_in_order_whatever_the_page_and_wherever_one_goes_on(readers: Readers) -> None:
    database = readers.database
    refs = [await database.person(code) for code in CODES]
    for n in range(24):
        await database.door.append([visit(n, n % 28 + 1, n % 3 > 0, refs[n % len(refs)])])
    await settle(readers.reactor)
    whole = await readers.all("/v1/feeds/facts?limit=500")
    one_by_one = await readers.all("/v1/feeds/facts?limit=1")
    after_each = [await readers.all(f"/v1/feeds/facts?lastEventId={entry['feedcursor']}") for entry in whole]

    assert len({lane_of(ref, 32) for ref in refs}) > 1, "more than one lane"
    for ref in refs:
        order = await database.rows(
            "SELECT id FROM journal.fact WHERE subject = $1::uuid AND source LIKE $2 ORDER BY seq", ref, f"%:{SITE}:%"
        )
        mine = [id_ for id_, _ in ids(whole, ref) if id_.startswith("v")]
        assert mine == [r["id"] for r in order] and len(mine) == 6
        assert ids(one_by_one, ref) == ids(whole, ref)
    assert sorted(ids(one_by_one)) == sorted(ids(whole)) and len(set(ids(whole))) == len(whole)
    for n, rest in enumerate(after_each, 1):
        assert sorted(ids(rest)) == sorted(ids(whole[n:])), "after each that one has stored comes all the rest"
        assert [ids(rest, ref) for ref in refs] == [ids(whole[n:], ref) for ref in refs]
    assert "data" not in whole[0] and set(whole[0]) == {
        *("specversion", "id", "source", "type", "subject", "time", "recordedtime", "feedcursor")
    }


async def test_a_reader_that_waits_misses_nothing_and_hears_nothing_twice_while_facts_arrive(readers: Readers) -> None:
    database = readers.database
    refs = [await database.person(code) for code in CODES]
    done = asyncio.Event()

    async def states(who: int) -> None:
        for n in range(20):
            await database.door.append([visit(1000 * who + n, n + 1, True, refs[(who + n) % len(refs)])])

    async def works() -> None:
        while not done.is_set():
            await settle(readers.reactor)

    async def reads() -> list[dict[str, Any]]:
        path, found = "/v1/feeds/facts?timeout=30000&limit=7", list[dict[str, Any]]()
        while sum(e["type"] == VISIT for e in found) < 60:
            answer = await readers.get(path)
            assert answer.status_code == 200 and answer.json(), "nothing came though facts were to come"
            found += answer.json()
            path = answer.links["next"]["url"]
        return found

    reader, worker = asyncio.create_task(reads()), asyncio.create_task(works())
    await asyncio.gather(*(states(who) for who in (1, 2, 3)))
    found = [e for e in await asyncio.wait_for(reader, 120) if e["type"] == VISIT]
    done.set()
    await worker

    assert len(found) == len({e["id"] for e in found}) == 60
    for ref in refs:
        order = await database.rows(
            "SELECT id FROM journal.fact WHERE subject = $1::uuid AND type = $2 ORDER BY seq", ref, VISIT
        )
        assert [e["id"] for e in found if e["subject"] == ref] == [r["id"] for r in order]


async def test_a_reader_that_waits_before_anybody_has_worked_on_a_lane_hears_of_the_first_fact(
    readers: Readers,
) -> None:
    """It waited for news in the lanes that it knew of, which were none, and so until its time was up."""
    ref = await readers.database.person()
    waiting = asyncio.create_task(readers.get("/v1/feeds/facts?timeout=30000"))
    await until(lambda: readers.feeding._arrivals._waiting)
    await readers.database.door.append([visit(1, 3, True, ref)])
    await settle(readers.reactor)
    answer = await asyncio.wait_for(waiting, 20)

    assert ids(answer.json()) == [("v1", "")]


async def test_a_fact_that_makes_the_relation_is_not_passed_over_while_nobody_knows_of_it(readers: Readers) -> None:
    """Read to the end of the journal, it was behind the cursor before the view of relations had it."""
    ref = await readers.database.person()
    await settle(readers.reactor)
    first = await readers.get("/v1/feeds/facts", SITE)
    named = await readers.say("fi.polku.referral.submitted.v2", ref, REFERRED, ORGANISER)
    early = await readers.get(first.links["next"]["url"], SITE)
    await settle(readers.reactor)
    later = await readers.get(early.links["next"]["url"], SITE)

    assert early.json() == []
    assert ids(later.json()) == [(named, "")]


async def test_whoever_has_nothing_to_do_with_a_person_gets_an_empty_feed_and_no_line_in_the_log(
    readers: Readers,
) -> None:
    ref = await readers.database.person()
    await readers.say(REGISTERED, ref, HOME, ORGANISER)
    await readers.database.door.append([visit(1, 3, True, ref)])
    await settle(readers.reactor)
    lanes = [(await readers.get(who=who)) for who in (AUTHORITY, KELA, OHJAAMO)]
    logged = await readers.database.rows("SELECT org FROM disclosure.log WHERE record = 'feed'")

    assert [(answer.status_code, answer.json()) for answer in lanes] == [(200, [])] * 3
    assert list(logged) == []


async def test_what_is_hidden_is_in_no_page_and_no_page_tells_of_it(readers: Readers) -> None:
    ref = await readers.database.person()
    sick, met = (example_data(catalogue()[f"fi.polku.{name}.v1"]) for name in ("plan.interrupted", "contact.logged"))
    for _ in range(6):
        await readers.say("fi.polku.plan.interrupted.v1", ref, sick, ORGANISER)  # sensitive
        await readers.say("fi.polku.contact.logged.v1", ref, met, ORGANISER)  # operational
    await readers.say(REGISTERED, ref, HOME, AUTHORITY)
    await readers.say("fi.polku.referral.submitted.v2", ref, REFERRED, ORGANISER)
    await readers.database.door.append([visit(1, 3, True, ref)])
    await settle(readers.reactor)
    seen = {
        who: [e["type"].split(".", 2)[2] for e in await readers.all("/v1/feeds/facts?limit=2", who)]
        for who in (ORGANISER, AUTHORITY, SITE)
    }
    pages, path = [], "/v1/feeds/facts?limit=2"
    while not pages or pages[-1]:
        answer = await readers.get(path, AUTHORITY)
        pages.append(answer.json())
        path = answer.links["next"]["url"]

    assert len(seen[ORGANISER]) == 15
    assert set(seen[AUTHORITY]) == {"contact.logged.v1", "client.registered.v1", "visit.recorded.v1"}
    assert seen[SITE] == ["referral.submitted.v2", "visit.recorded.v1"], "what names it, and its own"
    assert [len(page) for page in pages] == [2, 2, 2, 2, 0]
    assert await readers.all("/v1/feeds/plans", AUTHORITY) == []
    assert len(await readers.all("/v1/feeds/plans", ORGANISER)) == 6
    assert [e["type"] for e in await readers.all("/v1/feeds/referrals")] == ["fi.polku.referral.submitted.v2"]


async def test_what_lies_behind_much_that_is_hidden_is_found(readers: Readers) -> None:
    ref = await readers.database.person()
    others = {**REFERRED, "target_org": OHJAAMO}
    own = await readers.say("fi.polku.referral.submitted.v2", ref, REFERRED, ORGANISER)
    for n in range(3):
        hidden = [stated(1000 * n + m, "fi.polku.referral.submitted.v2", ref, others, ORGANISER) for m in range(60)]
        await readers.database.door.append([*hidden, visit(n, n + 1, True, ref)])
    await settle(readers.reactor)

    for limit in (1, 2, 100):
        found = [id_ for id_, _ in ids(await readers.all(f"/v1/feeds/facts?limit={limit}"))]
        assert found == [own, "v0", "v1", "v2"], limit


async def test_a_door_that_does_not_know_a_type_leaves_its_fact_to_a_newer_one(readers: Readers) -> None:
    """Nobody here can judge it: to tell it would show what may be hidden, to pass it would hide what may be told."""
    ref = await readers.database.person()
    sick = example_data(catalogue()["fi.polku.plan.interrupted.v1"])
    await readers.database.door.append([visit(1, 3, True, ref)])
    later = await readers.say("fi.polku.plan.interrupted.v1", ref, sick, ORGANISER)
    await readers.database.door.append([visit(2, 4, True, ref)])
    await settle(readers.reactor)
    newer, older = readers.feeding._types, dict(readers.feeding._types)
    del older["fi.polku.plan.interrupted.v1"]
    readers.feeding._types = older
    first = await readers.get(who=ORGANISER)
    refused = await readers.get(first.links["next"]["url"], ORGANISER)
    readers.feeding._types = newer
    rest = await readers.get(first.links["next"]["url"], ORGANISER)

    assert ids(first.json()) == [("v1", "")]
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "2")
    assert ids(rest.json()) == [(later, ""), ("v2", "")]


async def test_every_person_shown_on_a_page_is_in_the_log_once_in_the_same_transaction(readers: Readers) -> None:
    refs = [await readers.database.person(code) for code in CODES[:2]]
    for n in range(6):
        await readers.database.door.append([visit(n, n + 1, True, refs[n % 2])])
    await settle(readers.reactor)
    await readers.get()
    logged = await readers.database.rows("SELECT * FROM disclosure.log WHERE record = 'feed'")
    await readers.database.rows("ALTER TABLE disclosure.log ADD CONSTRAINT full_up CHECK (id < 0) NOT VALID")
    with pytest.raises(Exception, match="full_up"):
        await readers.get()

    assert sorted(str(r["subject"]) for r in logged) == sorted(refs)
    assert {(r["org"], r["viewer"], r["channel"], r["ground"]) for r in logged} == {(SITE, SITE, "feed", "L703-9")}


async def test_who_is_on_no_page_is_not_in_the_log_though_more_was_looked_at(readers: Readers) -> None:
    """A page of one entry logged eight persons as shown, who then heard of their erasure too."""
    for n, code in enumerate(CODES):
        await readers.database.door.append([visit(n, 3, True, await readers.database.person(code))])
    await settle(readers.reactor)
    page = (await readers.get("/v1/feeds/facts?limit=1")).json()
    logged = await readers.database.rows("SELECT subject FROM disclosure.log WHERE record = 'feed'")

    assert [str(r["subject"]) for r in logged] == [e["subject"] for e in page] and len(page) == 1


async def merge(readers: Readers, old: str, new: str) -> None:
    data = {"old_ref": old, "new_ref": new, "reason": "same", "approver": "x"}
    await readers.database.operator.append([stated(9, MERGED, new, data, OPERATOR)])


async def two_lanes(readers: Readers) -> tuple[str, str]:
    """Two persons in different lanes."""
    refs = [await readers.database.person(code) for code in CODES]
    return refs[0], next(ref for ref in refs if lane_of(ref, 32) != lane_of(refs[0], 32))


async def test_what_is_taken_back_after_a_merge_does_not_come_to_life_again(readers: Readers) -> None:
    """The withdrawal lies in the lane of the new reference, and came before the fact in that of the old one."""
    old, new = await two_lanes(readers)
    for n in range(30):
        await readers.database.door.append([visit(n, n % 28 + 1, True, old)])
    await merge(readers, old, new)
    await readers.say(RETRACTED, old, {"id": "v29", "reason": "wrong_person"})
    await settle(readers.reactor)
    for limit in (1, 5, 500):
        told = ids(await readers.all(f"/v1/feeds/facts?limit={limit}"))

        assert ("v28", "") in told and ("v29", "") not in told[told.index(("v29", "DELETE")) :]


async def test_nothing_is_passed_over_while_only_the_old_reference_s_lane_has_heard_of_a_merge(
    readers: Readers,
) -> None:
    """Then neither of the two had a relation, and what had come last under the old one was behind the cursor."""
    database = readers.database
    old, new = await two_lanes(readers)
    await database.door.append([visit(1, 3, True, old)])
    await settle(readers.reactor)
    path = (await readers.get()).links["next"]["url"]
    await database.door.append([visit(2, 4, True, old)])
    await merge(readers, old, new)
    lane = lane_of(old, 32)
    await readers.reactor.catch_up(lane, (await readers.reactor.heads([lane]))[lane].head)
    between = await readers.get(path)
    await settle(readers.reactor)
    later = await readers.all(between.links["next"]["url"])

    assert ids([*between.json(), *later], old) == [("v2", "")]


async def test_what_its_source_takes_back_comes_as_delete_to_those_who_could_see_it(readers: Readers) -> None:
    ref, other = [await readers.database.person(code) for code in CODES[:2]]
    referral = await readers.say("fi.polku.referral.submitted.v2", ref, REFERRED, ORGANISER)
    await readers.say(REGISTERED, ref, HOME, AUTHORITY)
    kept = await readers.say(REGISTERED, other, HOME, ORGANISER)
    await settle(readers.reactor)
    paths = {who: (await readers.get(who=who)).links["next"]["url"] for who in (ORGANISER, AUTHORITY, SITE, KELA)}
    await readers.say(RETRACTED, ref, {"id": referral, "reason": "wrong_person"}, ORGANISER)
    await readers.say(RETRACTED, other, {"id": "never-said", "reason": "wrong_person"}, ORGANISER)
    await settle(readers.reactor)
    told = {who: await readers.all(path, who) for who, path in paths.items()}
    relations = await readers.database.rows("SELECT org FROM view.relations_g1 WHERE subject = $1::uuid", ref)

    assert {r["org"] for r in relations} == {ORGANISER, AUTHORITY}, "the fact that made the site's is gone"
    assert {who: ids(entries) for who, entries in told.items()} == {
        ORGANISER: [(referral, "DELETE")],
        AUTHORITY: [],  # which service she is referred to it was never told
        SITE: [(referral, "DELETE")],
        KELA: [],
    }
    (gone,) = told[SITE]
    assert (gone["type"], gone["subject"]) == ("fi.polku.referral.submitted.v2", ref)
    assert kept not in [e["id"] for entries in told.values() for e in entries]


async def test_a_withdrawal_that_comes_before_what_it_withdraws_tells_of_nothing(readers: Readers) -> None:
    ref = await readers.database.person()
    await readers.database.door.append([visit(1, 3, True, ref)])
    await readers.say(RETRACTED, ref, {"id": "v2", "reason": "wrong_person"})
    await readers.database.door.append([visit(2, 4, True, ref)])
    await settle(readers.reactor)

    assert ids(await readers.all()) == [("v1", ""), ("v2", "")]


async def test_an_erased_person_comes_as_delete_to_whom_something_was_shown_and_to_nobody_else(
    readers: Readers,
) -> None:
    ref, other = [await readers.database.person(code) for code in CODES[:2]]
    for org in (ORGANISER, AUTHORITY):
        await readers.say(REGISTERED, ref, HOME, org)
    for who in (SITE, ORGANISER):
        await readers.database.door.append([visit(ord(who[0]), 3, True, other)])
    await settle(readers.reactor)
    paths = {
        who: (await readers.get("/v1/feeds/facts?from=now", who)).links["next"]["url"]
        for who in (ORGANISER, AUTHORITY, SITE)
    }
    read = (await readers.get(who=ORGANISER)).json()
    await persons.erase(readers.database.operator, ref)
    await settle(readers.reactor)
    told = {who: await readers.all(path, who) for who, path in paths.items()}
    fresh = await readers.all(who=ORGANISER)
    after = await readers.get(f"/v1/feeds/facts?cursor={read[0]['feedcursor']}", ORGANISER)

    assert [(e["subject"], e["method"]) for e in told[ORGANISER]] == [(ref, "DELETE")]
    assert told[AUTHORITY] == told[SITE] == []
    assert [(e["subject"], e.get("method")) for e in fresh] == [(ref, "DELETE")], "and nothing else of her"
    assert after.status_code == 200 and ids(after.json())[-1] == (f"erased-{ref}", "DELETE")
    logged = await readers.database.rows(
        "SELECT ground FROM disclosure.log WHERE record = 'feed' AND subject = $1::uuid", ref
    )
    assert {r["ground"] for r in logged} == {"L703-9", "EU2016/679-19"}


async def test_what_lies_under_an_old_reference_is_told_after_a_merge_too(readers: Readers) -> None:
    old, new = [await readers.database.person(code) for code in CODES[:2]]
    await readers.database.door.append([visit(1, 3, True, old)])
    await readers.database.door.append([visit(2, 4, True, new)])
    merge = {"old_ref": old, "new_ref": new, "reason": "same", "approver": "x"}
    await readers.database.operator.append([stated(9, MERGED, new, merge, OPERATOR)])
    await readers.database.door.append([visit(3, 5, True, old)])
    await settle(readers.reactor)
    found = await readers.all()

    assert [e["id"] for e in found if e["subject"] == old][:1] == ["v1"]
    assert [i for i, _ in ids(found, new) if i.startswith("v")] == ["v2", "v3"]
    assert sorted(e["id"] for e in found if e["type"] == VISIT) == ["v1", "v2", "v3"]


async def test_a_cursor_of_before_a_restore_is_gone_and_a_foreign_one_is_none(readers: Readers) -> None:
    answer = await readers.get()
    path = answer.links["next"]["url"]
    foreign = await readers.get(path, ORGANISER)
    elsewhere = await readers.get(path.replace("facts", "alerts"))
    restored = await readers.database.journal("gateway")
    restored.instance = replace(restored.instance, era="99999999-9999-4999-8999-999999999999")
    readers.feeding._journal = restored
    gone = await readers.get(path)

    assert [(a.status_code, a.json()["errors"][0]["code"]) for a in (foreign, elsewhere)] == [(400, "cursor")] * 2
    assert (gone.status_code, gone.json()["type"]) == (410, "urn:polku:problem:era")


async def test_a_system_that_reads_its_feed_at_night_is_usual_and_one_of_its_people_is_not(readers: Readers) -> None:
    database = readers.database
    for n, code in enumerate(CODES):
        await database.door.append([visit(n, 3, True, await database.person(code))])
    await settle(readers.reactor)
    night = midnight((START + timedelta(days=1)).date()) - timedelta(hours=1)
    await advance(database.operator.pool, night)
    limits = Limits(many_clients=3, unrelated=3, night=3, night_from=22, night_until=5)
    await readers.get()
    system = await Anomalies(limits).tell(database.clock)
    await readers.get(who=f"{SITE}/anna")
    person = await Anomalies(limits).tell(database.clock)

    assert (system, person) == (0, 2), "many clients, and at night"
