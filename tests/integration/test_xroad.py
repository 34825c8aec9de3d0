"""The door's entrance for security servers: real sockets, real TLS, and evidence in a real PostgreSQL."""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
import uvloop
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from kernel.errors import Unavailable
from kernel.settings import SettingsError
from operate import certificates
from services.gateway import wire, xroad_tls, xroad_wire
from services.gateway.access import Access
from services.gateway.evidence import Message, PgEvidence, SecurityServers
from services.gateway.xroad import Subsystems
from services.gateway.xroad_tls import CERTIFICATE, CLIENTS, KEY
from tests.cluster import Database
from tests.unit.gateway.house import OTHER, SCHOOL, WORKSHOP, House, Tokens, event, organisations, raw, settings

SUBSYSTEMS = Subsystems.model_validate(
    {
        "instance": "FI-TEST",
        "subsystem": [
            *({"class": "MUN", "member": o, "subsystem": "app", "organisation": o} for o in (WORKSHOP, OTHER)),
            {"class": "COM", "member": "1", "subsystem": "x", "organisation": WORKSHOP, "systems": ["days"]},
        ],
    }
)
EVENT = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"


class Kept:
    """Evidence in memory; `down` cannot be written."""

    down = False

    def __init__(self) -> None:
        self.messages: dict[tuple[str, str], tuple[bytes, str, list[tuple[str, str]]]] = {}

    async def begin(self, message: Message, org: str) -> bool:
        kept = self.messages.setdefault((message.client, message.id), (message.digest, org, []))
        return kept[0] == message.digest

    async def finish(self, message: Message, facts: Any) -> None:
        if self.down:
            raise Unavailable("away")
        self.messages[message.client, message.id][2][:] = facts


@dataclass
class Open:
    """A door that is open on both sides: `plain` for everybody, `port` for security servers."""

    folder: Path
    plain: int
    port: int
    house: House
    kept: Kept = field(default_factory=Kept)

    def tls(self, shown: Path | None, newest: ssl.TLSVersion | None = None) -> ssl.SSLContext:
        """What a client trusts and shows."""
        context = ssl.create_default_context(cafile=self.folder / certificates.DOOR / CERTIFICATE)
        if newest:
            context.maximum_version = newest
        if shown:
            context.load_cert_chain(shown / CERTIFICATE, shown / KEY)
        return context

    def server(self, **headers: str) -> httpx.AsyncClient:
        """The security server, with the message of one client unless headers say otherwise."""
        given = {"X-Road-Client": client(), "X-Road-Id": str(uuid4()), "Content-Type": EVENT}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        return httpx.AsyncClient(
            base_url=f"https://127.0.0.1:{self.port}",
            headers={name: value for name, value in given.items() if value},
            verify=self.tls(self.folder / certificates.SECURITY_SERVER),
        )

    async def post(self, body: bytes, **headers: str) -> httpx.Response:
        """One message."""
        async with self.server(**headers) as server:
            return await server.post("/v1/events", content=body)


def client(org: str = WORKSHOP) -> str:
    return f"FI-TEST/MUN/{org}/app"


def codes(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["errors"][0]["code"]


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Open]:
    """A door with both sockets, until the end of the block."""
    signed(folder / certificates.SECURITY_SERVER, None)
    certificates.ensure(folder)
    house, kept = House(), Kept()
    access = Access(Tokens(), organisations(), xroad=SecurityServers(SUBSYSTEMS, kept, b"k" * 32))
    house.parts = replace(house.parts, access=access)
    context, pinned = xroad_tls.trusting(folder / certificates.DOOR)
    plain, beside = socket.create_server(("127.0.0.1", 0)), socket.create_server(("127.0.0.1", 0))
    config = wire.server(house.app, "127.0.0.1", 0).config
    server = xroad_wire.Server(config, xroad_wire.Entrance(beside, context, pinned))
    ports = plain.getsockname()[1], beside.getsockname()[1]
    running = asyncio.create_task(server.serve(sockets=[plain]))
    try:
        yield Open(folder, *ports, house, kept)
    finally:
        server.should_exit = True
        await running


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[Open]:
    async with opened(tmp_path) as found:
        yield found


async def talk(door: Open, context: ssl.SSLContext, sent: bytes) -> bytes:
    """What comes back until the server closes; who is to be answered asks for that."""
    got = b""
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", door.port, ssl=context)
        writer.write(sent)
        await writer.drain()
        async with asyncio.timeout(20):
            while part := await reader.read(65_536):
                got += part
        got += b"<closed>"
        writer.close()
    except TimeoutError:
        pass
    except (ConnectionError, ssl.SSLError):
        got += b"<closed>"
    return got


GOOD = raw()


def head(*lines: bytes, request: bytes = b"POST /v1/events HTTP/1.1") -> bytes:
    given = [
        b"Host: door",
        b"X-Road-Client: " + client().encode(),
        b"X-Road-Id: m-1",
        b"Content-Type: " + EVENT.encode(),
    ]
    return b"\r\n".join([request, *given, *lines]) + b"\r\n\r\n"


LENGTH = b"Content-Length: %d" % len(GOOD)


def signed(folder: Path, issuer: Path | None) -> Path:
    """A certificate signed by itself as OpenSSL makes one, which may sign others; or by the owner of another one."""
    folder.mkdir()
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, folder.name)])
    above, by = name, key
    if issuer:
        above = x509.load_pem_x509_certificate((issuer / CERTIFICATE).read_bytes()).subject
        by = load_pem_private_key((issuer / KEY).read_bytes(), None)  # type: ignore[assignment]  # made here
    made = (
        x509.CertificateBuilder(above, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .sign(by, hashes.SHA256())
    )
    (folder / CERTIFICATE).write_bytes(made.public_bytes(Encoding.PEM))
    (folder / KEY).write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return folder


@pytest.mark.parametrize("newest", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
async def test_nobody_but_the_security_server_gets_a_word_through(tmp_path: Path, newest: ssl.TLSVersion) -> None:
    other = signed(tmp_path / "other", None)
    request = head(LENGTH, b"Connection: close") + GOOD

    async def tried() -> tuple[list[bytes], int, bytes]:
        async with opened(tmp_path) as door:
            own = door.folder / certificates.SECURITY_SERVER
            shown = [None, other, signed(tmp_path / "below", own)]
            answers = [await talk(door, door.tls(by, newest), request) for by in shown]
            before = len(door.house.store.facts)
            return answers, before, await talk(door, door.tls(own, newest), request)

    strangers, stored, known = await asyncio.to_thread(uvloop.run, tried())  # the loop that the door itself runs on

    assert (strangers, stored) == ([b"<closed>"] * 3, 0)
    assert known.startswith(b"HTTP/1.1 202 ")


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
async def test_plain_http_and_old_tls_get_no_answer(door: Open) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
    writer.write(head(LENGTH) + GOOD)
    async with asyncio.timeout(20):
        assert b"HTTP" not in await reader.read(65_536)
    writer.close()
    old = door.tls(door.folder / certificates.SECURITY_SERVER, ssl.TLSVersion.TLSv1_1)
    old.minimum_version = ssl.TLSVersion.TLSv1
    old.set_ciphers("ALL:@SECLEVEL=0")

    assert await talk(door, old, head(LENGTH) + GOOD) == b"<closed>"
    assert door.house.store.facts == []


async def test_an_authority_states_as_the_organisation_of_its_subsystem_without_a_token(door: Open) -> None:
    taken = await door.post(raw())
    foreign = await door.post(raw(id="e-2", source=f"urn:polku:{OTHER}:app"))

    assert taken.status_code == 202
    assert not [name for name in taken.headers if name.startswith("x-road-")]  # security servers set them themselves
    assert codes(foreign) == (403, "foreign_source")
    assert [f.source for f in door.house.store.facts] == [f"urn:polku:{WORKSHOP}:app"]


async def test_a_subsystem_that_speaks_for_some_systems_states_as_none_of_the_others(door: Open) -> None:
    assert (await door.post(raw())).status_code == 202  # the same, by another one: what was permitted is remembered
    refused = await door.post(raw(id="e-2"), X_Road_Client="FI-TEST/COM/1/x")
    taken = await door.post(raw(id="e-3", source=f"urn:polku:{WORKSHOP}:days"), X_Road_Client="FI-TEST/COM/1/x")

    assert codes(refused) == (403, "foreign_source")
    assert taken.status_code == 202
    assert [f.id for f in door.house.store.facts] == ["e-1", "e-3"]


async def test_who_never_finishes_a_handshake_is_let_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xroad_wire, "HANDSHAKE", 0.2)

    async def tried() -> bytes:
        async with opened(tmp_path) as door:
            reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
            try:
                async with asyncio.timeout(20):
                    return await reader.read(65_536)
            finally:
                writer.close()

    assert await asyncio.to_thread(uvloop.run, tried()) == b""


async def test_who_is_not_agreed_is_refused_in_words(door: Open) -> None:
    assert codes(await door.post(raw(), X_Road_Client=client(SCHOOL))) == (403, "xroad_subsystem")
    assert codes(await door.post(raw(), X_Road_Client=client().replace("TEST", "DEV"))) == (403, "xroad_instance")
    assert codes(await door.post(raw(), X_Road_Client="")) == (400, "xroad_client")
    assert codes(await door.post(raw(), X_Road_Client="FI-TEST/MUN/app")) == (400, "xroad_client")
    assert codes(await door.post(raw(), X_Road_Represented_Party="MUN/1")) == (403, "represented_party")
    doubled = head(b"X-Road-Client: " + client(OTHER).encode(), LENGTH, b"Connection: close") + GOOD
    got = await talk(door, door.tls(door.folder / certificates.SECURITY_SERVER), doubled)
    assert b"doubled_header" in got
    async with door.server(X_Road_Client="") as server:
        assert codes(await server.get("/schemas/")) == (400, "xroad_client")
    assert door.house.store.facts == []


async def test_a_token_beside_tells_who_in_the_same_organisation_and_none_in_another(door: Open) -> None:
    assert codes(await door.post(raw(), Authorization=f"Bearer good-{OTHER}")) == (403, "other_organisation")
    assert codes(await door.post(raw(), Authorization="Bearer bad")) == (401, "token")
    assert codes(await door.post(raw(), Authorization="Basic eA==")) == (401, "token")
    assert (await door.post(raw(), Authorization=f"Bearer good-{WORKSHOP}/anna")).status_code == 202


async def test_a_connection_is_no_identity_for_the_next_message_on_it(door: Open) -> None:
    async with door.server() as server:
        first = await server.post("/v1/events", content=raw())
        foreign = await server.post("/v1/events", content=raw(id="e-2"), headers={"X-Road-Client": client(OTHER)})
        nobody = await server.get("/v1/receipts/a/b", headers={"X-Road-Client": client(SCHOOL)})

    assert first.status_code == 202
    assert codes(foreign) == (403, "foreign_source")
    assert codes(nobody) == (403, "xroad_subsystem")


@pytest.mark.parametrize("name", ["X-Road-Client", "X-Road-Represented-Party", "X-Road-Id"])
async def test_the_same_headers_on_the_ordinary_socket_are_refused(door: Open, name: str) -> None:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{door.plain}") as anybody:
        headers = {"Authorization": f"Bearer good-{WORKSHOP}", "Content-Type": EVENT}
        refused = await anybody.post("/v1/events", content=raw(), headers={**headers, name: client()})
        taken = await anybody.post("/v1/events", content=raw(), headers=headers)

    assert codes(refused) == (403, "not_security_server")
    assert taken.status_code == 202
    assert door.kept.messages == {}


async def test_each_message_is_kept_once_with_what_it_stated(door: Open) -> None:
    batch = json.dumps([event(), event(id="e-2")]).encode()
    first = await door.post(batch, X_Road_Id="m-1", Content_Type=BATCH)
    again = await door.post(batch, X_Road_Id="m-1", Content_Type=BATCH)
    later = await door.post(batch, X_Road_Id="m-2", Content_Type=BATCH)  # a retry of the partner's own, as of the fact

    assert (first.status_code, first.json()) == (202, again.json()) == (202, later.json())
    assert [a.headers.get("idempotent-replayed") for a in (first, again, later)] == [None, "true", "true"]
    source = f"urn:polku:{WORKSHOP}:app"
    assert {key: (org, facts) for key, (_, org, facts) in door.kept.messages.items()} == {
        (client(), "m-1"): (WORKSHOP, [(source, "e-1"), (source, "e-2")]),
        (client(), "m-2"): (WORKSHOP, [(source, "e-1"), (source, "e-2")]),
    }


async def test_no_receipt_is_given_before_the_evidence_stands(door: Open) -> None:
    door.kept.down = True
    first = await door.post(raw(), X_Road_Id="m-1")
    door.kept.down = False
    again = await door.post(raw(), X_Road_Id="m-1")

    assert (first.status_code, again.status_code, len(door.house.store.facts)) == (503, 202, 1)
    assert [facts for _, _, facts in door.kept.messages.values()] == [[(f"urn:polku:{WORKSHOP}:app", "e-1")]]


async def test_another_message_under_the_same_id_is_refused_and_stores_nothing(door: Open) -> None:
    assert (await door.post(raw(), X_Road_Id="m-1")).status_code == 202
    binary = {"ce_specversion": "1.0", "ce_type": event()["type"], "ce_source": event()["source"]}
    moments = {"ce_time": event()["time"], "ce_subject": event()["subject"], "Content_Type": "application/json"}
    data = json.dumps(event()["data"]).encode()

    assert codes(await door.post(raw(id="e-2"), X_Road_Id="m-1")) == (422, "xroad_id_reused")
    assert (await door.post(data, X_Road_Id="m-2", ce_id="e-3", **binary, **moments)).status_code == 202
    assert codes(await door.post(data, X_Road_Id="m-2", ce_id="e-4", **binary, **moments)) == (422, "xroad_id_reused")
    other = raw(source=f"urn:polku:{OTHER}:app")
    assert (await door.post(other, X_Road_Id="m-1", X_Road_Client=client(OTHER))).status_code == 202
    assert [f.id for f in door.house.store.facts] == ["e-1", "e-3", "e-1"]


async def test_of_what_was_refused_there_is_no_evidence_and_of_a_part_that_part(door: Open) -> None:
    assert (await door.post(raw(data={"day": "x"}), X_Road_Id="m-1")).status_code == 422
    assert codes(await door.post(raw(), X_Road_Id="")) == (400, "xroad_id")
    assert codes(await door.post(raw(), X_Road_Id="010594Y9032")) == (400, "xroad_id")
    assert codes(await door.post(raw(), X_Road_Id="a" * 256)) == (400, "xroad_id")
    none = json.dumps([event(data={"day": "x"})]).encode()
    lenient = await door.post(none, X_Road_Id="m-1", Content_Type=BATCH, Prefer="handling=lenient")
    assert (lenient.status_code, [fate["status"] for fate in lenient.json()]) == (207, ["failed"])
    assert door.kept.messages == {}  # nothing was to be stated: its id may be used again
    part = json.dumps([event(), event(id="e-2", data={"day": "x"})]).encode()

    answer = await door.post(part, X_Road_Id="m-2", Content_Type=BATCH, Prefer="handling=lenient")

    assert [fate["status"] for fate in answer.json()] == ["submitted", "failed"]
    assert [facts for _, _, facts in door.kept.messages.values()] == [[(f"urn:polku:{WORKSHOP}:app", "e-1")]]


BROKEN = {
    "both lengths": head(LENGTH, b"Transfer-Encoding: chunked") + b"0\r\n\r\n",
    "two lengths": head(LENGTH, b"Content-Length: 1") + GOOD,
    "a folded header": head(b"X-A: b\r\n c", LENGTH) + GOOD,
    "Host twice": head(b"Host: other", LENGTH) + GOOD,
    "a trailer": head(b"Transfer-Encoding: chunked") + b"%x\r\n%s\r\n0\r\nX-Road-Client: a\r\n\r\n" % (len(GOOD), GOOD),
    "an absolute target": head(LENGTH, request=b"POST http://other/v1/events HTTP/1.1") + GOOD,
    "no HTTP": b"\x00\x01\x02\r\n\r\n",
}


async def test_hostile_bytes_are_treated_as_at_the_other_socket(door: Open) -> None:
    context, taken = door.tls(door.folder / certificates.SECURITY_SERVER), []
    for name, sent in BROKEN.items():
        got = await talk(door, context, sent)
        if not (got.startswith(b"HTTP/1.1 400 ") or got == b"<closed>") or not got.endswith(b"<closed>"):
            taken.append((name, got))

    assert taken == []
    assert door.house.store.facts == []


async def test_what_cannot_be_opened_is_told_before_the_door_serves(tmp_path: Path) -> None:
    given = settings().model_copy(update={"port_xroad": 1, "xroad_tls": ""})
    folder = tmp_path / certificates.DOOR
    with pytest.raises(SettingsError, match="POLKU_XROAD_TLS: missing"):
        xroad_wire.entrance(given)
    with pytest.raises(SettingsError, match=r"^POLKU_XROAD_TLS: clients\.crt: "):
        xroad_tls.trusting(folder)
    certificates.ensure(tmp_path)
    (folder / CLIENTS).write_text("nobody")
    with pytest.raises(SettingsError, match=r"^POLKU_XROAD_TLS: clients\.crt: "):
        xroad_tls.trusting(folder)
    (folder / CLIENTS).write_bytes((folder / CERTIFICATE).read_bytes())
    (folder / KEY).write_bytes((tmp_path / certificates.SECURITY_SERVER / KEY).read_bytes())
    with pytest.raises(SettingsError, match=r"^POLKU_XROAD_TLS: tls\.crt and tls\.key "):
        xroad_tls.trusting(folder)


async def test_what_each_repetition_of_a_message_stored_is_added_to_its_evidence(database: Database) -> None:
    """Of two repetitions that had each stored another one of its facts, the second's was not kept."""
    evidence, message = PgEvidence(database.door), Message(client(), "m-1", b"d" * 32)
    one, other = ("urn:polku:a:s", "e-1"), ("urn:polku:a:s", "e-2")
    await evidence.begin(message, WORKSHOP)
    for facts in ([other], [one], [other]):
        await evidence.finish(message, facts)
    (row,) = await database.rows("SELECT facts FROM door.xroad")

    assert json.loads(row["facts"]) == [{"source": s, "id": i} for s, i in (one, other)]


async def test_the_evidence_of_a_message_stands_once_however_many_doors_hear_it(database: Database) -> None:
    evidence = PgEvidence(database.door)
    message = Message(client(), "m-1", b"d" * 32)
    fact, more = ("urn:polku:a:s", "e-1"), ("urn:polku:a:s", "e-2")

    assert all(await asyncio.gather(*(evidence.begin(message, WORKSHOP) for _ in range(8))))
    assert not await evidence.begin(message._replace(digest=b"x" * 32), WORKSHOP)
    assert await evidence.begin(message._replace(client=client(OTHER), digest=b"x" * 32), OTHER)
    for facts in ([fact], [fact, more], [fact], []):
        await evidence.finish(message, facts)
    rows = await database.rows("SELECT client, message, org, facts FROM door.xroad ORDER BY facts NULLS LAST")
    assert [(r["client"], r["message"], r["org"]) for r in rows] == [
        (client(), "m-1", WORKSHOP),
        (client(OTHER), "m-1", OTHER),
    ]
    assert [r["facts"] and json.loads(r["facts"]) for r in rows] == [
        [{"source": s, "id": i} for s, i in (fact, more)],
        None,
    ]
