"""Keys of persons: random, wrapped by a key that the Kms holds, destroyed when a person is erased."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kernel.errors import Unavailable
from kernel.pg_errors import translated

TTL = 60.0
"""Seconds that an unwrapped key may stay in a process: the bound on how long an erased person stays readable."""

DIGEST = "digest"

KeyName = tuple[str, str, str]
"""(controller, person, compartment)."""


class Opened(NamedTuple):
    """A data key with its id, ready to encrypt."""

    id: int
    key: bytes
    cipher: AESGCM


class Kms(Protocol):
    """Holds key-encryption keys. A file for development; Vault transit and AWS KMS have the same shape."""

    async def wrap(self, kek: str, key: bytes, context: bytes) -> bytes:
        """Encrypt a data key under the named key-encryption key, bound to the context."""
        ...

    async def unwrap(self, kek: str, wrapped: bytes, context: bytes) -> bytes:
        """The data key again; Unavailable when the service does not answer or the context differs."""
        ...

    async def mac(self, name: str, data: bytes) -> bytes:
        """HMAC-SHA256 under a named key: blind indexes and digests of facts without a person."""
        ...


class FileKms:
    """Key-encryption keys in one file (0600). For development and tests; production refuses it."""

    def __init__(self, path: Path) -> None:
        stored: dict[str, str] = json.loads(path.read_text())
        self._keys = {name: bytes.fromhex(key) for name, key in stored.items()}

    @staticmethod
    def create(path: Path) -> None:
        """Write a new file with fresh keys, readable by its owner only; an existing one is left alone."""
        if path.exists():
            return
        keys = {name: os.urandom(32).hex() for name in ("kek-1", "index", "digest", "cursor")}
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(keys, file)

    def _key(self, name: str) -> bytes:
        if name not in self._keys:
            raise Unavailable(f"the key file has no key {name}")
        return self._keys[name]

    async def wrap(self, kek: str, key: bytes, context: bytes) -> bytes:
        nonce = os.urandom(12)
        return nonce + AESGCM(self._key(kek)).encrypt(nonce, key, context)

    async def unwrap(self, kek: str, wrapped: bytes, context: bytes) -> bytes:
        try:
            return AESGCM(self._key(kek)).decrypt(wrapped[:12], wrapped[12:], context)
        except InvalidTag as error:
            raise Unavailable("a wrapped key does not open under its key-encryption key") from error

    async def mac(self, name: str, data: bytes) -> bytes:
        return hmac.digest(self._key(name), data, "sha256")


def bound(*parts: str) -> bytes:
    """Length-prefixed parts: no two lists of parts give the same bytes."""
    return b"".join([framed(p) for p in parts])


def framed(part: str) -> bytes:
    """One part with its length before it."""
    raw = part.encode()
    return len(raw).to_bytes(4, "big") + raw


class Keys:
    """Data keys by (controller, person, compartment), cached for a minute. A missing key means: destroyed."""

    def __init__(self, pool: Any, kms: Kms, kek: str = "kek-1") -> None:
        self._pool, self._kms, self._kek = pool, kms, kek
        self._open: dict[int, tuple[float, AESGCM]] = {}
        self._ids: dict[KeyName, tuple[float, Opened]] = {}

    async def for_writing(self, wanted: Iterable[KeyName]) -> dict[KeyName, Opened]:
        """The key of each (controller, person, compartment); made where missing, except for the erased."""
        now = time.monotonic()
        names = list(dict.fromkeys(wanted))
        found = {n: hit[1] for n in names if (hit := self._ids.get(n)) and hit[0] > now}
        missing = [n for n in names if n not in found]
        if missing:
            found |= await self._load(missing)
            created = [n for n in missing if n not in found]
            if created:
                await self._create(created)
                found |= await self._load(created)
        return found

    async def _load(self, names: Sequence[KeyName]) -> dict[KeyName, Opened]:
        rows = await self._pool.fetch(
            """SELECT k.id, k.controller, k.subject::text AS subject, k.compartment, k.kek, k.wrapped
                 FROM vault.data_key k
                 JOIN unnest($1::text[], $2::uuid[], $3::text[]) w (controller, subject, compartment)
                USING (controller, subject, compartment)""",
            *map(list, zip(*names, strict=True)),
        )
        until, out = time.monotonic() + TTL, {}
        for row in rows:
            name = (row["controller"], row["subject"], row["compartment"])
            key = await self._kms.unwrap(row["kek"], row["wrapped"], bound(*name))
            out[name] = Opened(row["id"], key, AESGCM(key))
            self._ids[name] = (until, out[name])
        self._trim()
        return out

    async def _create(self, names: Sequence[KeyName]) -> None:
        rows = []
        for name in names:
            rows.append((*name, self._kek, await self._kms.wrap(self._kek, os.urandom(32), bound(*name))))
        await self._pool.executemany(
            # The share lock meets the erasure's update: either the key is seen and destroyed, or it is never made.
            """INSERT INTO vault.data_key (controller, subject, compartment, kek, wrapped)
               SELECT $1, p.subject, $3, $4, $5
                 FROM (SELECT subject FROM journal.person WHERE subject = $2 AND erased IS NULL FOR SHARE) p
                   ON CONFLICT DO NOTHING""",
            rows,
        )

    async def for_reading(self, ids: Iterable[int]) -> dict[int, AESGCM]:
        """Opened ciphers by key id; an id that is not in the answer has been destroyed."""
        now = time.monotonic()
        wanted = set(ids)
        found = {i: hit[1] for i in wanted if (hit := self._open.get(i)) and hit[0] > now}
        missing = wanted - found.keys()
        if missing:
            with translated():  # a reaction reads keys outside of its own statements
                rows = await self._pool.fetch(
                    """SELECT id, controller, subject::text AS subject, compartment, kek, wrapped
                         FROM vault.data_key WHERE id = ANY($1)""",
                    list(missing),
                )
            for row in rows:
                context = bound(row["controller"], row["subject"], row["compartment"])
                cipher = AESGCM(await self._kms.unwrap(row["kek"], row["wrapped"], context))
                self._open[row["id"]] = (now + TTL, cipher)
                found[row["id"]] = cipher
            self._trim()
        return found

    def _trim(self) -> None:
        for cache in (self._open, self._ids):
            if len(cache) > 50_000:
                cache.clear()

    async def mac(self, name: str, data: bytes) -> bytes:
        """HMAC under one of the installation's own keys."""
        return await self._kms.mac(name, data)


def encrypt(cipher: AESGCM, data: bytes, context: bytes) -> bytes:
    """AES-256-GCM with a random nonce in front, bound to the context."""
    nonce = os.urandom(12)
    return nonce + cipher.encrypt(nonce, data, context)


def decrypt(cipher: AESGCM, data: bytes, context: bytes) -> bytes:
    """Opens what `encrypt` made; InvalidTag when anything was moved or changed."""
    return cipher.decrypt(data[:12], data[12:], context)


def digest(key: bytes, data: bytes) -> bytes:
    """HMAC-SHA256 over a canonical event."""
    return hmac.digest(key, data, "sha256")


def seal(*parts: bytes) -> bytes:
    """SHA-256 over ciphertext and clear attributes, for the tree heads that seal the journal."""
    return hashlib.sha256(b"".join([piece for p in parts for piece in (len(p).to_bytes(4, "big"), p)])).digest()
