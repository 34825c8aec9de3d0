"""Passwords and keys of a development instance: made once, readable by their owner only, never printed."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path

from kernel.keys import FileKms
from kernel.migrate import ROLES
from operate import certificates
from operate.instance import Instance, write_json
from services.issuer import Issuer

SUPERUSER = "postgres"


def ensure(instance: Instance) -> None:
    """Make what is missing; what exists is left alone (a lost key would make facts unreadable)."""
    instance.secrets.mkdir(parents=True, exist_ok=True)
    instance.secrets.chmod(0o700)
    passwords = _read(instance.secrets / "roles.json")
    missing = {f"polku_{role}" for role in ROLES} - passwords.keys()
    if missing:
        _write(instance.secrets / "roles.json", passwords | {role: secrets.token_urlsafe(24) for role in missing})
    if not (instance.secrets / "superuser.json").exists():
        _write(instance.secrets / "superuser.json", {SUPERUSER: secrets.token_urlsafe(24)})
    FileKms.create(instance.secrets / "kms.json")
    Issuer.create(instance.secrets / "issuer.json")
    certificates.ensure(instance.secrets)


def superuser_password(instance: Instance) -> str:
    """The password of the cluster's superuser: for making roles, for nothing else."""
    return _read(instance.secrets / "superuser.json")[SUPERUSER]


def superuser_dsn(instance: Instance, database: str = "postgres") -> str:
    """The superuser's address of a database; it must never be logged."""
    host = instance.database.partition("/")[0]
    return f"postgresql://{SUPERUSER}:{superuser_password(instance)}@{host}/{database}"


def _read(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    found: dict[str, str] = json.loads(path.read_text())
    return found


def _write(path: Path, content: dict[str, str]) -> None:
    before = os.umask(0o077)
    try:
        write_json(path, content)
    finally:
        os.umask(before)
