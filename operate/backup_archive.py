"""What a backup consists of: a manifest, the journal, the keys apart from it, and secrets only when asked for."""

from __future__ import annotations

import hashlib
import json
import os
import tarfile
from dataclasses import asdict, dataclass, field
from pathlib import Path

from operate.errors import OperateError

FORMAT = 1
JOURNAL, KEYS, SECRETS, MANIFEST = "journal.dump", "keys.dump", "secrets", "manifest.json"
SECRET_FILES = ("kms.json", "roles.json", "issuer.json", "superuser.json")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself. `heads`: newest seq by lane; `kms`: by it one sees whether a key file fits."""

    made: str
    installation: str
    era: str
    clock: str
    facts: int
    heads: dict[str, int]
    migration: int
    kms: str
    files: dict[str, str] = field(default_factory=dict)
    format: int = FORMAT


def digest_of(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def seal(folder: Path, manifest: Manifest) -> None:
    """Write the manifest of a folder's files."""
    files = {str(p.relative_to(folder)): digest_of(p) for p in sorted(folder.rglob("*")) if p.is_file()}
    text = json.dumps(asdict(manifest) | {"files": files}, indent=1) + "\n"
    (folder / MANIFEST).write_text(text)


def pack(folder: Path, target: Path) -> None:
    """One file of a folder, readable by its owner only, whole or not at all."""
    part = target.with_name(f".{target.name}.{os.getpid()}")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file, tarfile.open(fileobj=file, mode="w") as archive:
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            archive.add(path, str(path.relative_to(folder)))
    part.replace(target)


def unpack(source: Path, folder: Path) -> Path:
    """The folder of a backup, unpacked into `folder` when it is one file. OperateError when it cannot be read."""
    if source.is_dir():
        return source
    try:
        with tarfile.open(source) as archive:
            archive.extractall(folder, filter="data")
    except (OSError, tarfile.TarError) as error:
        raise OperateError(f"{source}: not a backup ({error})") from error
    return folder


def opened(folder: Path, source: Path) -> Manifest:
    """The manifest, once every file has been found as it was written. OperateError says which one is not."""
    try:
        manifest = Manifest(**json.loads((folder / MANIFEST).read_text()))
    except (OSError, ValueError, TypeError) as error:
        raise OperateError(f"{source}: not a backup ({error})") from error
    if manifest.format != FORMAT:
        raise OperateError(f"{source}: a backup of format {manifest.format}, this program knows {FORMAT}")
    for name, digest in manifest.files.items():
        path = folder / name
        if not path.exists() and name in (KEYS, *(f"{SECRETS}/{f}" for f in SECRET_FILES)):
            continue  # kept elsewhere on purpose
        if not path.exists() or digest_of(path) != digest:
            raise OperateError(f"{source}: {name} is missing or is not what was written")
    return manifest
