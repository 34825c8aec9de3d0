"""Reading over a real PostgreSQL: what falls due and for whom, tables, the log of disclosures, streams, numbers."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from kernel import migrate
from kernel.decode import Catalogue, Decoder
from kernel.disclosure import load_policy
from kernel.discover import events, units
from kernel.facts import Event
from kernel.organisations import load
from kernel.person import Units
from kernel.pg_journal import connect
from kernel.react import Reactor
from kernel.rules import Fold, Rule
from kernel.views import View
from schemas.caseworkers.assigned_v1 import CaseworkerAssigned
from schemas.clients.registered_v1 import ClientRegistered
from schemas.handovers.started_v1 import HandoverStarted
from schemas.plans.signed_v1 import PlanSigned
from schemas.reviews.scheduled_v1 import ReviewScheduled
from services.gateway.access import Access
from services.gateway.app import build
from services.gateway.pg_asking import PgAsking
from services.gateway.suppress import Cell
from services.notifications.state import fold as of_notifications
from services.placements.state import fold as of_placements
from tests.cluster import OPERATOR, ORGANISATIONS, ORGANISER, SITE, Cluster, Database, settle, stated
from tests.integration.test_door_postgres import POLICY, Door
from tests.sample import domain
from tests.unit.gateway.house import Told

PEOPLE = ORGANISATIONS.replace(
    f'[[organisation]]\nid = "{SITE}"',
    f"""[[organisation.person]]
ref = "anna"
name = "Anna"
roles = ["social_instructor"]
team = "743"
[[organisation]]
id = "{SITE}\"""",
)
FOLDS: dict[str, Fold[Any]] = {"placements": of_placements, "notifications": of_notifications}


class Says:
    """A token `good-<organisation>[/<user>/<role>]`."""

    def verify(self, token: str, *_: datetime) -> Told:
        org, *rest = token.removeprefix("good-").split("/")
        return Told(org, rest[0], frozenset({rest[1]})) if rest else Told(org)


class Reads:
    """The door, and the processors by hand."""

    def __init__(self, database: Database, reactors: list[Reactor]) -> None:
        self.database, self.reactors, self.count = database, reactors, 0
        door = Door(database)
        organisations = load(database.settings.organisations)
        views = [(p, v) for p in FOLDS for v in units(f"services.{p}.views", View)]
        # The tiny domain's table stands for the outcomes: numbers are counted over any view of that name's kind.
        counted = replace(domain.view, name="visit_log", filters=("day", "came"), handlers={})
        self.parts = replace(
            door.parts,
            access=Access(Says(), organisations),
            rulebook=replace(door.parts.rulebook, organisations=organisations),
            asking=PgAsking(database.door, load_policy(POLICY), [*views, ("referrals", counted)]),
            views=[*views, ("referrals", counted)],
        )
        self.app = build(self.parts)

    async def say(self, ref: str, *said: Event, org: str = ORGANISER) -> None:
        for event in said:
            self.count += 1
            data = event.model_dump(mode="json", exclude_none=True, by_alias=True)
            await self.database.door.append([stated(self.count, event.meta.type, ref, data, org)])

    async def settle(self) -> None:
        for reactor in self.reactors:
            await settle(reactor)

    async def get(self, path: str, who: str = ORGANISER) -> httpx.Response:
        transport = httpx.ASGITransport(self.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://door") as client:
            return await client.get(path, headers={"Authorization": f"Bearer good-{who}"})


@pytest.fixture
async def reads(database: Database, cluster: Cluster) -> AsyncIterator[Reads]:
    database.settings.organisations.write_text(PEOPLE)
    views = {p: units(f"services.{p}.views", View) for p in FOLDS}
    await migrate.run(database.settings, cluster.superuser, "2026-03-02", views)
    rules = [r for p in FOLDS for r in units(f"services.{p}.rules", Rule)]
    catalogue = Catalogue(events("schemas"), {n for r in rules for n in r.names})
    reactors, journals = [await database.reactor()], []
    for processor, fold in FOLDS.items():
        journals.append(await connect(database.settings, f"polku_{processor}", size=3))
        of = Units.of(processor, fold, units(f"services.{processor}.rules", Rule), views[processor])
        reactors.append(Reactor(journals[-1], of, Decoder(catalogue, journals[-1].keys, OPERATOR), ruleset=1))
    yield Reads(database, reactors)
    for journal in journals:
        await journal.close()


def review(day: int, month: int = 3) -> ReviewScheduled:
    return ReviewScheduled(
        review_id=uuid4(),
        plan_id=UUID(int=1),
        kind="plan_review",
        starts_at=datetime(2026, month, day, 9, tzinfo=UTC),
        place_mode="phone",
    )


async def somebody(reads: Reads, code: str, municipality: str, worker: str, *said: Event) -> str:
    ref = await reads.database.person(code)
    registered = ClientRegistered(language="fi", home_municipality=municipality, birth_year=1994, age_band="25plus")
    assigned = CaseworkerAssigned.model_validate_json(
        f'{{"role_code":"own_worker","person_ref":"{worker}","from":"2026-01-01"}}'
    )
    await reads.say(ref, registered, assigned, *said)
    return ref


async def test_the_forecast_tells_what_falls_due_for_a_worker_a_team_and_a_municipality(reads: Reads) -> None:
    first = await somebody(reads, "010594Y9032", "743", "anna", review(20), review(9), review(1, 6))
    second = await somebody(reads, "020504A902E", "005", "bo", review(10))
    await reads.settle()

    everybody = (await reads.get("/v1/forecast")).json()["items"]
    assert [(r["client_ref"], r["on_day"]) for r in everybody] == [
        (first, "2026-03-09"),
        (second, "2026-03-10"),
        (first, "2026-03-20"),
    ]
    for whom, days in {
        "worker=anna": ["2026-03-09", "2026-03-20"],
        "worker=bo&weeks=20": ["2026-03-10"],
        "team=743&weeks=2": ["2026-03-09"],
        "team=005": [],
        "municipality=005": ["2026-03-10"],
        "worker=anna&weeks=20": ["2026-03-09", "2026-03-20", "2026-06-01"],
    }.items():
        found = await reads.get(f"/v1/forecast?{whom}")
        assert [r["on_day"] for r in found.json()["items"]] == days, whom
    assert (await reads.get("/v1/forecast", SITE)).json()["items"] == []


async def test_a_provider_sees_the_client_that_it_is_to_take_over_on_its_own_worklist(reads: Reads) -> None:
    handed = HandoverStarted(handover_id=uuid4(), to_org=SITE, to_role="provider_client_manager")
    ref = await somebody(reads, "010594Y9032", "743", "anna", handed)
    await somebody(reads, "020504A902E", "005", "bo")
    await reads.settle()

    shown = (await reads.get("/v1/worklist", SITE)).json()["items"]

    assert [(r["client_ref"], r["kind"], r["org"]) for r in shown] == [(ref, "handover", SITE)]


async def test_what_no_rule_has_found_yet_is_in_the_forecast_already(reads: Reads) -> None:
    signed = PlanSigned(plan_id=UUID(int=2), plan_type="activation_plan", includes_ktt=True)
    ref = await somebody(reads, "010594Y9032", "743", "anna", signed)
    await reads.settle()

    soon = (await reads.get("/v1/forecast?worker=anna&weeks=8")).json()["items"]
    later = (await reads.get("/v1/forecast?worker=anna&weeks=20")).json()["items"]
    raised = await reads.database.rows("SELECT type FROM journal.fact WHERE type LIKE 'fi.polku.review.%'")

    assert soon == [] and list(raised) == []
    assert [(r["client_ref"], r["kind"], r["state"], r["plan_id"]) for r in later] == [
        (ref, "plan_review", "due", str(UUID(int=2)))
    ]


async def test_a_forecast_s_pages_follow_each_other_in_order_of_days(reads: Reads) -> None:
    days = [20, 9, 11, 10, 30]
    await somebody(reads, "010594Y9032", "743", "anna", *(review(d) for d in days))
    await reads.settle()

    found, path = [], "/v1/forecast?limit=2"
    while path:
        answer = await reads.get(path)
        found += [row["on_day"] for row in answer.json()["items"]]
        path = answer.links.get("next", {}).get("url", "")
    assert found == [date(2026, 3, d).isoformat() for d in sorted(days)]


async def test_an_answer_tells_who_was_shown_what_and_only_to_whom_it_concerns(reads: Reads) -> None:
    ref = await somebody(reads, "010594Y9032", "743", "anna", review(9))
    await reads.settle()
    await reads.get("/v1/reviews")

    own = (await reads.get(f"/v1/access-log?client_ref={ref}&record=review_calendar")).json()["items"]
    foreign = (await reads.get(f"/v1/access-log?client_ref={ref}", SITE)).json()["items"]
    officer = (await reads.get("/v1/access-log?limit=500", f"{ORGANISER}/dora/dpo")).json()["items"]
    worker = await reads.get("/v1/access-log", f"{ORGANISER}/anna/social_instructor")

    assert [(r["org"], r["client_ref"], r["ground"]) for r in own] == [(ORGANISER, ref, "L703-9")]
    assert {r["org"] for r in foreign} == {SITE}  # it has resolved her code itself, and sees no more than that
    assert {r["org"] for r in officer} == {ORGANISER, SITE}
    assert {r["record"] for r in officer} >= {"review_calendar", "access_log"}  # reading the log is in the log
    assert worker.status_code == 403


async def test_the_log_has_pages(reads: Reads) -> None:
    await somebody(reads, "010594Y9032", "743", "anna", review(9))
    await reads.settle()
    for _ in range(5):
        await reads.get("/v1/reviews")

    path, seen = "/v1/access-log?limit=2&record=review_calendar", 0
    while path:
        answer = await reads.get(path)
        seen += len(answer.json()["items"])
        path = answer.links.get("next", {}).get("url", "")
    assert seen == 5


async def test_streams_say_how_far_they_are(reads: Reads) -> None:
    ref = await reads.database.person()
    await reads.settle()
    await reads.say(ref, review(9))
    before = {r["processor"]: r for r in (await reads.get("/v1/stream-health", SITE)).json()["items"]}
    await reads.settle()
    after = {r["processor"]: r for r in (await reads.get("/v1/stream-health", SITE)).json()["items"]}

    assert set(before) == {"referrals", "placements", "notifications"}
    assert before["placements"]["lag_facts"] == 1 and after["placements"]["lag_facts"] == 0
    assert after["placements"]["position"] == after["placements"]["head"]


async def test_a_table_holds_what_the_list_holds(reads: Reads) -> None:
    await somebody(reads, "010594Y9032", "743", "anna", review(9), review(10))
    await reads.settle()
    as_json = (await reads.get("/v1/reviews")).json()["items"]
    answer = await reads.get("/v1/reviews?format=csv")
    as_csv = list(csv.DictReader(io.StringIO(answer.text, newline="")))

    assert [(r["client_ref"], r["on_day"], r["org"]) for r in as_csv] == [
        (r["client_ref"], r["on_day"], r["org"]) for r in as_json
    ]


async def test_persons_are_counted_among_those_one_has_to_do_with(reads: Reads) -> None:
    view: Any = reads.parts.views[-1][1]
    refs = [await reads.database.person(code) for code in ("010594Y9032", "020504A902E")]
    for n, ref in enumerate(refs):
        for day in (2, 3):
            said = domain.VisitRecorded(day=date(2026, 2, day), came=bool(n), weight=1)
            await reads.say(ref, said, org=SITE if n else ORGANISER)
    await reads.settle()
    caller = reads.parts.access.of(ORGANISER, ORGANISER, frozenset(), date(2026, 3, 2))
    stranger = reads.parts.access.of(OPERATOR, OPERATOR, frozenset(), date(2026, 3, 2))

    counts = reads.parts.asking.counts
    mine = await counts(caller, view, ("came",), {"day": "2026-02-03"})
    theirs = await counts(stranger, view, ("came",), {})
    both = await counts(caller, view, ("came", "day"), {})

    two_days: dict[Cell, int] = {("false", "2026-02-02"): 1, ("false", "2026-02-03"): 1}
    assert mine.cube == {(): {(): 1}, ("came",): {("false",): 1}}  # one of two days
    assert theirs.cube == {(): {(): 0}}
    assert both.cube["came", "day"] == two_days
    assert both.cube["came",] == {("false",): 1} and both.cube[()] == {(): 1}  # two rows, one person
