"""The door on a real socket: what is sent byte by byte, badly, or never."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest

from services.gateway import body, wire
from tests.unit.gateway.house import WORKSHOP, House, raw

GOOD = raw()
HEAD = (
    f"POST /v1/events HTTP/1.1\r\nHost: door\r\nAuthorization: Bearer good-{WORKSHOP}\r\n"
    "Content-Type: application/cloudevents+json\r\n"
).encode()
LENGTH = f"Content-Length: {len(GOOD)}\r\n".encode()


@pytest.fixture
async def port() -> AsyncIterator[int]:
    server = wire.server(House().app, "127.0.0.1", 0)
    listening = socket.create_server(("127.0.0.1", 0))
    running = asyncio.create_task(server.serve(sockets=[listening]))
    yield listening.getsockname()[1]
    server.should_exit = True
    await running


async def sent(port: int, raw_bytes: bytes) -> bytes:
    """What comes back until the server closes, or has answered and waits."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(raw_bytes)
    await writer.drain()
    got = b""
    try:
        async with asyncio.timeout(20):
            while not (b"\r\n\r\n" in got and (part := _whole(got))):
                part = await reader.read(65_536)
                if not part:
                    break
                got += part
    finally:
        writer.close()
    return got


def _whole(got: bytes) -> bytes:
    head, _, rest = got.partition(b"\r\n\r\n")
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return rest if len(rest) >= int(line.split(b":")[1]) and (rest or b" 204 " in head) else b""
    return b""


def status(answer: bytes) -> int:
    """The status of the first answer; 0 for a silent close."""
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.1 ") else 0


async def test_a_good_event_passes(port: int) -> None:
    answer = await sent(port, HEAD + LENGTH + b"\r\n" + GOOD)

    assert status(answer) == 202
    assert b"server:" not in answer.lower()


async def test_a_good_event_in_chunks_passes(port: int) -> None:
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(p), p) for p in (GOOD[:50], GOOD[50:])) + b"0\r\n\r\n"

    assert status(await sent(port, HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + chunks)) == 202


BAD = {
    "both lengths": HEAD + LENGTH + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "two lengths": HEAD + LENGTH + b"Content-Length: 1\r\n\r\n" + GOOD,
    "the same length twice": HEAD + LENGTH + LENGTH + b"\r\n" + GOOD,
    "a length with a sign": HEAD + b"Content-Length: +7\r\n\r\n" + GOOD,
    "a hexadecimal length": HEAD + b"Content-Length: 0x7\r\n\r\n" + GOOD,
    "a negative length": HEAD + b"Content-Length: -1\r\n\r\n" + GOOD,
    "a list of lengths": HEAD + b"Content-Length: 7, 7\r\n\r\n" + GOOD,
    "a folded header": HEAD + b"X-A: b\r\n c\r\n" + LENGTH + b"\r\n" + GOOD,
    "NUL in a header": HEAD + b"X-A: b\x00c\r\n" + LENGTH + b"\r\n" + GOOD,
    "a bare return in a header": HEAD + b"X-A: b\rc\r\n" + LENGTH + b"\r\n" + GOOD,
    "a header of 20 KB": HEAD + b"X-A: " + b"a" * 20_000 + b"\r\n" + LENGTH + b"\r\n" + GOOD,
    "5 000 headers": HEAD + b"".join(b"X-%d: 1\r\n" % i for i in range(5_000)) + LENGTH + b"\r\n" + GOOD,
    "200 short headers": HEAD + b"".join(b"X-%d: 1\r\n" % i for i in range(200)) + LENGTH + b"\r\n" + GOOD,
    "Host twice": HEAD + b"Host: other\r\n" + LENGTH + b"\r\n" + GOOD,
    "no Host": HEAD.replace(b"Host: door\r\n", b"") + LENGTH + b"\r\n" + GOOD,
    "an absolute target": HEAD.replace(b"POST /", b"POST http://other/") + LENGTH + b"\r\n" + GOOD,
    "HTTP/2.0 in the request line": HEAD.replace(b"HTTP/1.1", b"HTTP/2.0") + LENGTH + b"\r\n" + GOOD,
    "HTTP/0.9": b"GET /healthz\r\n\r\n",
    "a blank before the colon": HEAD + b"X-A : b\r\n" + LENGTH + b"\r\n" + GOOD,
}


@pytest.mark.parametrize("name", BAD)
async def test_what_two_servers_could_read_differently_is_refused_and_closed(port: int, name: str) -> None:
    answer = await sent(port, BAD[name])

    assert status(answer) in {0, 400}
    assert b"connection: close" in answer.lower() or not answer


@pytest.mark.parametrize(
    ("line", "allowed"),
    [
        (b"post /v1/events HTTP/1.1", {400, 405, 501}),
        (b"TRACE /v1/events HTTP/1.1", {405}),
        (b"PATCH /v1/events HTTP/1.1", {405}),
        (b"CONNECT door:443 HTTP/1.1", {405}),
        (b"CONNECT [::1]:443 HTTP/1.1", {405}),
        (b"HACK /v1/events HTTP/1.1", {400, 405, 501}),
    ],
)
async def test_methods_that_are_not_offered(port: int, line: bytes, allowed: set[int]) -> None:
    assert status(await sent(port, line + b"\r\nHost: door\r\n\r\n")) in allowed


async def test_what_follows_a_refused_tunnel_is_not_read_as_a_request(port: int) -> None:
    inner = b"GET /healthz HTTP/1.1\r\nHost: door\r\n\r\n"
    answer = await sent(port, b"CONNECT door:443 HTTP/1.1\r\nHost: door:443\r\n\r\n" + inner)

    assert (status(answer), answer.count(b"HTTP/1.1 ")) == (405, 1)
    assert b"connection: close" in answer.lower()


async def test_a_request_inside_a_body_is_only_a_body(port: int) -> None:
    inner = b"GET /v1/receipts/a/b HTTP/1.1\r\nHost: door\r\n\r\n"
    answer = await sent(port, HEAD + b"Content-Length: %d\r\n\r\n" % len(inner) + inner)

    assert status(answer) == 400
    assert answer.count(b"HTTP/1.1 ") == 1


async def test_a_body_that_never_comes_ends_in_time(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body, "BODY_TIMEOUT", 0.3)

    answer = await sent(port, HEAD + LENGTH + b"\r\n" + GOOD[:10])

    assert status(answer) == 408
    assert b"connection: close" in answer.lower()


async def test_a_head_that_never_ends_is_closed_in_time(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "HEAD_TIMEOUT", 0.3)

    assert await sent(port, HEAD) == b""


async def test_a_silent_connection_is_closed_in_time(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "HEAD_TIMEOUT", 0.3)

    assert await sent(port, b"") == b""


async def test_connections_are_kept_for_the_next_request(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for _ in range(3):
        writer.write(HEAD + LENGTH + b"\r\n" + GOOD)
        await writer.drain()
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 20)
        length = int(
            next(v for n, _, v in (h.partition(b":") for h in head.lower().split(b"\r\n")) if n == b"content-length")
        )
        await reader.readexactly(length)
        assert status(head) == 202
    writer.close()
