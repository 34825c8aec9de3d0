"""Signed tokens: who speaks at the door, for which organisation, and until when."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
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
from services.issuer import ALGORITHM, DEVELOPMENT, LONGEST_LIFE, TYPE, keys_of

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


class Verifier:
    """Checks tokens of one issuer with the public keys of its file `{iss, aud, keys: [JWK with kid]}`."""

    def __init__(self, issuer: str, audience: str, keys: Mapping[str, ECKey]) -> None:
        self._issuer, self._audience, self._keys = issuer, audience, keys

    @classmethod
    def from_file(cls, path: Path, *, production: bool = False) -> Verifier:
        """Read the keys. In production the development issuer and private keys are a SettingsError."""
        name, audience, keys = keys_of(path)
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
