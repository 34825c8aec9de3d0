"""Every read model over a real PostgreSQL: pages, filters, freshness and tables, and nothing told of what is hidden."""

from __future__ import annotations

import base64
import csv
import io
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from kernel.disclosure import Gate, Viewer, load_policy
from kernel.journal import NewFact
from kernel.processor import every_view
from services.gateway.app import RELATIONS, build
from tests.cluster import ORGANISER, SITE, Cluster, Database
from tests.integration.filled import AUTHORITY, KELA, OHJAAMO, ORGS, filled, parts_over
from tests.integration.test_door_postgres import POLICY

VIEWS = {v.name: (p, v) for p, v in every_view() if v.name != RELATIONS}
READ_MODELS = (
    *("client_situation", "worklist", "referral_board", "plan_register", "review_calendar", "placement_register"),
    *("attendance_calendar", "absence_alerts", "parallel_services", "schedule_overlap", "benefit_day_counters"),
    *("kela_reporting", "travel_policy", "provider_capacity", "service_catalogue", "service_gap"),
    *("employer_cooperation", "duplicates", "responsibility_matrix", "service_path", "outcomes"),
)
"""Those of the handbook that are tables; stream_health and access_log are questions, see below."""
SHORT = {
    "referral_board": "referrals",
    "placement_register": "placements",
    "review_calendar": "reviews",
    "absence_alerts": "alerts",
    "provider_capacity": "capacity",
}
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
OTHERS = (AUTHORITY, SITE, KELA, OHJAAMO)
"""Who may see a part: some columns, or own rows."""

every_list = pytest.mark.parametrize("name", sorted(VIEWS))


class Lists:
    """The door over the filled database."""

    def __init__(self, database: Database) -> None:
        self.database, self.parts = database, parts_over(database)
        self.app = build(self.parts)

    async def get(self, path: str, who: str = ORGANISER, **query: Any) -> httpx.Response:
        transport = httpx.ASGITransport(self.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://door") as client:
            return await client.get(path, params=query or None, headers={"Authorization": f"Bearer good-{who}"})

    async def items(self, name: str, who: str = ORGANISER, **query: Any) -> list[dict[str, Any]]:
        answer = await self.get(f"/v1/{VIEWS[name][1].path}", who, **{"limit": 500, **query})
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["items"]
        return found

    async def pages(self, name: str, org: str, limit: int) -> list[list[dict[str, Any]]]:
        found, path = list[list[dict[str, Any]]](), f"/v1/{VIEWS[name][1].path}?limit={limit}"
        while path:
            answer = await self.get(path, org)
            found.append(answer.json()["items"])
            path = answer.links.get("next", {}).get("url", "")
            assert (answer.json()["next"] is None) == (path == "")
        return found


@pytest.fixture(scope="module")
async def lists(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Lists]:
    database = await Database(*await filled(cluster, tmp_path_factory.mktemp("filled"))).open()
    yield Lists(database)
    await database.close()


def test_every_read_model_has_its_route_by_its_name_with_hyphens_or_a_short_one() -> None:
    assert set(READ_MODELS) <= VIEWS.keys()
    assert {n: VIEWS[n][1].path for n in READ_MODELS} == {n: SHORT.get(n, n.replace("_", "-")) for n in READ_MODELS}


@every_list
async def test_pages_follow_each_other_and_hold_each_row_once(lists: Lists, name: str) -> None:
    whole = await lists.items(name)
    pages = await lists.pages(name, ORGANISER, 2)

    assert len(whole) >= 2, "there is nothing to page through"
    assert [row for page in pages for row in page] == whole
    assert all(len(page) == 2 for page in pages[:-1])


@every_list
async def test_a_cursor_holds_for_its_own_list_filters_and_organisation(lists: Lists, name: str) -> None:
    path = f"/v1/{VIEWS[name][1].path}"
    first = await lists.get(path, limit=1)
    cursor = first.json()["next"]
    other = next(v.path for n, (_, v) in VIEWS.items() if n != name)
    refused = [
        await lists.get(path, AUTHORITY, cursor=cursor),
        await lists.get(f"/v1/{other}", cursor=cursor),
        await lists.get(path, cursor=cursor[:-1] + ("A" if cursor[-1] != "A" else "B")),
        await lists.get(path, cursor=""),
    ]

    assert [(r.status_code, r.json()["errors"][0]["pointer"]) for r in refused] == [(400, "/cursor")] * 4


@every_list
async def test_every_filter_chooses_the_rows_that_hold_its_value(lists: Lists, name: str) -> None:
    _, view = VIEWS[name]
    whole = await lists.items(name)
    for column in [*view.filters, *(["client_ref"] if view.person else [])]:
        value = next((row[column] for row in whole if row[column] not in (None, [])), None)
        among = isinstance(value, list)
        one = value[0] if isinstance(value, list) else value
        if one is not None:
            told = str(one).lower() if isinstance(one, bool) else one
            holding = [r for r in whole if (one in (r[column] or []) if among else r[column] == one)]
            assert await lists.items(name, **{column: told}) == holding, column
    unknown = await lists.get(f"/v1/{view.path}", nothing="1")

    assert (unknown.status_code, unknown.json()["errors"][0]["code"]) == (400, "unknown_filter")


@every_list
async def test_an_answer_says_how_fresh_it_is(lists: Lists, name: str) -> None:
    answer = await lists.get(f"/v1/{VIEWS[name][1].path}")
    again = await lists.get(f"/v1/{VIEWS[name][1].path}?format=csv")

    assert answer.json()["as_of"]["position"] and answer.json()["as_of"]["time"]
    assert answer.json()["stale_sources"] == [f"urn:polku:{SITE}:s"], "the one that is silent too long"
    assert answer.headers["polku-as-of"] == again.headers["polku-as-of"]


@every_list
async def test_no_page_tells_by_its_end_that_something_is_hidden(lists: Lists, name: str) -> None:
    """A page is full or the last one, also for somebody who may see a part: what is hidden begins no page."""
    for who in OTHERS:
        whole = await lists.items(name, who)
        pages = await lists.pages(name, who, 3)

        assert [row for page in pages for row in page] == whole, who
        assert all(len(page) == 3 for page in pages[:-1]) and (pages[-1] or pages == [[]]), who


@every_list
async def test_the_condition_of_a_list_is_what_the_gate_shows(lists: Lists, name: str) -> None:
    gate = Gate(lists.database.door.pool, load_policy(POLICY))
    for who, kind in ORGS.items():
        shown = await gate.read(Viewer(who, frozenset({kind}), who), VIEWS[name][1], limit=500)

        assert len(await lists.items(name, who)) == len(shown), who


@every_list
async def test_nothing_can_be_found_by_a_column_that_is_hidden(lists: Lists, name: str) -> None:
    """Whoever filters by what she may not see finds nothing, whatever stands there."""
    whole = await lists.items(name)
    for who in OTHERS:
        columns = {column for row in await lists.items(name, who) for column in row}
        for column in [c for c in VIEWS[name][1].filters if c not in columns]:
            for value in sorted({str(row[column]) for row in whole if row[column] is not None})[:3]:
                told = value.lower() if value in ("True", "False") else value
                assert await lists.items(name, who, **{column: told}) == [], (who, column)


async def test_a_forecast_by_municipality_is_for_those_who_may_know_where_a_client_lives(lists: Lists) -> None:
    def asked(who: str, **query: str) -> Any:
        return lists.get("/v1/forecast", who, weeks="104", limit="500", **query)

    own = (await asked(SITE)).json()["items"]
    lives = next(r["home_municipality"] for r in await lists.items("client_situation") if r["home_municipality"])
    by_place = [(await asked(who, municipality=lives)).json()["items"] for who in (ORGANISER, SITE)]

    assert own and by_place[0] and by_place[1] == []


async def test_a_timeline_s_pages_are_full_whatever_is_left_out_of_them(lists: Lists) -> None:
    ref = (await lists.items("client_situation"))[0]["client_ref"]
    path: str = f"/v1/clients/{ref}/timeline"
    sizes = list[int]()
    while path:
        answer = await lists.get(path, AUTHORITY)
        sizes.append(len(answer.json()["items"]))
        path = answer.links.get("next", {}).get("url", "")
    stated = await lists.database.rows("SELECT count(*) FROM journal.fact WHERE subject = $1::uuid", ref)

    assert len(sizes) > 1 and set(sizes[:-1]) == {100}
    assert sum(sizes) < stated[0]["count"]  # a part was left out


async def test_double_work_is_counted_by_rule_and_organisations(lists: Lists) -> None:
    rows, clients = await lists.items("duplicates"), await lists.items("client_situation")
    sums = (await lists.get("/v1/duplicates/metrics")).json()["items"]
    one = next(s for s in sums if s["rule"] == "D01")
    alike = [r for r in rows if (r["rule"], r["orgs"]) == ("D01", one["orgs"])]

    assert sum(s["found"] for s in sums) == len(rows)
    assert (one["found"], one["clients"]) == (len(alike), len({r["client_ref"] for r in alike}))
    assert one["per_100_clients"] == round(100 * len(alike) / len(clients), 2)
    assert (await lists.get("/v1/duplicates/metrics", **{"from": "1999-01-01", "to": "1999-12-31"})).json()[
        "items"
    ] == []
    assert (await lists.get("/v1/duplicates/metrics", **{"from": "2026-03-02", "to": "2026-03-01"})).status_code == 400
    assert (await lists.get("/v1/duplicates/metrics", SITE)).status_code == 403
    assert (await lists.get("/v1/duplicates/statistics", by="rule")).status_code == 200


async def test_how_working_together_goes_is_told_as_parts_of_a_whole(lists: Lists) -> None:
    whole = {r["measure"]: r for r in (await lists.get("/v1/cooperation")).json()["items"]}
    doubles = await lists.items("duplicates")
    assert whole.keys() == {
        *("reviews_with_social_work", "plans_signed_without_required_party", "double_work_confirmed"),
        *("nobody_works", "absences_alerted", "absences_clarified", "double_work_prevented_by_asking"),
    }
    nobody = sum(r["rule"] == "D17" for r in doubles)
    assert (whole["nobody_works"]["part"], whole["nobody_works"]["whole"]) == (nobody, len(doubles))
    plans = await lists.items("plan_register")
    reviews = whole["reviews_with_social_work"]
    assert reviews["whole"] == sum(p["reviews"] for p in plans) > 0
    assert reviews["part"] == sum(p["reviews_with_social_work"] for p in plans)
    absences = whole["absences_alerted"]
    told = [r for r in await lists.items("absence_alerts") if r["family"] == "absence"]
    assert (absences["whole"], absences["part"]) == (len(told), len(told)) != (0, 0)
    assert 0 <= absences["median_minutes"] < 10, "from the receipt of what told of the absence"
    lacking = whole["plans_signed_without_required_party"]
    assert lacking["part"] == sum(bool(p["signed_on"] and p["missing_roles"]) for p in plans)


async def test_the_share_that_was_right_and_the_hours_until_it_was_resolved_are_counted(lists: Lists) -> None:
    suspected = await lists.items("duplicates", rule="D01", state="suspected")
    kept = suspected[0]
    put_aside = next(r for r in suspected[1:] if r["orgs"] == kept["orgs"])
    for row, state in ((kept, "resolved"), (put_aside, "dismissed")):
        await lists.database.rows(
            """UPDATE view.duplicates_g1 SET state = $2, settled_at = found_at + interval '3 hours'
                WHERE duplicate_id = $1::text::uuid""",
            *(row["duplicate_id"], state),
        )
    sums = (await lists.get("/v1/duplicates/metrics")).json()["items"]
    (one,) = [s for s in sums if (s["rule"], s["orgs"]) == ("D01", kept["orgs"])]

    assert (one["resolved"], one["dismissed"], one["confirmed_pct"]) == (1, 1, 50.0)
    assert one["median_hours_to_resolution"] == 3.0


async def test_no_answer_names_sources_of_facts_about_persons_with_whom_the_reader_has_nothing_to_do(
    lists: Lists,
) -> None:
    """Every reader heard who states something now, about anybody, and how many facts each lane has."""
    related = "SELECT DISTINCT subject::text AS ref FROM view.relations_g1 r JOIN journal.person p USING (subject)"
    of_site = {r["ref"] for r in await lists.database.rows(f"{related} WHERE p.lane > 0 AND r.org = $1", SITE)}
    everybody = {r["ref"] for r in await lists.database.rows(f"{related} WHERE p.lane > 0")}
    alien, own = await lists.database.person("020594X903P"), min(of_site)
    now, data = await lists.database.door.now(), b'{"from": "743", "to": "005", "on": "2026-03-09"}'
    type_ = "fi.polku.client.moved_municipality.v1"
    before = await lists.get("/v1/placements", SITE)
    await lists.database.door.append(
        [
            NewFact(f"urn:polku:{AUTHORITY}:{system}", "waits", type_, ref, now, now, data)
            for system, ref in (("near", own), ("far", alien))
        ]
    )
    site, authority = await lists.get("/v1/placements", SITE), await lists.get("/v1/placements", AUTHORITY)
    near, far, silent = (f"urn:polku:{o}:{s}" for o, s in ((AUTHORITY, "near"), (AUTHORITY, "far"), (SITE, "s")))

    assert alien not in everybody
    assert sorted(site.json()["stale_sources"]) == sorted([near, silent])
    assert sorted(authority.json()["stale_sources"]) == sorted([near, far, silent])
    assert site.json()["as_of"]["position"] == before.json()["as_of"]["position"]
    position = base64.urlsafe_b64decode(site.json()["as_of"]["position"])
    assert b"{" not in position and len(position) == 18


@every_list
async def test_a_table_holds_the_same_rows_and_no_formula(lists: Lists, name: str) -> None:
    _, view = VIEWS[name]
    hostile = next((c.name for c in view.columns if c.type == "text" and c.name not in view.key), None)
    if hostile is not None:
        await lists.database.rows(f'UPDATE view.{name}_g1 SET "{hostile}" = $1', "=cmd|' /C calc'!A0")
    whole = await lists.items(name)
    answer = await lists.get(f"/v1/{view.path}", format="csv", limit=500)
    rows = list(csv.DictReader(io.StringIO(answer.text, newline="")))

    assert answer.headers["content-type"].startswith("text/csv")
    assert list(rows[0]) == [*(["client_ref"] if view.person else []), *(c.name for c in view.columns)]
    assert len(rows) == len(whole)
    texts = [c.name for c in view.columns if c.type not in ("integer", "double precision", "numeric")]
    assert not [(n, row[n]) for row in rows for n in texts if row[n].startswith(FORMULA)]
    if hostile is not None:
        assert {row[hostile] for row in rows} == {"'=cmd|' /C calc'!A0"}
