"""What a hostile or merely unusual client sends byte by byte, on a real socket with the door behind it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest

from services.gateway import wire
from tests.unit.gateway.house import WORKSHOP, House, raw

GOOD = raw()
HEALTH = b"GET /healthz HTTP/1.1\r\nHost: door\r\n\r\n"


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
async def port(house: House) -> AsyncIterator[int]:
    server = wire.server(house.app, "127.0.0.1", 0)
    listening = socket.create_server(("127.0.0.1", 0))
    running = asyncio.create_task(server.serve(sockets=[listening]))
    yield listening.getsockname()[1]
    server.should_exit = True
    await running


def head(*lines: bytes, request: bytes = b"POST /v1/events HTTP/1.1", org: str = WORKSHOP) -> bytes:
    """A request's head, with the headers that a good one has."""
    good = [
        b"Host: door",
        f"Authorization: Bearer good-{org}".encode(),
        b"Content-Type: application/cloudevents+json",
    ]
    return b"\r\n".join([request, *good, *lines]) + b"\r\n\r\n"


def length(body: bytes = GOOD) -> bytes:
    return b"Content-Length: %d" % len(body)


def chunked(body: bytes = GOOD, trailer: bytes = b"") -> bytes:
    return b"%x\r\n%s\r\n0\r\n%s\r\n" % (len(body), body, trailer)


async def talk(port: int, *sent: bytes, answers: int = 0) -> bytes:
    """Everything that comes back until the server closes (then `<closed>` stands at the end).

    Where it does not close: so many answers, and what else comes soon after them.
    """
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    got = b""
    try:
        for part in sent:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(0)
        async with asyncio.timeout(20) as patience:
            while part := await reader.read(65_536):
                got += part
                if answers and got.count(b"HTTP/1.1 ") >= answers:
                    patience.reschedule(asyncio.get_running_loop().time() + 0.5)
        got += b"<closed>"
    except TimeoutError:
        pass
    except ConnectionError:
        got += b"<closed>"
    finally:
        writer.close()
    return got


def statuses(got: bytes) -> list[int]:
    return [int(part[:3]) for part in got.split(b"HTTP/1.1 ")[1:]]


@pytest.mark.parametrize("coding", [b"gzip, chunked", b"chunked, chunked", b"identity", b"xchunked", b'"chunked"'])
async def test_a_transfer_coding_that_we_do_not_undo_is_refused(port: int, house: House, coding: bytes) -> None:
    got = await talk(port, head(b"Transfer-Encoding: " + coding) + chunked())

    assert (statuses(got), got[-8:]) == ([400], b"<closed>")
    assert house.store.facts == []


async def test_chunks_in_http_1_0_are_refused_since_its_proxies_do_not_know_them(port: int, house: House) -> None:
    got = await talk(port, head(b"Transfer-Encoding: chunked", request=b"POST /v1/events HTTP/1.0") + chunked())

    assert (statuses(got), got[-8:]) == ([400], b"<closed>")
    assert house.store.facts == []


@pytest.mark.parametrize("name", [b"Authorization: Bearer good-x", b"ce-id: 1", b"X-Road-Client: a", b"Host: other"])
async def test_a_trailer_never_becomes_a_header(port: int, house: House, name: bytes) -> None:
    got = await talk(port, head(b"Transfer-Encoding: chunked") + chunked(trailer=name + b"\r\n"))

    assert set(statuses(got)) <= {400}
    assert got.endswith(b"<closed>")
    assert house.store.facts == []


async def test_a_bad_second_request_is_not_answered_in_place_of_the_first(port: int, house: House) -> None:
    for second in (
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET http://other/ HTTP/1.1\r\nHost: door\r\n\r\n",
        b"nonsense\r\n\r\n",
    ):
        got = await talk(port, head(length()) + GOOD + second)

        assert statuses(got) in ([], [202]), second
        assert got.endswith(b"<closed>")


async def test_nothing_is_done_of_what_follows_a_refused_request_in_the_same_packet(port: int, house: House) -> None:
    for bad in (
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET http://other/ HTTP/1.1\r\nHost: door\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: door\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
    ):
        got = await talk(port, bad + head(length()) + GOOD)

        assert statuses(got) == [400], bad
        assert house.store.facts == [], bad


async def test_two_good_requests_at_once_are_answered_in_order(port: int) -> None:
    assert statuses(await talk(port, head(length()) + GOOD + HEALTH, answers=2)) == [202, 200]


@pytest.mark.parametrize("how", ["length", "chunks", "in pieces"])
async def test_an_offer_to_speak_http_2_does_not_cost_the_body(port: int, how: str) -> None:
    """Java's client and `curl --http2` offer it on their first request."""
    offer = (b"Connection: Upgrade, HTTP2-Settings", b"Upgrade: h2c", b"HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA")
    if how == "chunks":
        sent: tuple[bytes, ...] = (head(*offer, b"Transfer-Encoding: chunked") + chunked(),)
    elif how == "length":
        sent = (head(*offer, length()) + GOOD + HEALTH,)
    else:
        whole = head(*offer, length()) + GOOD + HEALTH
        sent = tuple(whole[i : i + 40] for i in range(0, len(whole), 40))

    got = await talk(port, *sent, answers=1 if how == "chunks" else 2)

    assert statuses(got) == ([202] if how == "chunks" else [202, 200]), got


async def test_an_offer_to_speak_another_protocol_is_ignored(port: int) -> None:
    ask = b"GET /healthz HTTP/1.1\r\nHost: door\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"

    assert statuses(await talk(port, ask + HEALTH, answers=2)) == [200, 200]


async def test_a_fragment_in_the_target_is_refused(port: int) -> None:
    assert statuses(await talk(port, b"GET /healthz#x HTTP/1.1\r\nHost: door\r\n\r\n")) == [400]


async def test_empty_lines_after_an_answer_do_not_hold_the_connection_for_ever(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "HEAD_TIMEOUT", 0.3)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(HEALTH)
    assert (await reader.readuntil(b"}")).startswith(b"HTTP/1.1 200")
    writer.write(b"\r\n")

    async with asyncio.timeout(20):
        assert await reader.read() == b""
    writer.close()


async def test_a_body_that_nobody_waits_for_does_not_hold_the_connection_for_ever(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "REQUEST_TIMEOUT", 0.3)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(head(b"Content-Length: 1000").replace(b"good-", b"bad-") + b"{")
    assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 401")
    writer.write(b" ")

    async with asyncio.timeout(20):
        await reader.read()
    writer.close()


async def test_a_body_broken_off_in_chunks_is_refused_and_closed(port: int, house: House) -> None:
    got = await talk(port, head(b"Transfer-Encoding: chunked") + b"%x\r\n%s\r\nzz\r\n" % (len(GOOD), GOOD))

    assert (statuses(got), got[-8:]) == ([400], b"<closed>")
    assert house.store.facts == []
