"""A door that ends, as in each rolling restart: nobody is cut off whose request had come or was on its way."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import pytest
import uvicorn

from services.gateway import feed, wire
from services.gateway.feeding import Entry, Page
from tests.integration.test_door_sockets import GOOD, HEAD, LENGTH, status
from tests.sample.book import until
from tests.unit.gateway.house import WORKSHOP, House, get

STATED = HEAD + LENGTH + b"\r\n" + GOOD
AS_WORKSHOP = f"HTTP/1.1\r\nHost: door\r\nAuthorization: Bearer good-{WORKSHOP}\r\n\r\n".encode()
HEARD = b"GET /v1/feeds/facts?timeout=30000 " + AS_WORKSHOP


@dataclass
class Door:
    """A door, and one connection to it that is held open over several requests."""

    house: House
    server: uvicorn.Server
    running: asyncio.Task[None]
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def ends(self) -> None:
        """Tell it to end; it listens no longer when this returns."""
        self.server.should_exit = True
        await until(lambda: not any(s.is_serving() for s in self.server.servers), 5, "it still listens")

    async def ask(self, request: bytes) -> tuple[int, bool]:
        """Send a request; see `answer`."""
        self.writer.write(request)
        return await self.answer()

    async def answer(self) -> tuple[int, bool]:
        """The status of the next answer, and whether it says that the connection ends with it."""
        head = await asyncio.wait_for(self.reader.readuntil(b"\r\n\r\n"), 5)
        lines = [line.lower().partition(b": ") for line in head.split(b"\r\n")]
        await self.reader.readexactly(next(int(value) for name, _, value in lines if name == b"content-length"))
        return status(head), any((name, value) == (b"connection", b"close") for name, _, value in lines)

    async def silent(self) -> bool:
        """Whether it closes the connection within the time for which it lingers, without another word."""
        return await asyncio.wait_for(self.reader.read(), wire.LINGER + 2) == b""


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    house = House()
    server = wire.server(house.app, "127.0.0.1", 0)
    listening = socket.create_server(("127.0.0.1", 0))
    running = asyncio.create_task(server.serve(sockets=[listening]))
    reader, writer = await asyncio.open_connection("127.0.0.1", listening.getsockname()[1])
    yield Door(house, server, running, reader, writer)
    writer.close()
    server.should_exit = True
    await running


async def test_a_request_that_comes_on_a_held_connection_when_the_door_has_begun_to_end_is_answered(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader was cut off in a rolling restart: its request was on the way when its connection was closed as idle."""
    monkeypatch.setattr(wire, "LINGER", 30.0)  # however slowly this test goes on
    assert await door.ask(STATED) == (202, False)
    await door.ends()

    assert await door.ask(STATED) == (202, True)
    assert await door.silent()


async def test_a_request_of_which_a_part_has_come_is_waited_for_longer_than_one_that_may_come(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    lingered = asyncio.Event()
    monkeypatch.setattr(wire, "LINGER", 0.01)
    monkeypatch.setattr(wire.StrictProtocol, "_leave", _then(wire.StrictProtocol._leave, lingered))
    assert await door.ask(STATED) == (202, False)
    door.writer.write(HEAD)
    await door.ends()
    await asyncio.wait_for(lingered.wait(), 5)

    assert await door.ask(LENGTH + b"\r\n" + GOOD) == (202, True)
    assert await door.silent()


async def test_a_held_connection_on_which_nothing_more_comes_ends_soon_with_the_door(door: Door) -> None:
    assert await door.ask(STATED) == (202, False)
    await door.ends()

    assert await door.silent()
    await asyncio.wait_for(door.running, 5)


async def test_a_reader_that_waits_for_news_is_told_the_end_at_once_when_the_door_ends(door: Door) -> None:
    """It was cut off with an error after ten seconds, and the door was so long in ending."""
    over = await _waits(door)
    await door.ends()

    assert await door.answer() == (200, True)
    await asyncio.wait_for(over.wait(), 5)
    await asyncio.wait_for(door.running, 5)
    assert len(door.house.pages.asked) == 1


async def test_a_reader_that_leaves_while_it_waits_for_news_is_not_looked_for_any_more(door: Door) -> None:
    over = await _waits(door)
    door.writer.close()

    await asyncio.wait_for(over.wait(), 5)
    assert len(door.house.pages.asked) == 1


async def _waits(door: Door) -> asyncio.Event:
    """A reader begins to wait for news of which there never are any; set when the door waits with it no longer."""
    begun, over = asyncio.Event(), asyncio.Event()

    async def wait(*_: object) -> bool:
        begun.set()
        try:
            return await asyncio.get_running_loop().create_future()
        finally:
            over.set()

    door.house.pages.wait = wait  # type: ignore[method-assign]
    door.writer.write(HEARD)
    await asyncio.wait_for(begun.wait(), 5)
    return over


def _then(done: Callable[[Any], None], event: asyncio.Event) -> Callable[[Any], None]:
    def both(self: Any) -> None:
        done(self)
        event.set()

    return both


async def test_only_so_many_readers_of_an_organisation_wait_at_the_same_time_and_asking_needs_no_turn(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without an end to them, those of one could keep the door busy with looking for news."""
    monkeypatch.setattr(feed, "TOGETHER", 1)
    over = await _waits(door)
    refused = await get(door.house, "/v1/feeds/facts?timeout=30000")
    asked = await get(door.house, "/v1/feeds/facts")
    door.writer.close()
    await asyncio.wait_for(over.wait(), 60)
    door.house.pages.pages = [Page([Entry({"id": "f-1"}, {1: 6})], {1: 6}, more=False)]
    again = await get(door.house, "/v1/feeds/facts?timeout=30000")

    assert (refused.status_code, refused.headers["retry-after"]) == (429, "1")
    assert refused.json()["errors"][0]["pointer"] == "/timeout"
    assert [a.status_code for a in (asked, again)] == [200, 200]
