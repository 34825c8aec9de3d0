"""How the door and security servers know each other: by the very certificates that each was given of the other."""

from __future__ import annotations

import re
import ssl
from pathlib import Path

from kernel.settings import SettingsError

CERTIFICATE, KEY, CLIENTS = "tls.crt", "tls.key", "clients.crt"
"""Files of the folder POLKU_XROAD_TLS: the door's certificate and key, and the certificates of security servers."""

_PEM = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)


def trusting(folder: Path) -> tuple[ssl.SSLContext, frozenset[bytes]]:
    """TLS 1.2 or newer with the door's certificate, and the certificates (DER) that are asked for."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.verify_mode = ssl.CERT_REQUIRED
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN  # a certificate is trusted itself, whoever has issued it
    context.options |= ssl.OP_NO_RENEGOTIATION | ssl.OP_NO_COMPRESSION | ssl.OP_NO_TICKET
    context.num_tickets = 0  # nobody comes in by what an earlier connection has shown
    context.set_alpn_protocols(["http/1.1"])
    try:
        blocks = _PEM.findall((folder / CLIENTS).read_text(encoding="ascii"))
        pinned = frozenset(map(ssl.PEM_cert_to_DER_cert, blocks))
        context.load_verify_locations(cadata="\n".join(blocks))
    except (OSError, ValueError) as error:
        raise SettingsError(f"POLKU_XROAD_TLS: {CLIENTS}: no certificates can be read: {error}") from error
    try:
        context.load_cert_chain(folder / CERTIFICATE, folder / KEY, password=_no_password)
    except (OSError, ValueError) as error:
        raise SettingsError(f"POLKU_XROAD_TLS: {CERTIFICATE} and {KEY} cannot be used: {error}") from error
    return context, pinned


def _no_password() -> str:
    raise ValueError("the key must not ask for a password")
