"""A whole instance under a hostile partner: nothing is stored by halves, nothing told to strangers, nobody kept out."""

from __future__ import annotations

import json
import ssl
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote
from uuid import uuid4

import httpx
import pytest

from tests.instance import example, post
from tests.integration.hostile import COUNTY, OPERATOR, OTHER, Here, Partner, plain, pointers


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Here]:
    made = Here(tmp_path_factory.mktemp("hostile"), carrier="journal")
    try:
        made.up()
        yield made
    finally:
        made.down()


@pytest.fixture(scope="module")
def partner(instance: Here) -> Partner:
    return Partner(instance)


def test_every_example_is_taken_from_its_organisation_and_refused_from_another(instance: Here) -> None:
    ref = instance.resolve(COUNTY, "020594X903P")
    listed = httpx.get(f"{instance.door}/schemas/", timeout=30).json()
    clients: dict[str, httpx.Client] = {}
    for entry in listed:
        event = {**entry["example"], "id": str(uuid4())}
        if "subject" in event:
            event["subject"] = ref
        own = event["source"].split(":")[2]
        speaker = clients.setdefault(own, instance.client(own))
        stranger = clients.setdefault(OTHER, instance.client(OTHER)) if own != OTHER else instance.client(COUNTY)

        taken = post(speaker, event)
        foreign = post(stranger, {**event, "id": str(uuid4()), "data": {"garbage": True}})

        assert taken.status_code == 202, (entry["type"], taken.text)
        assert foreign.status_code == 403, entry["type"]
    assert len(listed) >= 25


def test_an_authority_comes_through_x_road_and_nobody_else_does(instance: Here) -> None:
    address, secrets = str(instance.status()["xroad"]), instance.state / "secrets"
    ref = instance.resolve(COUNTY, "030594Y903B")
    trust = ssl.create_default_context(cafile=secrets / "xroad" / "tls.crt")
    with httpx.Client(base_url=address, verify=trust) as stranger, pytest.raises(httpx.TransportError):
        stranger.get("/healthz")
    shown = ssl.create_default_context(cafile=secrets / "xroad" / "tls.crt")
    shown.load_cert_chain(secrets / "security-server" / "tls.crt", secrets / "security-server" / "tls.key")
    said = {"X-Road-Client": f"FI-DEV/MUN/{COUNTY}/case-system", "X-Road-Id": str(uuid4())}
    with httpx.Client(base_url=address, verify=shown, headers=said) as server:
        event = example(server, "fi.polku.client.registered.v1", ref)
        taken = post(server, {**event, "source": f"urn:polku:{COUNTY}:case-system"})
        foreign = post(server, {**event, "id": str(uuid4()), "source": f"urn:polku:{OTHER}:case-system"})
        receipt = server.get(taken.headers.get("location", "/"))
        named = instance.client(COUNTY).get("/v1/referrals", headers=said)

    assert (taken.status_code, foreign.status_code, receipt.status_code) == (202, 403, 200)
    assert (named.status_code, plain(named)[1]["errors"][0]["code"]) == (403, "not_security_server")


def test_one_id_stated_by_many_at_once_is_one_fact(partner: Partner) -> None:
    event = partner.event()
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda _: post(partner.http, event), range(12)))

    assert {a.status_code for a in answers} == {202}
    assert len({a.content for a in answers}) == 1
    assert sum("idempotent-replayed" in a.headers for a in answers) == 11


def test_one_id_with_other_content_at_once_is_taken_once_and_refused_else(partner: Partner) -> None:
    id_ = str(uuid4())
    events = [partner.event(id=id_, time=f"2025-03-04T13:00:{second:02}Z") for second in range(12)]
    with ThreadPoolExecutor(12) as pool:
        statuses = sorted(a.status_code for a in pool.map(lambda e: post(partner.http, e), events))

    assert statuses == [202, *[422] * 11]


def test_a_bad_item_takes_its_batch_along_and_says_where(partner: Partner) -> None:
    good, unreadable = partner.event(), partner.event(id="")
    answer = partner.batch(good, unreadable, 5)

    assert answer.status_code == 422
    assert [item["status"] for item in answer.json()["items"]] == ["aborted", "failed", "failed"]
    assert not partner.stored(good)


def test_an_item_that_the_journal_refuses_is_pointed_into_and_not_by_its_place_in_the_append(
    partner: Partner, instance: Here
) -> None:
    gone = instance.resolve(COUNTY, "020502E902X")
    assert partner.state(subject=gone).status_code == 202
    instance.polku("erase", gone, "--yes")

    answer = partner.batch(partner.event(), partner.event(subject=gone), Prefer="handling=lenient")

    assert answer.status_code == 207
    assert [item["status"] for item in answer.json()] == ["submitted", "failed"]
    assert answer.json()[1]["errors"][0]["pointer"] == "/subject"
    assert partner.state(subject=gone).status_code == 410


def test_limits_hold_to_the_byte(partner: Partner) -> None:
    def of(size: int) -> bytes:
        bare = json.dumps(partner.event(data={**partner.event()["data"], "note": ""})).encode()
        return bare.replace(b'"note": ""', b'"note": "' + b"a" * (size - len(bare)) + b'"')

    headers = {"Content-Type": "application/cloudevents+json"}
    statuses = [partner.http.post("/v1/events", content=of(65_536 + n), headers=headers).status_code for n in (0, 1)]

    assert statuses == [202, 413]
    assert partner.batch(*(partner.event() for _ in range(500))).status_code == 202
    assert partner.batch(*(partner.event() for _ in range(501))).status_code == 413


@pytest.mark.parametrize("name", ["010594y9032", "x" * 65, "x" * 30_000])
def test_the_name_of_an_attribute_may_hold_neither_a_code_nor_a_novel(partner: Partner, name: str) -> None:
    answer = partner.state(**{name: "1"})

    assert (answer.status_code, pointers(answer)) == (422, ["/*"])
    assert name not in answer.text


def test_a_header_of_the_request_does_not_smuggle_words_into_a_fact(partner: Partner, instance: Here) -> None:
    event = partner.event()
    headers = {"Content-Type": "application/cloudevents+json", "traceparent": "131052-308T smuggled"}

    assert partner.http.post("/v1/events", content=json.dumps(event), headers=headers).status_code == 202
    assert post(partner.http, event).headers["idempotent-replayed"] == "true"


@pytest.mark.parametrize("old", ["unknown", "upper", "erased"])
def test_a_merge_of_nobody_is_refused_and_the_door_goes_on(partner: Partner, instance: Here, old: str) -> None:
    """The journal's own half of a merge had no place to point to, and the door's writer ended over it."""
    into = instance.resolve(COUNTY, "010516B903X")
    whom = {"unknown": str(uuid4()), "upper": partner.ref.upper(), "erased": instance.resolve(COUNTY, "020504A902E")}
    if old == "erased":
        instance.polku("erase", whom[old], "--yes")
    data = {"old_ref": whom[old], "new_ref": into, "reason": "same_person", "approver": "op-virta"}
    merge = {
        "specversion": "1.0",
        "id": str(uuid4()),
        "source": f"urn:polku:{OPERATOR}:ops",
        "type": "fi.polku.client.merged.v1",
        "time": "2026-03-01T12:00:00Z",
        "subject": into,
        "data": data,
    }
    with instance.client(OPERATOR) as operator:
        answer = post(operator, merge)
        elsewhere = post(operator, {**merge, "id": str(uuid4()), "subject": partner.ref})

    assert (answer.status_code, pointers(answer)) == (422, ["/data/old_ref"])
    assert (elsewhere.status_code, pointers(elsewhere)) == (422, ["/data/new_ref"])
    assert partner.state().status_code == 202


def test_receipts_and_alerts_of_others_look_like_nothing(partner: Partner, instance: Here) -> None:
    event = partner.event()
    assert post(partner.http, event).status_code == 202
    alert = partner.alert()
    source = quote(event["source"], safe="")
    with instance.client("9000004-6") as stranger:
        pairs = [(f"/v1/receipts/{source}/{event['id']}", f"/v1/receipts/{source}/none")]
        pairs += [(f"/v1/alerts/{alert}", f"/v1/alerts/{uuid4()}")]
        answers = [(plain(stranger.get(theirs)), plain(stranger.get(nothing))) for theirs, nothing in pairs]

    for theirs, nothing in answers:
        assert theirs[0] == 404
        assert theirs == nothing


@pytest.mark.parametrize("tag", ["*", '"x"', '"' + "A" * 4_000 + '"', '""', "é", "' OR 1=1--"])
def test_a_tag_that_was_never_given_acts_on_nothing(partner: Partner, tag: str) -> None:
    alert = partner.alert()

    answer = partner.http.post(f"/v1/alerts/{alert}/claim", json={}, headers={b"If-Match": tag.encode()})

    assert answer.status_code == 412


def test_resolving_tells_nothing_about_whether_a_person_was_known(instance: Here) -> None:
    with instance.client(COUNTY) as client:
        first, again = (
            client.post(
                "/v1/clients/resolve",
                json={"identity_code": "040594-911" + "0123456789ABCDEFHJKLMNPRSTUVWXY"[40594911 % 31]},
            )
            for _ in range(2)
        )

    assert first.content == again.content
    assert sorted(first.headers) == sorted(again.headers)


def test_readers_that_wait_keep_nobody_out(partner: Partner, instance: Here) -> None:
    headers = {**partner.http.headers, "Prefer": "wait=10"}
    door = instance.door
    with ThreadPoolExecutor(40) as pool:
        waiting = [
            pool.submit(httpx.get, f"{door}/v1/alerts?after=0:999999999", headers=headers, timeout=60)
            for _ in range(40)
        ]
        time.sleep(0.5)  # they are at the door by now; what is asserted below holds whether or not
        stated = partner.state()
        answered = sum(w.done() for w in waiting)

    assert (stated.status_code, answered) == (202, 0), "it waited for one of them to leave"
    assert {w.result().status_code for w in waiting} == {200}
