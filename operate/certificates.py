"""Certificates of a development instance for its entrance of security servers: made once, signed by themselves."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from operate.ports import HOST
from services.gateway.xroad_tls import CERTIFICATE, CLIENTS, KEY

LIFE = timedelta(days=20 * 365)
"""As long as security servers give their own."""
DOOR, SECURITY_SERVER = "xroad", "security-server"
"""Folders below the secrets: what the door shows, and what the made-up security server does."""


def ensure(secrets: Path) -> None:
    """Make what is missing; what exists is left alone."""
    door, server = secrets / DOOR, secrets / SECURITY_SERVER
    for folder, name in ((door, "polku-door"), (server, "polku-security-server")):
        if not (folder / CERTIFICATE).exists():
            make(folder, name)
    if not (door / CLIENTS).exists():
        (door / CLIENTS).write_bytes((server / CERTIFICATE).read_bytes())


def first_end(folder: Path) -> datetime:
    """When the first certificate of the door's folder ends."""
    raw = [(folder / name).read_bytes() for name in (CERTIFICATE, CLIENTS)]
    return min(c.not_valid_after_utc for found in raw for c in x509.load_pem_x509_certificates(found))


def make(folder: Path, name: str) -> None:
    """A key and a certificate for the loopback address, good for both ends of a connection."""
    folder.mkdir(parents=True, exist_ok=True)
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ip_address(HOST))]
    uses = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
    made = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + LIFE)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.ExtendedKeyUsage(uses), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    kept = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with os.fdopen(os.open(folder / KEY, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(kept)
    (folder / CERTIFICATE).write_bytes(made.public_bytes(Encoding.PEM))
