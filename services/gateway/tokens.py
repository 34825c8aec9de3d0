"""Signed tokens: who speaks at the door, for which organisation, and until when."""

from __future__ import annotations

import json
import os
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from kernel.errors import Problem, Refused
from kernel.settings import SettingsError
from services.gateway.identity import is_business_id, looks_like_identity_code
from services.gateway.strict import parse

ALGORITHM = "ES256"
TYPE = "at+jwt"
AUDIENCE = "polku"
DEVELOPMENT = "polku-development"
LONGEST_LIFE = timedelta(hours=12)
LEEWAY = timedelta(seconds=60)
"""How far the clocks of issuer and door may lie apart; it never lengthens a token's life."""
MAX_TOKEN = 8_192

_PART = re.compile(r"[A-Za-z0-9_-]+")
_NAME = re.compile(r"[^\x00-\x1f\x7f-\x9f]{1,200}")


@dataclass(frozen=True, slots=True)
class Principal:
    """What a good token says: business id, the person in that organisation (None: its system), her roles, its end."""

    org: str
    user: str | None
    roles: frozenset[str]
    expires: datetime


class Issuer:
    """The built-in issuer of a development instance. Its file holds the private key and is never printed."""

    def __init__(self, name: str, key: ECKey, kid: str) -> None:
        self._name, self._key, self._kid = name, key, kid

    @staticmethod
    def create(path: Path) -> None:
        """Make the file (owner only) when there is none; an existing one is left alone."""
        key = ECKey.generate_key("P-256", private=True)
        content = {
            "iss": DEVELOPMENT,
            "aud": AUDIENCE,
            "keys": [{**key.as_dict(private=True), "kid": key.thumbprint()}],
        }
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return
        with os.fdopen(handle, "w") as file:
            json.dump(content, file)

    @classmethod
    def from_file(cls, path: Path) -> Issuer:
        """Read the private key; SettingsError when the file has none."""
        name, _, keys = _read(path)
        for kid, key in keys.items():
            if key.is_private:
                return cls(name, key, kid)
        raise SettingsError(f"POLKU_ISSUER: {path.name}: keys: there is no private key to sign with")

    def mint(
        self,
        org: str,
        *,
        now: datetime,
        user: str | None = None,
        roles: Iterable[str] = (),
        valid: timedelta = LONGEST_LIFE,
    ) -> str:
        """A token for an organisation's system, or for one of its people. `now` is the real time."""
        claims: dict[str, Any] = {
            "iss": self._name,
            "aud": AUDIENCE,
            "sub": user or org,
            "org": org,
            "roles": sorted(roles),
            "iat": int(now.timestamp()),
            "exp": int((now + valid).timestamp()),
        }
        if user is not None:
            claims["user"] = user
        header = {"alg": ALGORITHM, "typ": TYPE, "kid": self._kid}
        return jws.serialize_compact(header, json.dumps(claims).encode(), self._key, [ALGORITHM])


class Verifier:
    """Checks tokens of one issuer with the public keys of its file `{iss, aud, keys: [JWK with kid]}`."""

    def __init__(self, issuer: str, audience: str, keys: Mapping[str, ECKey]) -> None:
        self._issuer, self._audience, self._keys = issuer, audience, keys

    @classmethod
    def from_file(cls, path: Path, *, production: bool = False) -> Verifier:
        """Read the keys. In production the development issuer and private keys are a SettingsError."""
        name, audience, keys = _read(path)
        if production and (name == DEVELOPMENT or any(key.is_private for key in keys.values())):
            raise SettingsError(f"POLKU_ISSUER: {path.name}: production takes public keys of its own issuer only")
        return cls(name, audience, keys)

    def verify(self, token: str, now: datetime) -> Principal:
        """The principal of a good token; Refused 401, without saying why, for any other. `now` is the real time."""
        try:
            return self._principal(self._claims(token), now)
        except (Refused, JoseError, ValueError) as error:
            raise Refused(401, [Problem("", "token", "not a valid token")]) from error

    def _claims(self, token: str) -> dict[str, Any]:
        """The claims of a token whose form and signature are right. Nothing is fetched, no key comes from a token."""
        if len(token) > MAX_TOKEN or token.count(".") != 2:
            raise ValueError("form")
        first, second, signature = token.split(".")
        header, claims = _object(first), _object(second)
        _bytes(signature)
        if header.keys() != {"alg", "typ", "kid"} or (header["alg"], header["typ"]) != (ALGORITHM, TYPE):
            raise ValueError("header")
        kid = header["kid"]
        if not isinstance(kid, str) or kid not in self._keys:
            raise ValueError("kid")
        jws.deserialize_compact(token, self._keys[kid], [ALGORITHM])
        return claims

    def _principal(self, claims: dict[str, Any], now: datetime) -> Principal:
        if claims.get("iss") != self._issuer or claims.get("aud") != self._audience:
            raise ValueError("iss or aud")
        expires = _instant(claims.get("exp"))
        begun = [_instant(claims[name]) for name in ("iat", "nbf") if name in claims]
        if not now < expires <= now + LONGEST_LIFE + LEEWAY or any(moment > now + LEEWAY for moment in begun):
            raise ValueError("time")
        org, user, roles = claims.get("org"), claims.get("user"), claims.get("roles", [])
        if not isinstance(org, str) or not is_business_id(org) or not _is_name(claims.get("sub")):
            raise ValueError("org or sub")
        if not (user is None or _is_name(user)) or not isinstance(roles, list) or not all(map(_is_name, roles)):
            raise ValueError("user or roles")
        if any(map(looks_like_identity_code, [*roles, *([user] if user else [])])):  # every fact and log would hold it
            raise ValueError("user or roles: a personal identity code")
        return Principal(org, user, frozenset(roles), expires)


def _is_name(value: object) -> bool:
    return isinstance(value, str) and _NAME.fullmatch(value) is not None


def _instant(value: object) -> datetime:
    if type(value) is not int or not 0 <= value < 2**33:
        raise ValueError("instant")
    return datetime.fromtimestamp(value, UTC)


def _object(part: str) -> dict[str, Any]:
    """One part of a token as a JSON object; read strictly, so a claim or header that stands twice is refused."""
    found = parse(_bytes(part), max_bytes=MAX_TOKEN, max_depth=4)
    if not isinstance(found, dict):
        raise ValueError("object")
    return found


def _bytes(part: str) -> bytes:
    if not _PART.fullmatch(part):
        raise ValueError("base64url")
    raw = urlsafe_b64decode(part + "=" * (-len(part) % 4))
    if urlsafe_b64encode(raw).rstrip(b"=").decode() != part:
        raise ValueError("base64url")
    return raw


def _read(path: Path) -> tuple[str, str, dict[str, ECKey]]:
    try:
        content = json.loads(path.read_text())
        keys = {jwk["kid"]: ECKey.import_key(jwk) for jwk in content["keys"]}
        if not keys or any(jwk.get("crv") != "P-256" for jwk in content["keys"]):
            raise ValueError("keys: EC keys on P-256, each with a kid, are needed")
        return str(content["iss"]), str(content["aud"]), keys
    except (OSError, ValueError, KeyError, TypeError, JoseError) as error:
        # Not the error's own words: they could hold a part of a key.
        raise SettingsError(f"POLKU_ISSUER: {path.name}: not a file of iss, aud and keys") from error
