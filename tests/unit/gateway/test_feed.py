"""A feed at the door: its cursors, what it may be asked, how it waits; and which facts the policy lets it tell."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from prometheus_client import REGISTRY

from kernel.disclosure import Viewer, load_policy
from kernel.facts import Conclusion, Fact
from kernel.journal import ERASED, MERGED
from schemas.catalogue import catalogue
from services.gateway import feed
from services.gateway.feed import packed, unpacked
from services.gateway.feed_gate import Gate, names, relations_by
from services.gateway.feeding import FEEDS, Entry, Page
from tests.unit.gateway.house import KNOWN, NOW, OTHER, WORKSHOP, House, get

POLICY = load_policy(Path(__file__).parents[3] / "deploy" / "disclosure.toml")
DAY, POLKU = date(2026, 3, 2), "urn:polku:2345678-9:polku-"
FACT = {"id": "f-1", "source": f"urn:polku:{WORKSHOP}:app", "type": "t", "subject": KNOWN, "time": NOW}
TO_OTHERS = "fi.polku.placement.started.v1"


@pytest.fixture
def house() -> House:
    return House()


def test_places_of_all_lanes_go_into_few_bytes_and_come_out_of_them_again() -> None:
    place = {lane: 41_111 * lane * lane for lane in range(1, 33)}

    assert unpacked(packed(place)) == place
    assert unpacked(packed({})) == {}
    assert len(packed(place)) < 32 * 5


async def test_each_entry_carries_the_cursor_to_go_on_after_it_and_the_page_one_to_go_on_at_all(house: House) -> None:
    house.pages.pages = [
        Page([Entry(FACT, {1: 9, 2: 0}), Entry({**FACT, "id": "f-2"}, {1: 9, 2: 4})], {1: 9, 2: 6}, True)
    ]
    answer = await get(house, "/v1/feeds/facts?limit=2")
    first, second = answer.json()
    for name, given in (("lastEventId", first), ("cursor", second)):
        await get(house, f"/v1/feeds/facts?{name}={given['feedcursor']}")
    end = await get(house, answer.links["next"]["url"])

    assert answer.headers["content-type"] == "application/cloudevents-batch+json"
    assert first["specversion"] == "1.0" and first["time"] == "2026-03-02T10:00:00Z" and "method" not in first
    assert [asked[2] for asked in house.pages.asked] == [{}, {1: 9, 2: 0}, {1: 9, 2: 4}, {1: 9, 2: 6}]
    assert [asked[3] for asked in house.pages.asked] == [2, 100, 100, 2]
    assert end.json() == [] and end.links["next"]["url"].startswith("/v1/feeds/facts?limit=2&cursor=")


async def test_a_cursor_holds_for_its_own_feed_and_organisation_and_tells_nobody_where_it_is(house: House) -> None:
    now = (await get(house, "/v1/feeds/facts?from=now")).links["next"]["url"]
    cursor = now.partition("cursor=")[2]
    changed = cursor[:-1] + ("A" if cursor[-1] != "A" else "B")
    refused = [
        await get(house, now, OTHER),
        await get(house, f"/v1/feeds/alerts?cursor={cursor}"),
        await get(house, f"/v1/feeds/facts?lastEventId={changed}"),
        await get(house, "/v1/feeds/facts?cursor="),
    ]

    assert house.pages.asked[0][2] == {1: 300, 2: 7}
    assert [(r.status_code, r.json()["errors"][0]["pointer"]) for r in refused] == [(400, "/cursor")] * 4
    assert cursor == (await get(house, "/v1/feeds/facts?from=now")).links["next"]["url"].partition("cursor=")[2]


async def test_a_cursor_of_another_era_is_gone(house: House) -> None:
    now = (await get(house, "/v1/feeds/facts?from=now")).links["next"]["url"]
    house.pages.era = str(UUID(int=8))
    answer = await get(house, now)

    assert (answer.status_code, answer.json()["type"]) == (410, "urn:polku:problem:era")
    assert answer.headers["content-type"] == "application/problem+json"


async def test_what_cannot_be_asked_of_a_feed_is_refused(house: House) -> None:
    wrong = ["x=1", "limit=0", "limit=501", "timeout=-1", "timeout=30001", "timeout=1e3", "from=then", "format=csv"]
    cursor = (await get(house, "/v1/feeds/facts?from=now")).links["next"]["url"].partition("?")[2]
    wrong += [f"{cursor}&from=now", f"{cursor}&lastEventId={cursor.partition('=')[2]}"]
    house.pages.asked.clear()

    assert [(await get(house, f"/v1/feeds/facts?{q}")).status_code for q in wrong] == [400] * len(wrong)
    assert (await get(house, "/v1/feeds/nothing")).status_code == 404
    assert (await get(house, "/v1/feeds/facts", "")).status_code == 401
    async with house.client() as client:
        assert (await client.post("/v1/feeds/facts")).status_code == 405
    assert house.pages.asked == []


async def test_it_is_told_when_a_partner_has_asked_last(house: House) -> None:
    await get(house, "/v1/feeds/facts", OTHER)
    last = REGISTRY.get_sample_value("polku_feed_last_poll_timestamp_seconds", {"partner": OTHER})

    assert last is not None and time.time() - last < 60


async def test_a_reader_waits_for_news_no_longer_than_it_said_and_not_at_all_when_there_is_something(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "PACE", 0.01)
    empty, full = Page([], {1: 5}, more=False), Page([Entry(FACT, {1: 6})], {1: 6}, more=False)
    house.pages.pages = [empty, full]
    found = await get(house, "/v1/feeds/facts?timeout=20000")
    house.pages.pages = [full]
    at_once = await get(house, "/v1/feeds/facts?timeout=20000")
    waited = len(house.pages.waited)
    nothing = await get(house, "/v1/feeds/facts?timeout=1")

    assert len(found.json()) == len(at_once.json()) == 1 and nothing.json() == []
    assert waited == 1 and 19 < house.pages.waited[0] <= 20
    assert [asked[2] for asked in house.pages.asked[:2]] == [{}, {1: 5}]


async def test_an_end_is_never_told_where_only_enough_was_looked_at(house: House) -> None:
    """A reader that knows nothing but the last entry's cursor would stand there for ever."""
    house.pages.pages = [Page([], {1: 5}, True), Page([], {1: 9}, True), Page([Entry(FACT, {1: 11})], {1: 11}, True)]
    answer = await get(house, "/v1/feeds/facts")

    assert len(answer.json()) == 1
    assert house.pages.waited == []


async def test_a_reader_that_has_these_very_entries_gets_304_and_where_to_go_on(house: House) -> None:
    page = Page([Entry(FACT, {1: 6})], {1: 6}, more=False)
    house.pages.pages = [page, page]
    first = await get(house, "/v1/feeds/facts")
    again = await get(house, "/v1/feeds/facts", If_None_Match=first.headers["etag"])

    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["link"] == first.headers["link"]


def gate(org_type: str, org: str = WORKSHOP) -> Gate:
    return Gate(POLICY, catalogue(), Viewer(org, frozenset({org_type}), org, channel="feed"), DAY, POLKU)


def test_whoever_has_nothing_to_do_with_a_person_hears_nothing_of_her_not_even_its_own() -> None:
    for kind in ("wellbeing_county", "employment_authority", "workshop", "kela"):
        for type_ in catalogue():
            assert gate(kind).ground(type_, f"urn:polku:{WORKSHOP}:s", frozenset(), named=True) is None


def test_each_kind_of_organisation_hears_of_what_its_read_models_may_show() -> None:
    others, own = f"urn:polku:{OTHER}:s", f"urn:polku:{WORKSHOP}:s"
    day, alert, sick = (
        f"fi.polku.{name}.v1" for name in ("attendance.day_recorded", "absence.threshold_exceeded", "plan.interrupted")
    )

    def may(kind: str, relation: str, type_: str, source: str = others, named: bool = False) -> bool:
        by = POLKU if type_ == alert else source
        return gate(kind).ground(type_, by, frozenset({relation}), named=named) is not None

    assert all(may("wellbeing_county", "stated", t) for t in (day, alert, sick, TO_OTHERS))
    assert [may("employment_authority", "stated", t) for t in (day, alert, sick, TO_OTHERS)] == [
        False,
        True,
        False,
        True,
    ]
    assert [may("kela", "stated", t) for t in (day, alert, sick, TO_OTHERS)] == [False, False, False, True]
    for kind in ("workshop", "ohjaamo"):
        assert not any(may(kind, "receiver", t) for t in (day, alert, sick, TO_OTHERS)), kind
        assert all(may(kind, "stated", t, own) for t in (day, TO_OTHERS)), kind
        assert may(kind, "responsible", alert, named=True), kind
    referral = "fi.polku.referral.submitted.v2"
    assert [may("employment_authority", "receiver", referral, named=n) for n in (False, True)] == [False, True]
    assert not may("kela", "stated", "fi.polku.referral.accepted.v1"), "whose it is may tell of her health"


def test_what_needs_not_be_looked_at_is_what_may_never_be_told() -> None:
    """What a query leaves out, so that a reader of little does not have to go through everything."""
    for kind in ("wellbeing_county", "employment_authority", "workshop", "kela", "ohjaamo"):
        of, relations = gate(kind), frozenset({"stated", "receiver", "responsible"})
        wanted, others, concluded = of.types(FEEDS["facts"], relations)
        ever = {
            t
            for t in catalogue()
            if any(
                of.ground(t, f"urn:polku:{OTHER}:s", frozenset({r}), named=of.may_name(t) and n)
                for r in relations
                for n in (False, True)
            )
        }
        assert ever - set(others) <= {ERASED, "fi.polku.fact.retracted.v1"}, kind
        assert set(others) <= set(wanted) and ERASED not in wanted
        assert concluded


def test_every_type_stands_in_the_feed_of_all_and_a_narrower_feed_holds_its_own_area() -> None:
    held = {name: {t for t in catalogue() if feed.holds(t, stated=True)} for name, feed in FEEDS.items()}

    assert held["facts"] == set(catalogue())
    assert all({MERGED, ERASED} <= types for types in held.values())
    assert (
        "fi.polku.referral.submitted.v2" in held["referrals"] and "fi.polku.referral.submitted.v2" not in held["plans"]
    )
    assert [name for name, feed in FEEDS.items() if feed.holds("fi.polku.review.due.v1", stated=False)] == [
        "facts",
        "alerts",
    ]


def test_a_fact_names_whom_it_relates_and_an_alert_whom_it_is_given_to() -> None:
    cls = catalogue()["fi.polku.handover.started.v1"]
    started = cls.model_validate_json(
        f'{{"handover_id":"{UUID(int=1)}","to_org":"{OTHER}","to_role":"provider_client_manager"}}'
    )
    fact = Fact(1, 1, KNOWN, f"urn:polku:{WORKSHOP}:s", "h", cls.meta.type, NOW, NOW, started)
    raised = Conclusion(rule="R", rule_version=1, key="k", m=0, since=NOW, facts={"to": {"org": OTHER}})
    alert = Fact(1, 2, KNOWN, "urn:polku:2345678-9:polku-referrals", "a", "fi.polku.review.due.v1", NOW, NOW, raised)

    assert [(names(f, OTHER), names(f, WORKSHOP)) for f in (fact, alert)] == [(True, False)] * 2
    assert relations_by(fact, OTHER) == {"receiver"} and relations_by(fact, WORKSHOP) == {"stated"}
    assert relations_by(alert, OTHER) == frozenset()
