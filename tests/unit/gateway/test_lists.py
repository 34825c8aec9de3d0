"""Lists as tables, the forecast, the log of disclosures, streams, and numbers in which nobody is recognised."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date
from typing import Any, get_args

import httpx
import pytest

from schemas.codes import TaskKind
from services.gateway.access import Access
from services.gateway.app import build
from services.gateway.asking import shown
from services.gateway.csv_table import written
from services.gateway.suppress import Cell, Counted
from services.notifications.views import client_situation
from services.placements.views import review_calendar, service_path
from services.referrals.views import employer_cooperation
from tests.sample.domain import view
from tests.unit.gateway.house import KNOWN, OPERATOR, WORKSHOP, House, Told, get

NAMES = ["client_ref", "day", "came", "weight", "note"]


@pytest.fixture
def house() -> House:
    house = House()
    more = [("placements", review_calendar.view), ("notifications", client_situation.view)]
    house.parts = replace(house.parts, views=[*house.parts.views, *more])
    house.app = build(house.parts)
    return house


def table(answer: httpx.Response) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.text, newline="")))


@pytest.mark.parametrize(
    "ask", [{"path": "?format=csv"}, {"accept": "text/csv"}, {"accept": "text/csv;q=0.9, application/json;q=0.1"}]
)
async def test_a_list_may_be_had_as_a_table(house: House, ask: dict[str, str]) -> None:
    house.rows.rows = [{"client_ref": KNOWN, "day": date(2026, 3, 2), "came": True}]
    house.rows.more = [KNOWN, "2026-03-02"]
    headers = {"accept": ask["accept"]} if "accept" in ask else {}
    answer = await get(house, "/v1/visit-log" + ask.get("path", ""), **headers)

    assert answer.headers["content-type"].startswith("text/csv; charset=utf-8")
    assert table(answer)[0][0] == "client_ref"
    assert dict(zip(*table(answer), strict=True))["day"] == "2026-03-02"
    assert 'rel="next"' in answer.headers["link"] and answer.headers["polku-as-of"]


@pytest.mark.parametrize("accept", ["application/json", "*/*", "", "application/json, text/csv", "text/html"])
async def test_whoever_does_not_ask_for_a_table_gets_json(house: House, accept: str) -> None:
    answer = await get(house, "/v1/visit-log", accept=accept)

    assert answer.headers["content-type"] == "application/json"


async def test_a_format_that_is_not_offered_is_refused(house: House) -> None:
    answer = await get(house, "/v1/visit-log?format=xlsx")

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/format")


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "  =", " \t@", "\u200b=", "\ufeff+"])
def test_no_cell_can_be_taken_for_a_formula(sign: str) -> None:
    text = f'{sign}HYPERLINK("http://x","y")'
    (cell,) = list(csv.reader(io.StringIO(written(["note"], [{"note": text}]).decode(), newline="")))[1]

    assert cell == f"'{text}"


def test_a_cell_that_a_finnish_spreadsheet_would_split_at_its_semicolons_holds_no_formula_either() -> None:
    told = written(["note", "more"], [{"note": "x;=cmd|' /C calc'!A1", "more": "a\t+1;  @b; c"}]).decode()

    assert "x;'=cmd" in told and "a\t'+1;'  @b; c" in told


def test_a_table_writes_every_kind_of_value_and_keeps_hostile_text_in_its_cell() -> None:
    rows = [{"client_ref": "a", "day": date(2026, 3, 2), "came": False, "weight": -5, "note": 'a,"b"\r\n=c;d'}]
    rows += [{"note": ["=x", "y"]}, {"note": {"a": 1}}, {"note": None, "weight": 0}]
    out = list(csv.reader(io.StringIO(written(NAMES, rows).decode(), newline="")))

    assert out[0] == NAMES
    assert out[1] == ["a", "2026-03-02", "false", "-5", 'a,"b"\r\n=c;d']
    assert [line[-1] for line in out[2:]] == ["'=x y", '{"a":1}', ""]
    assert out[4][3] == "0"


async def test_a_table_and_json_have_different_tags(house: House) -> None:
    as_json, as_csv = await get(house, "/v1/visit-log"), await get(house, "/v1/visit-log?format=csv")
    again = await get(house, "/v1/visit-log?format=csv", if_none_match=as_csv.headers["etag"])

    assert as_json.headers["etag"] != as_csv.headers["etag"]
    assert again.status_code == 304


async def test_the_forecast_asks_for_what_falls_due_from_today_on(house: House) -> None:
    answer = await get(house, "/v1/forecast?weeks=2&municipality=743&limit=7")
    asked = house.rows.asked[3]

    assert answer.status_code == 200, answer.text
    assert house.rows.asked[1:3] == ("placements", review_calendar.view)
    assert asked.between == {"on_day": ("2026-03-02", "2026-03-16")}
    assert asked.persons == (client_situation.view, {"home_municipality": ["743"]})
    assert (asked.by, asked.limit, set(asked.among["state"])) == (("on_day",), 7, {"due", "booked"})


async def test_a_worker_s_forecast_is_for_workers_of_one_s_own_organisation(house: House) -> None:
    await get(house, "/v1/forecast?worker=anna")

    assert house.rows.asked[3].persons == (
        client_situation.view,
        {"own_worker_org": [WORKSHOP], "own_worker_ref": ["anna"]},
    )
    assert house.rows.asked[3].between["on_day"][1] == "2026-04-27"


async def test_a_team_without_people_has_nothing_to_come(house: House) -> None:
    await get(house, "/v1/forecast?team=743")

    assert house.rows.asked[3].persons[1]["own_worker_ref"] == []


async def test_a_forecast_has_pages(house: House) -> None:
    house.rows.more = ["2026-03-05", KNOWN, "R-REV-1-OVERDUE", "x"]
    cursor = (await get(house, "/v1/forecast?worker=anna")).json()["next"]
    following = await get(house, f"/v1/forecast?worker=anna&cursor={cursor}")
    other = await get(house, f"/v1/forecast?worker=bo&cursor={cursor}")

    assert (following.status_code, other.status_code) == (200, 400)
    assert house.rows.asked[3].after == house.rows.more


@pytest.mark.parametrize(
    "query", ["weeks=0", "weeks=105", "weeks=٣", "weeks=", "municipality=74", "worker=a'b", "worker=", "client_ref=x"]
)
async def test_a_forecast_refuses_what_it_does_not_understand(house: House, query: str) -> None:
    assert (await get(house, f"/v1/forecast?{query}")).status_code == 400


async def test_the_log_of_disclosures_is_for_the_system_and_the_protection_officer(house: House) -> None:
    system = await get(house, f"/v1/access-log?client_ref={KNOWN}&record=alerts")
    told = house.numbers.asked

    def somebody(roles: frozenset[str], org: str = WORKSHOP) -> None:
        access = Access(_Says(Told(org, "anna", roles)), house.parts.rulebook.organisations)
        house.parts = replace(house.parts, access=access)
        house.app = build(house.parts)

    somebody(frozenset({"social_instructor"}))
    worker = await get(house, "/v1/access-log")
    somebody(frozenset({"dpo"}))
    officer = await get(house, "/v1/access-log", "other")
    own = house.numbers.asked[2]
    somebody(frozenset({"dpo"}), OPERATOR)
    await get(house, "/v1/access-log", OPERATOR)

    assert (system.status_code, worker.status_code, officer.status_code) == (200, 403, 200)
    assert told[1].filters == {"client_ref": KNOWN, "record": "alerts"}
    assert (told[2], own, house.numbers.asked[2]) == (False, False, True)


class _Says:
    def __init__(self, told: Told) -> None:
        self._told = told

    def verify(self, *_: Any) -> Told:
        return self._told


async def test_the_log_and_the_streams_may_be_had_as_tables(house: House) -> None:
    house.numbers.rows = [{"processor": "referrals", "lanes": 33, "lag_facts": 0, "viewer": "=x"}]
    log, streams = await get(house, "/v1/access-log?format=csv"), await get(house, "/v1/stream-health?format=csv")

    assert dict(zip(*table(log), strict=True))["viewer"] == "'=x"
    assert dict(zip(*table(streams), strict=True))["lanes"] == "33"
    assert (await get(house, "/v1/stream-health")).json()["items"][0]["lag_facts"] == 0
    assert (await get(house, "/v1/stream-health", "")).status_code == 401


@pytest.fixture
def counting(house: House) -> House:
    """A door whose outcomes are the tiny domain's rows."""
    outcomes = replace(view, name="outcomes", key=("weight",), filters=("day", "came", "weight"), handlers={})
    house.parts = replace(house.parts, views=[("referrals", outcomes)])
    house.app = build(house.parts)
    return house


async def test_numbers_below_five_are_not_told(counting: House) -> None:
    counting.numbers.cube = {(): {(): 20}, ("day",): {("a",): 4, ("b",): 9, ("c",): 2, (None,): 5}}
    answer = await get(counting, "/v1/outcomes/statistics?by=day&weight=1")
    asked = counting.numbers.asked
    queries = ("", "?by=client_ref", "?by=day,day", "?by=day&note=1")
    wrong = [await get(counting, f"/v1/outcomes/statistics{q}") for q in queries]

    told = [("b", 9), (None, 5), ("*", 6)]
    assert [(row["day"], row["persons"]) for row in answer.json()["items"]] == told
    assert [w.status_code for w in wrong] == [400] * 4
    assert asked[2:] == (("day",), {"weight": "1"}, "")


async def test_rows_of_several_kinds_are_counted_one_kind_at_a_time_so_that_none_is_taken_from_all(
    counting: House,
) -> None:
    """Numbers of all rows beside those of one kind gave the small rest away, and each table hid cells of its own."""
    counting.numbers.cube = {(): {(): 20}, ("day",): {("a",): 12, ("b",): 8}}
    all_kinds = await get(counting, "/v1/outcomes/statistics?by=day")
    beside = await get(counting, "/v1/outcomes/statistics?by=weight,day&weight=1")
    one = await get(counting, "/v1/outcomes/statistics?by=day&weight=1")

    assert [(a.status_code, a.json()["errors"][0]["pointer"]) for a in (all_kinds, beside)] == [
        (400, "/weight"),
        (400, "/by"),
    ]
    assert one.status_code == 200


async def test_numbers_may_come_with_the_median_of_a_column_and_small_ones_without(counting: House) -> None:
    days = {("a",): 4, ("b",): 5, ("c",): 2}
    counting.numbers.cube = {(): {(): 11}, ("day",): days}
    counting.numbers.beside = {cell: {"median": 7.5} for cell in days}
    answer = await get(counting, "/v1/outcomes/statistics?weight=1&by=day&median=weight")
    asked = counting.numbers.asked
    wrong = await get(counting, "/v1/outcomes/statistics?weight=1&by=day&median=came")

    assert asked[4] == "weight"
    assert answer.json()["items"] == [{"day": "b", "persons": 5, "median": 7.5}, {"day": "*", "persons": 6}]
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (400, "/median")


async def test_what_a_filter_chooses_is_told_as_the_whole_table_would_tell_it(counting: House) -> None:
    both = {("a", "true"): 9, ("a", "false"): 1, ("b", "true"): 6, ("b", "false"): 7}
    by_day, by_came = {("a",): 10, ("b",): 13}, {("true",): 15, ("false",): 8}
    counting.numbers.cube = {(): {(): 23}, ("day",): by_day, ("came",): by_came, ("day", "came"): both}
    whole = await get(counting, "/v1/outcomes/statistics?weight=1&by=day,came")
    chosen = await get(counting, "/v1/outcomes/statistics?weight=1&by=day&came=true")

    assert whole.json()["items"] == [{"day": "*", "came": "*", "persons": 23}]
    assert chosen.json()["items"] == [{"day": "*", "persons": 15}]


async def test_a_list_begins_its_order_with_a_number_and_leaves_out_rows_that_have_none(house: House) -> None:
    house.parts = replace(house.parts, views=[("referrals", employer_cooperation.view)])
    house.app = build(house.parts)
    await get(house, "/v1/employer-cooperation?what=opportunity&order=hours_per_week&limit=500")
    asked = house.rows.asked[3]
    wrong = [await get(house, f"/v1/employer-cooperation?order={name}") for name in ("state", "none", "since")]

    assert (asked.by, asked.limit, list(asked.between)) == (("hours_per_week",), 500, ["hours_per_week"])
    assert [w.status_code for w in wrong] == [400] * 3
    assert (await get(house, "/v1/employer-cooperation?limit=501")).status_code == 400


async def test_localities_and_ages_of_tasks_are_lists_and_tables(house: House) -> None:
    house.numbers.rows = [{"municipality": "743", "places": 8, "free": 2, "few_providers": True}]
    assert (await get(house, "/v1/localities")).json()["items"][0]["few_providers"] is True
    assert table(await get(house, "/v1/localities?format=csv"))[0][0] == "municipality"

    house.numbers.rows = [{"org": "9000003-8", "team": "743", "kind": "alert", "age": "over_28_days", "tasks": 3}]
    assert (await get(house, "/v1/open-tasks-age")).json()["items"][0]["tasks"] == 3
    assert (await get(house, "/v1/open-tasks-age", "")).status_code == 401


async def test_the_matrix_that_is_shipped_is_for_everybody_to_read(house: House) -> None:
    told = (await get(house, "/v1/responsibility-defaults", "")).json()["items"]

    assert {t["lead_role"] for t in told if t["service_type"] in ("social_guidance", "social_rehabilitation")} == {
        "social_instructor"
    }
    assert {t["task_kind"] for t in told} == set(get_args(TaskKind))


async def test_small_tables_have_the_pages_filters_and_formats_of_every_list(house: House) -> None:
    """Some refused `limit` and filters, one took anything without a word, and one was JSON whatever was asked for."""
    house.numbers.rows = [
        {"processor": name, "municipality": place, "few_providers": few, "orgs": [name], "rule": "D01"}
        for name, place, few in (("a", "743", True), ("b", "005", False), ("c", "743", False))
    ]

    async def items(path: str) -> list[dict[str, Any]]:
        answer = await get(house, path)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["items"]
        return found

    first = await get(house, "/v1/stream-health?limit=2")
    rest = await get(house, first.links["next"]["url"])
    assert [[r["processor"] for r in a.json()["items"]] for a in (first, rest)] == [["a", "b"], ["c"]]
    assert rest.json()["next"] is None
    assert [r["processor"] for r in await items("/v1/stream-health?processor=b")] == ["b"]
    assert [r["processor"] for r in await items("/v1/localities?municipality=743&few_providers=false")] == ["c"]
    assert [r["processor"] for r in await items("/v1/duplicates/metrics?orgs=b&from=2026-01-01")] == ["b"]
    assert house.numbers.asked[2] == ("2026-01-01", "9998-12-31")
    assert {r["task_kind"] for r in await items("/v1/responsibility-defaults?task_kind=insurance")} == {"insurance"}
    matrix = await get(house, "/v1/responsibility-defaults?format=csv&limit=1", "")
    assert [len(table(matrix)), table(matrix)[0][0]] == [2, "task_kind"] and matrix.headers["polku-as-of"]
    other = f"/v1/localities?cursor={first.json()['next']}"
    for wrong in ("stream-health?x=1", "responsibility-defaults?x=1", "localities?limit=0", "cooperation?limit=501"):
        assert (await get(house, f"/v1/{wrong}")).status_code == 400, wrong
    assert (await get(house, other)).json()["errors"][0]["pointer"] == "/cursor"


async def test_a_timeline_has_the_pages_filters_and_formats_of_every_list(house: House) -> None:
    path = f"/v1/clients/{KNOWN}/timeline"
    house.rows.rows, house.rows.more = [{"id": "=f1", "type": "t", "source": "s"}], ["7"]
    first = await get(house, f"{path}?limit=2&type=t")
    asked = house.rows.asked[2]
    await get(house, first.links["next"]["url"])

    assert (asked.filters, asked.limit, house.rows.asked[2].after) == ({"type": "t"}, 2, ["7"])
    assert table(await get(house, f"{path}?format=csv"))[1][0] == "'=f1"
    assert [(await get(house, f"{path}?{q}")).status_code for q in ("x=1", "limit=0", "format=xml")] == [400] * 3
    house.rows.rows = []
    assert (await get(house, path)).status_code == 404


async def test_one_path_may_be_had_as_a_case_that_names_nobody(house: House) -> None:
    house.parts = replace(house.parts, views=[("placements", service_path.view)])
    house.app = build(house.parts)
    site, other = "5b7a0001-0000-4000-8000-000000000001", "5b7a0001-0000-4000-8000-000000000002"
    rows = [
        {"kind": "period", "item": "p", "from_day": date(2025, 2, 3), "to_day": date(2025, 8, 4), "site_id": site},
        {"kind": "referral", "item": "r", "from_day": date(2025, 1, 3), "org": "9000004-6", "state": "accepted"},
        {"kind": "path_step", "item": "s", "from_day": date(2025, 9, 1), "site_id": site, "code": "work_trial"},
        {"kind": "period", "item": "q", "from_day": date(2025, 9, 8), "site_id": other, "period_no": 2},
    ]
    house.rows.rows = [{"client_ref": KNOWN, **row} for row in rows]
    answer = await get(house, f"/v1/clients/{KNOWN}/path/anonymous")
    told = answer.json()["items"]

    assert [(t["step"], t["kind"], t["from_week"], t["to_week"], t["place"]) for t in told] == [
        (1, "referral", 0, None, None),
        (2, "period", 4, 30, "A"),
        (3, "path_step", 34, None, "A"),
        (4, "period", 35, None, "B"),
    ]
    hidden = (KNOWN, site, other, "9000004-6", "2025")
    assert [text for text in hidden if text in answer.text] == []
    assert answer.json()["as_of"] == {"position": "p", "time": "2026-03-02T10:00:00+00:00"}

    assert (await get(house, f"/v1/clients/{KNOWN}/path/anonymous?x=1")).status_code == 400
    house.rows.rows = []
    assert (await get(house, f"/v1/clients/{KNOWN}/path/anonymous")).status_code == 404


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ([5, 6], [("a", 5), ("b", 6)]),
        ([4, 9, 6], [("b", 9), ("*", 10)]),
        ([4], [("*", None)]),
        ([1, 2, 9], [("*", 12)]),
        ([1, 4, 9], [("c", 9), ("*", 5)]),
        ([], []),
    ],
)
def test_small_numbers_are_told_together_and_take_the_next_with_them(
    given: list[int], told: list[tuple[str, int | None]]
) -> None:
    cells: dict[Cell, int] = {(kind,): n for kind, n in zip("abc", given, strict=False)}
    counted = Counted({(): {(): sum(given)}, ("kind",): cells}, {})

    assert [(row["kind"], row["persons"]) for row in shown(counted, ("kind",), ("kind",), {})] == told


async def test_every_route_is_described(house: House) -> None:
    paths = (await get(house, "/openapi.json")).json()["paths"]

    assert {"/v1/forecast", "/v1/access-log", "/v1/stream-health", "/v1/reviews"} <= paths.keys()
    assert "text/csv" in paths["/v1/visit-log"]["get"]["responses"]["200"]["content"]
    assert {p["name"] for p in paths["/v1/forecast"]["get"]["parameters"]} >= {"worker", "team", "weeks", "format"}
