"""HTTP on the socket, strict where the server is lenient: what a proxy might read otherwise is refused at once."""

from __future__ import annotations

import socket
from asyncio import Event, TimerHandle, Transport
from typing import Any

import httptools
import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from services.gateway.body import WHOLE
from services.gateway.joined import Joined

MAX_HEADERS = 100
MAX_HEADER_BYTES = 16_384
HEAD_TIMEOUT = 15.0
"""Seconds within which request line and headers must have come."""
REQUEST_TIMEOUT = 25.0
"""Seconds within which the rest must have come, whoever reads it: above what a route allows, which answers 408."""
LINGER = 1.0
"""Seconds for which a door that ends still answers on connections that it held open: a request may be on its way."""
ENDING = "polku.ending"
"""Word of the scope: an event that is set when who waits for an answer has left, or the door ends."""


class StrictProtocol(HttpToolsProtocol):
    """Refuses absolute targets, missing or doubled Host, foreign versions, trailers, big or slow heads with a close."""

    _timer: TimerHandle | None = None
    _head = 0
    _reading_head = True
    _behind = False
    """Whether an earlier request of this connection was still without its answer when this one came."""
    _upgrading = False
    _resuming = False
    _begun = False
    """Whether a head has begun and not ended."""
    _last = False
    """Whether the connection ends with the next answer, which says so."""

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]  # as in the server
        super().connection_made(transport)
        self._ending = Event()
        self._arm(HEAD_TIMEOUT)

    def connection_lost(self, exc: Exception | None) -> None:
        self._disarm()
        self._ending.set()
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """Answer what is asked and what was on its way, and end; the server itself would cut the latter off."""
        self._last = True
        self._ending.set()
        if self._answering():
            self.cycle.keep_alive = False
        else:
            self.loop.call_later(LINGER, self._leave)

    def _leave(self) -> None:
        if not (self._begun or self._answering() or self.transport.is_closing()):
            self.transport.close()

    def data_received(self, data: bytes) -> None:
        if self._reading_head:
            self._head += len(data)
            end = data.find(b"\r\n\r\n")
            if end < 0 and self._head > MAX_HEADER_BYTES:
                self._refuse()
                return
        if not self.transport.is_closing():
            self._unset_keepalive_if_required()
            self._feed(data)
            self._watch()

    def _feed(self, data: bytes) -> None:
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as asked:
            self._stay(data[asked.args[0] :])
        except httptools.HttpParserError:
            self._refuse()

    def _stay(self, rest: bytes) -> None:
        """Read on as if no other protocol had been asked for; the parser would take the body for that protocol's."""
        self._upgrading = False
        self.parser = httptools.HttpRequestParser(self)
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)  # as in the server
        framing = [h for h in self.headers if h[0] in (b"content-length", b"transfer-encoding")]
        self._resuming = True
        self._feed(b"POST / HTTP/1.1\r\n" + b"".join(b"%s: %s\r\n" % h for h in framing) + b"\r\n")
        self._resuming = False
        if rest and not self.transport.is_closing():
            self._feed(rest)

    def _watch(self) -> None:
        """What has begun must end in time, also when nobody waits for it: a body not asked for, or empty lines."""
        if self._timer is None and not self.transport.is_closing():
            if not self._reading_head:
                self._arm(REQUEST_TIMEOUT)
            elif self._begun or self.cycle is None or self.cycle.response_complete:
                self._arm(HEAD_TIMEOUT)

    def _passed_over(self) -> bool:
        """What was heard already; and what follows in the same packet upon a request that was refused."""
        return self._resuming or self.transport.is_closing()

    def on_message_begin(self) -> None:
        if self._passed_over():
            return
        super().on_message_begin()
        self._reading_head, self._head, self._begun = True, 0, True

    def on_url(self, url: bytes) -> None:
        if not self._passed_over():
            super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._passed_over():
            return
        if not self._reading_head:  # a trailer would stand among the headers, behind the back of whoever checked them
            self._refuse()
            return
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        if self._passed_over():
            return
        self._disarm()
        self._begun = False
        self._upgrading = self.parser.should_upgrade()
        if self.parser.get_method() == b"CONNECT":  # names no path; refused by its method like others, and closed
            self.url = b"/"
        if self._hostile():
            self._refuse()
            return
        self._behind = self._answering()
        self._reading_head = False
        self.scope[ENDING] = self._ending  # type: ignore[literal-required]  # a word of ours
        super().on_headers_complete()
        if self._last:
            self.cycle.keep_alive = False
        if self.scope["method"] == "POST" and not self.expect_100_continue:
            self.cycle.transport = Joined(self.transport)

    def on_body(self, body: bytes) -> None:
        if not self.transport.is_closing():
            super().on_body(body)

    def on_message_complete(self) -> None:
        if self._upgrading:
            return
        self._reading_head, self._head = True, 0
        self._disarm()
        if not self.transport.is_closing():
            self.scope[WHOLE] = True  # type: ignore[literal-required]  # a word of ours
            super().on_message_complete()

    def _hostile(self) -> bool:
        names = [name for name, _ in self.headers]
        size = sum(len(name) + len(value) + 4 for name, value in self.headers) + len(self.url)
        coding = [value.strip().lower() for name, value in self.headers if name == b"transfer-encoding"]
        version = self.parser.get_http_version()
        return (
            not (self.url.startswith(b"/") or self.url == b"*")
            or b"#" in self.url
            or version not in ("1.0", "1.1")
            or names.count(b"host") != 1
            or names.count(b"content-length") > 1
            or (bool(coding) and (coding != [b"chunked"] or version == "1.0" or b"content-length" in names))
            or len(names) > MAX_HEADERS
            or size > MAX_HEADER_BYTES
        )

    def _answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _refuse(self) -> None:
        """400 and a close; without a word where it would be taken for the answer to an earlier request."""
        if self.transport.is_closing():
            return
        waiting = self._answering() if self._reading_head else self._behind or self.cycle.response_started
        if waiting:
            self.transport.close()
        else:
            self.send_400_response("Bad request")

    def _arm(self, seconds: float) -> None:
        if self._timer is None:
            self._timer = self.loop.call_later(seconds, self._too_slow)

    def _disarm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _too_slow(self) -> None:
        self._timer = None
        if not self.transport.is_closing():
            self.transport.close()


def server(app: Any, host: str, port: int) -> uvicorn.Server:
    """The server of the door: uvloop and httptools, no access log, no word about itself."""
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        loop="uvloop",
        http=StrictProtocol,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=10,
        backlog=512,
    )
    return uvicorn.Server(config)


def listening(host: str, port: int) -> socket.socket:
    """The door's socket. Another may listen beside it, so that one door can take over from the other."""
    found = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if hasattr(socket, "SO_REUSEPORT"):
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    found.bind((host, port))
    return found
