"""HTTP on the socket, strict where the server is lenient: what a proxy might read otherwise is refused at once."""

from __future__ import annotations

from asyncio import TimerHandle, Transport
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MAX_HEADERS = 100
MAX_HEADER_BYTES = 16_384
HEAD_TIMEOUT = 15.0
"""Seconds within which request line and headers must have come."""


class StrictProtocol(HttpToolsProtocol):
    """Refuses absolute targets, missing or doubled Host, foreign versions, big or slow heads with 400 and a close."""

    _timer: TimerHandle | None = None
    _head = 0
    _reading_head = True

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]  # as in the server
        super().connection_made(transport)
        self._arm()

    def connection_lost(self, exc: Exception | None) -> None:
        self._disarm()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._reading_head:
            self._head += len(data)
            end = data.find(b"\r\n\r\n")
            if end < 0 and self._head > MAX_HEADER_BYTES:
                self._refuse()
                return
        if not self.transport.is_closing():
            super().data_received(data)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._reading_head, self._head = True, 0
        self._arm()

    def on_headers_complete(self) -> None:
        self._reading_head = False
        self._disarm()
        if self._hostile():
            self._refuse()
            return
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        if not self.transport.is_closing():
            super().on_body(body)

    def on_message_complete(self) -> None:
        self._reading_head, self._head = True, 0
        if not self.transport.is_closing():
            super().on_message_complete()

    def _hostile(self) -> bool:
        names = [name for name, _ in self.headers]
        size = sum(len(name) + len(value) + 4 for name, value in self.headers) + len(self.url)
        return (
            not (self.url.startswith(b"/") or self.url == b"*")
            or self.parser.get_http_version() not in ("1.0", "1.1")
            or names.count(b"host") != 1
            or names.count(b"content-length") > 1
            or (b"content-length" in names and b"transfer-encoding" in names)
            or names.count(b"transfer-encoding") > 1
            or len(names) > MAX_HEADERS
            or size > MAX_HEADER_BYTES
        )

    def _refuse(self) -> None:
        if not self.transport.is_closing():
            self.send_400_response("Bad request")

    def _arm(self) -> None:
        if self._timer is None:
            self._timer = self.loop.call_later(HEAD_TIMEOUT, self._too_slow)

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
