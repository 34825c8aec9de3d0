"""The security server's own way in: a second socket of the door that only its certificate opens."""

from __future__ import annotations

import asyncio
import socket
import ssl
from asyncio import Transport
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn

from kernel.settings import Settings, SettingsError
from services.gateway.wire import StrictProtocol, listening
from services.gateway.xroad import VOUCHED
from services.gateway.xroad_tls import trusting

HANDSHAKE = 10.0
"""Seconds within which a handshake must be over."""


@dataclass(frozen=True, slots=True)
class Entrance:
    """Where security servers connect, how the door shows itself to them, and the certificates that open it."""

    socket: socket.socket
    context: ssl.SSLContext
    pinned: frozenset[bytes]


class VouchedProtocol(StrictProtocol):
    """As strict as the other, and it says of each request that a security server brought it."""

    def __init__(self, *, pinned: frozenset[bytes], **given: Any) -> None:
        super().__init__(**given)
        self._pinned = pinned

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]  # as in the server
        super().connection_made(transport)
        shown = transport.get_extra_info("ssl_object")
        # Only these very certificates: what one of them may have signed passes the handshake, but not here.
        if shown is None or shown.getpeercert(binary_form=True) not in self._pinned:
            transport.close()

    def on_headers_complete(self) -> None:
        self.scope[VOUCHED] = True  # type: ignore[literal-required]  # a word of ours
        super().on_headers_complete()


class Server(uvicorn.Server):
    """The door's server with the entrance beside; both end together."""

    def __init__(self, config: uvicorn.Config, entrance: Entrance) -> None:
        super().__init__(config)
        self._entrance = entrance

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen on both."""
        await super().startup(sockets)

        def connected() -> asyncio.Protocol:
            return VouchedProtocol(
                pinned=self._entrance.pinned,
                config=self.config,
                server_state=self.server_state,
                app_state=self.lifespan.state,
            )

        beside = await asyncio.get_running_loop().create_server(
            connected,
            sock=self._entrance.socket,
            ssl=self._entrance.context,
            ssl_handshake_timeout=HANDSHAKE,
            backlog=self.config.backlog,
        )
        self.servers.append(beside)


def entrance(settings: Settings) -> Entrance | None:
    """The entrance that the settings ask for; SettingsError names what is missing or cannot be read."""
    if not settings.port_xroad:
        return None
    if not settings.xroad_tls:
        raise SettingsError("POLKU_XROAD_TLS: missing; POLKU_PORT_XROAD needs the folder of its certificates")
    folder = Path(settings.xroad_tls)
    context, pinned = trusting(folder)
    return Entrance(listening(settings.host, settings.port_xroad), context, pinned)
