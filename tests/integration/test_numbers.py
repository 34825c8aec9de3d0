"""Numbers over many persons and organisations on a real PostgreSQL, and what nobody may learn by a filter."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from kernel import migrate
from kernel.decode import Decoder
from kernel.disclosure import load_policy
from kernel.organisations import load
from kernel.person import Units
from kernel.persons import erase
from kernel.processor import full_catalogue
from kernel.react import Reactor
from operate.verifying import verify
from schemas.catalogue import catalogue
from services.gateway.access import Access
from services.gateway.app import build
from services.gateway.pg_asking import PgAsking
from services.notifications.state import fold as of_notifications
from services.placements.state import fold as of_placements
from services.referrals.state import fold as of_referrals
from tests.cluster import ORGANISATIONS, ORGANISER, SITE, Database, settle
from tests.integration.test_door_postgres import POLICY, Door
from tests.integration.test_placements_read_models import COUNTY, PLACE, PLACEMENT, WORKSHOP, told
from tests.integration.test_reads import Says

FOLDS = {"referrals": of_referrals, "placements": of_placements, "notifications": of_notifications}
VIEWS = migrate.views_of(tuple(FOLDS))
AUTHORITY = ("9000004-6", "employment_authority")
SCHOOL = ("9000022-2", "educational_institution")
HOME = {"home_municipality": "743", "age_band": "25plus", "language": "fi", "birth_year": 1980}
CODES = ("010594Y9032", "020504A902E", "020594X903P", "010516B903X", "020502E902X")
SITED = {"site": PLACE}
GUILD = f"""[[organisation]]
id = "{AUTHORITY[0]}"
name = "Employment"
types = [{{ code = "employment_authority" }}]
systems = ["s"]
kind = {{ profile = "A" }}
[[organisation]]
id = "{SCHOOL[0]}"
name = "School"
types = [{{ code = "educational_institution" }}]
systems = ["s"]
kind = {{ profile = "D" }}
"""


class Numbers:
    """The door over the read models of all three, which fold and raise nothing."""

    def __init__(self, database: Database, reactors: list[Reactor]) -> None:
        self.database, self.reactors = database, reactors
        door = Door(database, {t: cls.meta.data_class for t, cls in catalogue().items()})
        organisations = load(database.settings.organisations)
        views = [(p, v) for p, views in VIEWS.items() for v in views if v.name != "relations"]
        self.app = build(
            replace(
                door.parts,
                access=Access(Says(), organisations),
                rulebook=replace(door.parts.rulebook, organisations=organisations),
                asking=PgAsking(database.door, load_policy(POLICY), views),
                views=views,
            )
        )

    async def told(self, *facts: Any) -> None:
        await self.database.door.append(list(facts))
        for reactor in self.reactors:
            await settle(reactor)

    async def get(self, path: str, who: str = ORGANISER) -> httpx.Response:
        transport = httpx.ASGITransport(self.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://door") as client:
            return await client.get(path, headers={"Authorization": f"Bearer good-{who}"})

    async def items(self, path: str, who: str = ORGANISER) -> list[dict[str, Any]]:
        answer = await self.get(path, who)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["items"]
        return found


@pytest.fixture
async def numbers(database: Database) -> AsyncIterator[Numbers]:
    database.settings.organisations.write_text(ORGANISATIONS + GUILD)
    await migrate.run(database.settings, database._superuser.rpartition("/")[0] + "/postgres", "2026-03-02", VIEWS)
    reactors = []
    for processor, fold in FOLDS.items():
        journal = await database.journal(processor)
        decoder = Decoder(full_catalogue(), journal.keys, journal.instance.operator)
        reactors.append(Reactor(journal, Units.of(processor, fold, [], VIEWS[processor]), decoder, ruleset=99))
    yield Numbers(database, reactors)


async def test_a_locality_with_free_places_at_one_kind_of_provider_only_is_a_gap(numbers: Numbers) -> None:
    site = {"municipality": "743", "host_org_type": "workshop"}
    await numbers.told(
        told(1, "site.described", None, WORKSHOP, site_id=PLACE, **site),
        told(2, "place.opened", None, WORKSHOP, site_id=PLACE, places=8, content=["work"]),
        told(3, "employer.help_requested", None, AUTHORITY, 2, help_code="wage_subsidy", municipality="743"),
        told(4, "work_opportunity.opened", None, AUTHORITY, 2, opportunity_id=PLACE, hours_per_week=4),
    )
    (row,) = await numbers.items("/v1/localities", SITE)
    assert (row["municipality"], row["places"], row["free"], row["provider_types_free"]) == ("743", 8, 8, 1)
    assert (row["few_providers"], row["employers_asked_for_help"], row["opportunities_open"]) == (True, 1, 0)

    parish = {**site, "host_org_type": "parish"}
    await numbers.told(
        told(5, "site.described", None, COUNTY, site_id=PLACEMENT, **parish),
        told(6, "place.opened", None, COUNTY, site_id=PLACEMENT, places=1, content=["work"]),
    )
    (row,) = await numbers.items("/v1/localities", SITE)
    assert (row["free"], row["provider_types_free"], row["few_providers"]) == (9, 2, False)


async def test_work_is_listed_by_its_hours_with_the_fewest_first_and_not_in_the_order_of_their_digits(
    numbers: Numbers,
) -> None:
    hours = {PLACE: 20, PLACEMENT: 4, "0d8f6f0e-0000-4000-8000-000000000009": 9}
    await numbers.told(
        *(
            told(n, "work_opportunity.opened", None, AUTHORITY, opportunity_id=id_, hours_per_week=week)
            for n, (id_, week) in enumerate(hours.items(), 1)
        ),
        told(9, "employer.help_requested", None, AUTHORITY, help_code="wage_subsidy"),
    )
    path = "/v1/employer-cooperation?order=hours_per_week&limit=2"
    first = await numbers.get(path)
    rest = await numbers.get(f"{path}&cursor={first.json()['next']}")

    assert [r["hours_per_week"] for r in (*first.json()["items"], *rest.json()["items"])] == [4, 9, 20]


async def test_the_median_stay_of_a_locality_is_counted_over_chains_of_periods(numbers: Numbers) -> None:
    ends = ("2025-08-01", "2026-02-01", "2026-02-01", "2026-08-01", "2027-02-01")
    for n, (code, end) in enumerate(zip(CODES, ends, strict=True)):
        ref = await numbers.database.person(code)
        place = {"placement_id": f"0d8f6f0e-0000-4000-8000-0000000001{n:02}", "site_id": PLACE}
        await numbers.told(
            told(100 + n, "client.registered", ref, COUNTY, **HOME),
            told(200 + n, "placement.agreed", ref, COUNTY, **place, start_on="2025-02-01", end_on=end),
        )
    (row,) = await numbers.items("/v1/outcomes/statistics?state=episode&by=municipality&median=months")

    assert row == {"municipality": "743", "persons": 5, "median": 12.0}


async def test_the_year_of_an_epidemic_is_marked_in_what_is_counted_by_year(numbers: Numbers) -> None:
    facts = [
        told(1, "service.suspended", None, COUNTY, **{"reason": "epidemic", "from": "2020-03-17", "to": "2020-08-02"}),
        told(2, "service.suspended", None, WORKSHOP, **{"reason": "site_closed", "from": "2025-07-01", "scope": SITED}),
    ]
    for n, code in enumerate(CODES):
        ref = await numbers.database.person(code)
        for year in (2020, 2025):
            place = {"placement_id": f"0d8f6f0e-0000-4000-8000-00000{year}{n:03}", "site_id": PLACE}
            days = {"start_on": f"{year}-02-03", "end_on": f"{year}-09-01"}
            facts.append(told(year + 100 * n, "placement.agreed", ref, COUNTY, **place, **days))
    await numbers.told(*facts)
    rows = await numbers.items("/v1/outcomes/statistics?state=period&by=year")

    assert [(r["year"], r["persons"], r["paused"]) for r in rows] == [("2020", 5, True), ("2025", 5, False)]


async def test_how_long_tasks_have_waited_is_counted_for_social_work_and_not_for_a_site(numbers: Numbers) -> None:
    ref = await numbers.database.person("010594Y9032")
    asked = {"placement_id": PLACEMENT, "code": "worry"}
    await numbers.told(
        told(1, "client.registered", ref, COUNTY, **HOME),
        told(2, "supervisor.contact_requested", ref, WORKSHOP, **asked),
    )
    (row,) = await numbers.items("/v1/open-tasks-age")
    assert (row["kind"], row["tasks"]) == ("contact", 1)
    assert row["age"] in {"under_2_days", "2_to_7_days", "7_to_28_days", "over_28_days"}
    assert (await numbers.get("/v1/open-tasks-age", SITE)).status_code == 403


async def test_nobody_learns_by_a_filter_what_a_row_does_not_show(numbers: Numbers) -> None:
    ref = await numbers.database.person("010594Y9032")
    agreed = {"ps_id": PLACE, "service_type": "substance_services"}
    await numbers.told(
        told(1, "client.registered", ref, AUTHORITY, **HOME),
        told(2, "parallel_service.agreed", ref, COUNTY, **agreed),
    )
    path = "/v1/parallel-services"
    (row,) = await numbers.items(path, AUTHORITY[0])
    assert "service_type" not in row
    assert await numbers.items(f"{path}?service_type=substance_services", AUTHORITY[0]) == []
    assert len(await numbers.items(f"{path}?service_type=substance_services")) == 1
    assert await numbers.items(f"{path}?state=waiting", SITE) == []


async def test_a_list_may_be_chosen_by_what_a_column_holds_among_others(numbers: Numbers) -> None:
    ref = await numbers.database.person("010594Y9032")
    terms = {"site_id": PLACE, "days_per_week": 2, "minutes_per_day": 300, "content": ["work", "life_management"]}
    days = {"start_on": "2026-03-02", "end_on": "2026-09-01"}
    plan = {"plan_id": PLACEMENT, "includes_ktt": True, "ktt_terms": {**terms, **days}}
    await numbers.told(told(1, "plan.signed", ref, COUNTY, 2, **plan))

    assert [r["state"] for r in await numbers.items("/v1/placements?content=work")] == ["planned"]
    assert await numbers.items("/v1/placements?content=work_life_skills") == []


async def test_numbers_say_how_far_the_processors_behind_them_are_and_whose_facts_are_missing(numbers: Numbers) -> None:
    """They answered an empty position, the instant of asking and no late source, whatever was still waiting."""
    ref = await numbers.database.person(CODES[0])
    await numbers.told(told(1, "client.registered", ref, COUNTY, **HOME))
    day = {"placement_id": PLACEMENT, "site_id": PLACE, "start_on": "2026-03-02", "end_on": "2026-06-01"}
    paths = [
        *("/v1/outcomes/statistics?state=period&by=year", "/v1/plan-register/statistics?by=state"),
        *("/v1/referrals/statistics?by=state", "/v1/duplicates/statistics?by=state"),
        *("/v1/cooperation", "/v1/open-tasks-age", "/v1/duplicates/metrics"),
        *("/v1/reviews", f"/v1/clients/{ref}/timeline"),
    ]
    before = {path: (await numbers.get(path)).json() for path in paths}
    (late,) = await numbers.database.door.append([told(2, "placement.agreed", ref, COUNTY, **day)])
    waiting = {path: (await numbers.get(path)).json() for path in paths}
    for reactor in numbers.reactors:
        await settle(reactor)
    settled = {path: (await numbers.get(path)).json() for path in paths}

    for path in paths:
        assert before[path]["as_of"]["position"], path
        assert before[path]["stale_sources"] == settled[path]["stale_sources"] == [], path
        assert settled[path]["as_of"]["position"] != before[path]["as_of"]["position"], path
        if not path.endswith("timeline"):  # it is read from the journal itself
            assert waiting[path]["as_of"]["position"] == before[path]["as_of"]["position"], path
            assert waiting[path]["stale_sources"] == [late.source], path
    assert len({waiting[path]["as_of"]["time"] for path in paths if "timeline" not in path}) == 1


async def test_a_timeline_is_paged_and_chosen_by_type_and_a_stranger_s_is_not_there(numbers: Numbers) -> None:
    ref = await numbers.database.person(CODES[0])
    await numbers.told(
        *(told(n, "client.registered", ref, COUNTY, **HOME) for n in (1, 2, 3)),
        told(4, "placement.resumed", ref, COUNTY, **{"placement_id": PLACEMENT, "from": "2026-03-02"}),
    )
    path = f"/v1/clients/{ref}/timeline"
    first = await numbers.get(f"{path}?limit=3")
    rest = await numbers.get(first.links["next"]["url"])
    chosen = await numbers.items(f"{path}?type=fi.polku.placement.resumed.v1")

    assert [len(a.json()["items"]) for a in (first, rest)] == [3, 1]
    assert chosen == rest.json()["items"]
    assert await numbers.items(f"{path}?source=urn:polku:x:s") == []
    assert (await numbers.get(f"{path}?source=urn:polku:x:s", SITE)).status_code == 404


async def test_a_verification_counts_persons_once_and_no_organisations_among_them(numbers: Numbers) -> None:
    """An empty instance told of 99 persons: its 33 organisations, once for each of three processors."""
    settings = numbers.database.settings
    organisations = await numbers.database.rows("SELECT count(*) AS n FROM journal.person WHERE lane = 0")
    empty = await verify(settings, progress=False, processes=1)
    for code in CODES[:3]:
        ref = await numbers.database.person(code)
    await numbers.told(told(1, "client.registered", ref, COUNTY, **HOME))
    await erase(numbers.database.operator, ref)
    found = await verify(settings, progress=False, processes=1)

    assert organisations[0]["n"] > 0
    assert (empty.persons, found.persons) == (0, 2)
    assert found.compared > 3 * found.persons
