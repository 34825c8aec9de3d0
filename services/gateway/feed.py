"""`GET /v1/feeds/{feed}`: a partner's system hears in order what has been stated, page by page or as it comes."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import orjson
from prometheus_client import Gauge
from starlette.requests import Request
from starlette.responses import Response

from services.gateway import cursor
from services.gateway.access import Caller
from services.gateway.feeding import FEEDS, Feed, Page, Place
from services.gateway.parts import Parts
from services.gateway.problem import refuse
from services.gateway.reading import limited
from services.gateway.waiting import soon
from services.gateway.wire import ENDING

BATCH = "application/cloudevents-batch+json"
LONGEST = 30_000
"""Milliseconds that a reader may wait for news."""

CURSOR, LAST = "cursor", "lastEventId"
"""Two names of one thing: the second is that of HTTP Feeds."""

NOW = "now"

PACE = 1.0
"""Seconds between two looks of one who waits: most of what wakes her is about others."""

TOGETHER = 32
"""Readers of one organisation that may wait at the same time."""

polled = Gauge("polku_feed_last_poll_timestamp_seconds", "when a partner last asked for a feed", ["partner"])


class Feeds:
    """Entries without content: who wants to know more reads what it may see of the person."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._waiting: Counter[str] = Counter()

    async def read(self, request: Request) -> Response:
        """A page of a feed; `[]` is its end. 404: no such feed; 410: a cursor of another era; 429: too many wait."""
        caller = self._parts.access.caller(request, await self._parts.clock.now())
        name = request.path_params["feed"]
        feed = FEEDS.get(name)
        if feed is None:
            raise refuse(404, "not_there", f"there is no such feed; there are: {', '.join(FEEDS)}")
        given = dict(request.query_params)
        limit, seconds = limited(given.pop("limit", "100")), waiting(given.pop("timeout", "0"))
        scope = orjson.dumps([caller.org, "feed", name]).decode()
        polled.labels(caller.org).set_to_current_time()
        place = await self._place(given, scope)
        with self._turn(caller.org, seconds):
            page = await self._news(request, caller, feed, place, limit, time.monotonic() + seconds)
        return self._page(request, scope, page)

    @contextmanager
    def _turn(self, org: str, seconds: float) -> Iterator[None]:
        """One of those who may wait at the same time; who only asks needs none. Refused 429 when all are taken."""
        waits = seconds > 0
        if waits and self._waiting[org] >= TOGETHER:
            detail = f"{TOGETHER} readers of this organisation wait already"
            raise refuse(429, "too_many_wait", detail, "/timeout", Retry_After="1")
        self._waiting[org] += waits
        try:
            yield
        finally:
            self._waiting[org] -= waits

    async def _news(self, request: Request, caller: Caller, feed: Feed, place: Place, limit: int, until: float) -> Page:
        """The next page with something on it, or the end when the time is up, the connection ends or the door does."""
        ending = request.scope.get(ENDING) or asyncio.Event()
        while True:
            looked = time.monotonic()
            page = await soon(self._parts.feeding.page(caller, feed, place, limit))
            if page.entries or not (page.more or time.monotonic() < until):
                return page
            place = page.place
            if not page.more:
                await self._wait(place, looked, until, ending)
                if ending.is_set():  # whoever still hears it goes on from this end, at the door that takes over
                    return page

    async def _wait(self, place: Place, looked: float, until: float, ending: asyncio.Event) -> None:
        """Wait for something to look at, for the time to be up or for the connection to end; never look too often."""
        news = asyncio.ensure_future(self._parts.feeding.wait(place, until - time.monotonic()))
        ended = asyncio.ensure_future(ending.wait())
        try:
            await asyncio.wait({news, ended}, return_when=asyncio.FIRST_COMPLETED)
            if news.done() and news.result():
                await asyncio.wait({ended}, timeout=max(0.0, min(looked + PACE, until) - time.monotonic()))
        finally:
            news.cancel()
            ended.cancel()

    async def _place(self, given: dict[str, str], scope: str) -> Place:
        """Where to go on: after a cursor, at the end, or at the beginning of what there is."""
        continued = [given.pop(name) for name in (CURSOR, LAST) if name in given]
        begin = given.pop("from", None)
        if given:
            raise refuse(400, "unknown_parameter", "a feed cannot be asked for that", "/*")
        if begin not in (None, NOW) or len(continued) + (begin is not None) > 1:
            detail = f"give one of: {CURSOR} (or {LAST}), from={NOW}, or nothing to begin at the beginning"
            raise refuse(400, "from", detail, "/from")
        if begin:
            return await soon(self._parts.feeding.ends())
        return unpacked(self._unsealed(scope, continued[0])) if continued else {}

    def _unsealed(self, scope: str, text: str) -> bytes:
        """The places in a cursor of this era."""
        packed = cursor.unseal(self._parts.cursor_key, scope, text)
        if packed[:16] != self._era():
            raise another_era()
        return packed[16:]

    def _sealed(self, scope: str, place: Place) -> str:
        return cursor.seal(self._parts.cursor_key, scope, self._era() + packed(place))

    def _era(self) -> bytes:
        return UUID(self._parts.feeding.era).bytes

    def _page(self, request: Request, scope: str, page: Page) -> Response:
        events = [event(e.attributes, self._sealed(scope, e.place)) for e in page.entries]
        body = orjson.dumps(events, default=str, option=orjson.OPT_UTC_Z)
        query = {n: v for n, v in request.query_params.items() if n not in (CURSOR, LAST, "from")}
        following = urlencode({**query, CURSOR: self._sealed(scope, page.place)})
        tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        headers = {"ETag": tag, "Link": f'<{request.url.path}?{following}>; rel="next"'}
        if tag in [t.strip().removeprefix("W/") for t in request.headers.get("if-none-match", "").split(",")]:
            return Response(status_code=304, headers=headers)
        return Response(body, 200, headers, BATCH)


def event(attributes: Mapping[str, Any], feedcursor: str) -> dict[str, Any]:
    """An entry as a CloudEvent; its cursor is good to go on after it."""
    return {"specversion": "1.0", **attributes, "feedcursor": feedcursor}


def waiting(given: str) -> float:
    """Seconds to wait for news; Refused 400 for what is no number of milliseconds up to half a minute."""
    if not (given.isascii() and given.isdigit() and len(given) <= 5 and int(given) <= LONGEST):
        raise refuse(400, "timeout", f"timeout is a number of milliseconds up to {LONGEST}", "/timeout")
    return int(given) / 1000


def another_era() -> Exception:
    """The journal was restored: what this place means nobody knows any more."""
    rejected = refuse(410, "era", "this cursor is of another era; begin again, or with from=now", "/cursor")
    rejected.more |= {"type": "urn:polku:problem:era", "title": "The journal has begun a new era"}
    return rejected


def packed(place: Place) -> bytes:
    """Places as pairs of a lane and a number, seven bits a byte, the lowest first."""
    return b"".join(_number(lane) + _number(seq) for lane, seq in sorted(place.items()))


def unpacked(raw: Sequence[int]) -> Place:
    """The reverse of `packed`."""
    numbers, value, shift = [], 0, 0
    for byte in raw:
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            numbers.append(value)
            value, shift = 0, 0
    return dict(zip(numbers[::2], numbers[1::2], strict=True))


def _number(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(0x80 | value & 0x7F)
        value >>= 7
    return bytes([*out, value])
