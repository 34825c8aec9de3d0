"""What the door takes, and what it answers."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import orjson
import pytest

from services.gateway import waiting
from services.gateway.parts import Clock
from tests.unit.gateway.house import ERASED, KNOWN, NOW, OTHER, SCHOOL, WORKSHOP, House, event, raw, uuid

BATCH = "application/cloudevents-batch+json"


@pytest.fixture
def house() -> House:
    return House()


async def test_a_good_event_is_stored_and_its_receipt_says_where(house: House) -> None:
    answer = await house.post(raw())

    assert answer.status_code == 202
    assert list(answer.json()) == ["source", "id", "lane", "seq", "digest"]
    assert house.store.facts[0].subject == KNOWN
    assert house.store.facts[0].org_type == "workshop"
    assert answer.headers["location"] == f"/v1/receipts/urn%3Apolku%3A{WORKSHOP}%3Aapp/e-1"
    assert "idempotent-replayed" not in answer.headers


async def test_the_same_event_again_gets_the_same_bytes(house: House) -> None:
    first = await house.post(raw())
    again = await house.post(orjson.dumps(dict(reversed(event().items()))))

    assert again.status_code == 202
    assert again.content == first.content
    assert again.headers["idempotent-replayed"] == "true"
    assert len(house.store.facts) == 1


async def test_the_same_id_with_other_content_is_refused_at_the_id(house: House) -> None:
    await house.post(raw())
    answer = await house.post(raw(data={"day": "2026-03-01", "came": True}))

    assert answer.status_code == 422
    assert answer.json()["errors"][0] == {
        "pointer": "/id",
        "code": "id_reused",
        "detail": "something else under this id",
    }


async def test_structured_and_binary_are_the_same_event(house: House) -> None:
    first = await house.post(raw())
    sent = event()
    data = sent.pop("data")
    headers = {f"ce-{name}": str(value) for name, value in sent.items()}
    answer = await house.post(orjson.dumps(data), content_type="application/json", **headers)

    assert answer.status_code == 202, answer.text
    assert answer.content == first.content


async def test_a_batch_is_taken_whole_and_answered_in_order(house: House) -> None:
    sent = [event(id="b-1"), event(id="b-2"), event(id="b-1")]
    answer = await house.post(orjson.dumps(sent), content_type=BATCH)

    assert answer.status_code == 202
    assert [r["id"] for r in answer.json()] == ["b-1", "b-2", "b-1"]


async def test_an_event_whose_time_cannot_be_read_is_not_left_out_of_its_batch_in_silence(house: House) -> None:
    answer = await house.post(orjson.dumps([event(id="b-1"), event(id="b-2", time="yesterday")]), content_type=BATCH)

    assert answer.status_code == 422, answer.text
    assert [i["status"] for i in answer.json()["items"]] == ["aborted", "failed"]
    assert answer.json()["errors"][0]["pointer"] == "/1/time"


async def test_an_empty_batch_stores_nothing(house: House) -> None:
    answer = await house.post(b"[]", content_type=BATCH)

    assert (answer.status_code, answer.json()) == (202, [])


async def test_one_bad_event_stops_the_batch_and_each_is_told_its_part(house: House) -> None:
    sent = [event(id="b-1"), event(id="b-2", data={"day": "no day", "came": True}), event(id="b-3")]
    answer = await house.post(orjson.dumps(sent), content_type=BATCH)

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert [i["status"] for i in answer.json()["items"]] == ["aborted", "failed", "aborted"]
    assert [i["id"] for i in answer.json()["items"]] == ["b-1", "b-2", "b-3"]
    assert answer.json()["errors"][0]["pointer"] == "/1/data/day"
    assert not house.store.facts


async def test_what_the_journal_refuses_in_a_batch_is_told_by_item_too(house: House) -> None:
    await house.post(raw(id="b-2"))
    sent = [event(id="b-1"), event(id="b-2", data={"day": "2026-02-01", "came": False})]
    answer = await house.post(orjson.dumps(sent), content_type=BATCH)

    assert answer.status_code == 422
    assert [i["status"] for i in answer.json()["items"]] == ["aborted", "failed"]
    assert answer.json()["errors"][0]["pointer"] == "/1/id"


async def test_leniently_the_good_ones_are_stored(house: House) -> None:
    sent = [event(id="b-1"), event(id="b-2", subject=uuid(9)), event(id="b-3", subject=ERASED)]
    answer = await house.post(orjson.dumps(sent), content_type=BATCH, prefer="handling=lenient")

    assert answer.status_code == 207
    assert [i["status"] for i in answer.json()] == ["submitted", "failed", "failed"]
    assert answer.json()[0]["receipt"]["id"] == "b-1"
    assert answer.json()[2]["errors"][0]["code"] == "erased"


async def test_an_unreadable_event_in_a_batch_is_told_in_its_place(house: House) -> None:
    answer = await house.post(orjson.dumps([event(id="b-1"), {"specversion": "1.0"}]), content_type=BATCH)

    assert answer.status_code == 422
    assert "/1/id" in [e["pointer"] for e in answer.json()["errors"]]


async def test_more_than_500_events_are_too_many(house: House) -> None:
    answer = await house.post(orjson.dumps([1] * 501), content_type=BATCH)

    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("org", "changed", "pointer"),
    [
        (OTHER, {}, "/source"),
        (WORKSHOP, {"source": f"urn:polku:{OTHER}:app"}, "/source"),
        (WORKSHOP, {"source": "urn:polku:*:app"}, "/source"),
        (WORKSHOP, {"type": "fi.polku.visit.unheard_of.v1"}, "/type"),
        (SCHOOL, {"source": f"urn:polku:{SCHOOL}:app"}, "/type"),
    ],
)
async def test_what_is_not_yours_to_state_is_forbidden_before_it_is_looked_at(
    house: House, org: str, changed: dict[str, str], pointer: str
) -> None:
    answer = await house.post(raw(**changed, data={"nothing": "right"}, time="2999-01-01T00:00:00Z"), org)

    assert answer.status_code == 403
    assert answer.json()["errors"][0]["pointer"] == pointer


async def test_the_operator_cannot_speak_as_polku_itself(house: House) -> None:
    from tests.unit.gateway.house import OPERATOR

    answer = await house.post(raw(source=f"urn:polku:{OPERATOR}:polku-door"), OPERATOR)

    assert answer.status_code == 403


async def test_an_unknown_person_is_422_and_an_erased_one_410(house: House) -> None:
    unknown, erased = await house.post(raw(subject=uuid(9))), await house.post(raw(subject=ERASED))

    assert (unknown.status_code, unknown.json()["errors"][0]["pointer"]) == (422, "/subject")
    assert (erased.status_code, erased.json()["errors"][0]["pointer"]) == (410, "/subject")


async def test_nobody_is_promised_anything_while_the_journal_is_away(house: House) -> None:
    house.store.down = True
    answer = await house.post(raw())

    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    house.store.down = False
    assert (await house.post(raw())).status_code == 202


async def test_a_journal_that_does_not_answer_counts_as_away(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "PATIENCE", 0.1)
    house.store.silent = True

    single = await house.post(raw())
    lenient = await house.post(orjson.dumps([event()]), content_type=BATCH, prefer="handling=lenient")

    assert (single.status_code, int(single.headers["retry-after"]) > 0) == (503, True)
    assert [i["status"] for i in lenient.json()] == ["aborted"]


async def test_a_fault_of_ours_is_answered_like_any_refusal_and_tells_nothing_of_itself(house: House) -> None:
    def broken(_: str) -> bool:
        raise LookupError("secret words")

    house.store.remembered = broken  # type: ignore[method-assign]  # the fault
    answer = await house.post(raw())

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (500, "fault")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "secret" not in answer.text


async def test_many_who_find_the_clock_old_together_ask_for_it_once(house: House) -> None:
    asked = []

    async def now() -> datetime:
        asked.append(1)
        await asyncio.sleep(0)
        return NOW

    house.store.now = now  # type: ignore[method-assign]  # counts
    clock = Clock(house.store, driven=True)

    assert await asyncio.gather(*(clock.now() for _ in range(20))) == [NOW] * 20
    assert len(asked) == 1
    await clock.now(fresh=True)
    assert len(asked) == 2


async def test_without_a_good_token_nothing_is_read(house: House) -> None:
    async with house.client("") as client:
        answers = [
            await client.post("/v1/events", content=b"{", headers={"content-type": "x/y"}),
            await client.post("/v1/events", content=raw(), headers={"authorization": "Bearer bad"}),
            await client.post("/v1/events", content=raw(), headers={"authorization": f"Basic good-{WORKSHOP}"}),
        ]

    assert [a.status_code for a in answers] == [401, 401, 401]
    assert all(a.headers["www-authenticate"].startswith("Bearer") for a in answers)


async def test_an_organisation_that_takes_no_part_is_forbidden(house: House) -> None:
    assert (await house.post(raw(), "9999999-9")).status_code == 403


async def test_a_driven_clock_that_has_moved_is_seen_at_once(house: House) -> None:
    await house.post(raw())
    house.store.clock = NOW + timedelta(days=1)
    answer = await house.post(raw(id="e-2", time=(NOW + timedelta(days=1)).isoformat()))

    assert answer.status_code == 202


async def test_validate_gives_the_same_verdict_and_stores_nothing(house: House) -> None:
    headers = {"content-type": "application/cloudevents+json"}
    await house.post(raw(id="e-9"))
    async with house.client() as client:
        good = await client.post("/v1/validate", content=raw(), headers=headers)
        bad = await client.post("/v1/validate", content=raw(data={"day": 1, "came": 1}), headers=headers)
        reused = await client.post(
            "/v1/validate", content=raw(id="e-9", data={"day": "2026-01-01", "came": True}), headers=headers
        )
        erased = await client.post("/v1/validate", content=raw(subject=ERASED), headers=headers)

    assert (good.status_code, good.json()) == (200, {"verdict": "accepted", "id": "e-1"})
    assert (bad.status_code, reused.status_code, erased.status_code) == (422, 422, 410)
    assert sorted(e["pointer"] for e in bad.json()["errors"]) == ["/data/came", "/data/day"]
    assert len(house.store.facts) == 1


async def test_options_say_what_is_taken(house: House) -> None:
    async with house.client("") as client:
        answer = await client.options("/v1/events")

    assert answer.status_code == 204
    assert "POST" in answer.headers["allow"]
    assert "application/cloudevents-batch+json" in answer.headers["accept-post"]


async def test_every_refusal_is_counted_without_what_was_sent(house: House) -> None:
    await house.post(raw(data={"day": "Matti Meikäläinen", "came": True}))
    await house.post(raw(data={"day": "Matti Meikäläinen", "came": True}))
    await house.post(b'{"a":1,"a":2}')
    await house.parts.refusals.flush()

    counted = {(k[2], k[3]): t.count for k, t in house.store.refused.items()}
    assert counted == {("fi.polku.visit.recorded.v1", "/data/day"): 2, ("", "/*"): 1}
    assert "Matti" not in str(house.store.refused)


async def test_the_trace_of_the_request_stays_with_the_fact(house: House) -> None:
    trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    await house.post(raw(), traceparent=trace)
    refused = await house.post(b"{", traceparent=trace)

    assert house.store.facts[0].attributes["traceparent"] == trace
    assert refused.json()["trace_id"] == "4bf92f3577b34da6a3ce929d0e0e4736"
