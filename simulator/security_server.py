"""The security server of the authorities: brings their messages to the door through X-Road, under their subsystems."""

from __future__ import annotations

import ssl
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4


@dataclass(frozen=True, slots=True)
class SecurityServer:
    """Where it reaches the door, by which certificate it knows the door, what it shows, and for whom it speaks.

    `clients` are X-Road-Client headers by organisation.
    """

    address: str
    trusted: Path
    certificate: Path
    key: Path
    clients: Mapping[str, str]

    def tls(self) -> ssl.SSLContext:
        """TLS from both ends."""
        context = ssl.create_default_context(cafile=self.trusted)
        context.load_cert_chain(self.certificate, self.key)
        return context

    def message(self, org: str) -> dict[str, str]:
        """What a new message says of itself: each has an id of its own, also one that is only sent again."""
        return {"X-Road-Client": self.clients[org], "X-Road-Id": str(uuid4())}


def clients_of(subsystems: Path) -> dict[str, str]:
    """The client of each organisation in the table of subsystems; of several the first."""
    found = tomllib.loads(subsystems.read_text(encoding="utf-8"))
    clients: dict[str, str] = {}
    for entry in found.get("subsystem", []):
        parts = (found["instance"], entry["class"], entry["member"], entry["subsystem"])
        clients.setdefault(entry["organisation"], "/".join(parts))
    return clients
