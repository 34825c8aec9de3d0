"""Signed tokens: which organisation speaks, checked before anything that it says is looked at."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NoReturn
from uuid import uuid4

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey
from joserfc.util import urlsafe_b64decode

from kernel.errors import Refused
from kernel.identity import is_business_id
from kernel.strict import parse, refuse

ISSUER, AUDIENCE, ALGORITHM, KIND = "polku-development", "polku", "ES256", "at+jwt"
LEEWAY = timedelta(seconds=60)
LONGEST = timedelta(hours=12)
MAX_TOKEN = 4_096
FORM = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Principal:
    """Who a token speaks for: the organisation's business id, the person or system inside it, and its roles."""

    org: str
    user: str | None
    roles: frozenset[str]
    expires: datetime


class Issuer:
    """The built-in issuer of a development instance; its key lies in a file that only its owner may read."""

    def __init__(self, path: Path) -> None:
        self._key = ECKey.import_key(json.loads(path.read_text()))

    @staticmethod
    def create(path: Path) -> None:
        """Write a fresh key; an existing one is left alone."""
        if path.exists():
            return
        key = ECKey.generate_key("P-256", {"kid": uuid4().hex}, private=True, auto_kid=False)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(key.as_dict(private=True), file)

    def mint(self, org: str, *, valid: timedelta = LONGEST, user: str = "", roles: tuple[str, ...] = ()) -> str:
        """A token for an organisation. Tokens live in real time, whatever clock the instance runs on."""
        now = int(datetime.now(UTC).timestamp())
        claims: dict[str, Any] = {"iss": ISSUER, "aud": AUDIENCE, "sub": user or org, "org": org, "iat": now}
        claims |= {"exp": now + int(valid.total_seconds()), "jti": uuid4().hex, "roles": list(roles)}
        header = {"alg": ALGORITHM, "typ": KIND, "kid": self._key.kid}
        return jws.serialize_compact(header, json.dumps(claims).encode(), self._key, algorithms=[ALGORITHM])

    @property
    def verifier(self) -> Verifier:
        """What checks this issuer's tokens."""
        return Verifier({str(self._key.kid): self._key})


class Verifier:
    """Checks tokens against keys known beforehand; nothing that a token names is ever fetched."""

    def __init__(self, keys: Mapping[str, ECKey]) -> None:
        self._keys = dict(keys)

    @staticmethod
    def from_file(path: Path) -> Verifier:
        """The verifier of the issuer whose key lies in a file."""
        return Issuer(path).verifier

    def verify(self, token: str, now: datetime) -> Principal:
        """Who a good token speaks for; Refused 401 that says nothing about why."""
        if len(token) > MAX_TOKEN or not FORM.fullmatch(token):
            _no()
        try:
            head, body, _ = token.split(".")
            header = parse(urlsafe_b64decode(head.encode()), max_bytes=MAX_TOKEN)
            claims = parse(urlsafe_b64decode(body.encode()), max_bytes=MAX_TOKEN)
            key = self._header(header)
            jws.deserialize_compact(token, key, algorithms=[ALGORITHM])
        except (JoseError, ValueError, TypeError, KeyError, Refused):
            _no()
        return self._claims(claims, now)

    def _header(self, header: Any) -> ECKey:
        if not isinstance(header, dict) or set(header) - {"alg", "typ", "kid"}:
            raise ValueError("a header that is not ours")
        if header.get("alg") != ALGORITHM or str(header.get("typ", "")).lower() != KIND:
            raise ValueError("another algorithm or kind")
        return self._keys[header["kid"]]

    def _claims(self, claims: Any, now: datetime) -> Principal:
        if not isinstance(claims, dict) or claims.get("iss") != ISSUER or claims.get("aud") != AUDIENCE:
            _no()
        times = [claims.get(n) for n in ("exp", "iat")]
        if any(type(t) is not int for t in times) or type(claims.get("nbf", 0)) is not int:
            _no()
        expires, issued = (datetime.fromtimestamp(t, UTC) for t in times if isinstance(t, int))
        starts = datetime.fromtimestamp(max(claims.get("nbf", 0), 0), UTC)
        if now >= expires or issued > now + LEEWAY or starts > now + LEEWAY or expires - issued > LONGEST + LEEWAY:
            _no()
        org, user, roles = claims.get("org"), claims.get("sub"), claims.get("roles", [])
        if not isinstance(org, str) or not is_business_id(org) or not isinstance(user, str) or not _names(roles):
            _no()
        return Principal(org, user if user != org else None, frozenset(roles), expires)


def _names(roles: Any) -> bool:
    return isinstance(roles, list) and all(isinstance(r, str) and r.isidentifier() for r in roles)


def _no() -> NoReturn:
    refuse(401, "token", "a valid token is required")
