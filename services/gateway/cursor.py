"""Where a reader has come to in a list: opaque, and signed so that nobody can make one up."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from services.gateway.problem import refuse

_TAG = 16


def sign(key: bytes, scope: str, last: Sequence[str]) -> str:
    """A cursor that holds for one list (`scope`: organisation, view and filters) and continues after `last`."""
    body = orjson.dumps(list(last))
    return base64.urlsafe_b64encode(_mac(key, scope, body) + body).decode().rstrip("=")


def read(key: bytes, scope: str, cursor: str) -> list[str]:
    """What a cursor continues after; Refused 400 for one that was not given for this list."""
    raw = _bytes_of(cursor)
    tag, body = raw[:_TAG], raw[_TAG:]
    if not hmac.compare_digest(tag, _mac(key, scope, body)):
        raise _not_given_here()
    last: list[str] = orjson.loads(body)
    return last


def seal(key: bytes, scope: str, place: bytes) -> str:
    """The same for a place that nobody shall read out of it; the same place always makes the same cursor."""
    sealed = _sealing(key).encrypt(place, [scope.encode()])
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def unseal(key: bytes, scope: str, cursor: str) -> bytes:
    """The place in a sealed cursor; Refused 400 for one that was not given for this list."""
    try:
        return _sealing(key).decrypt(_bytes_of(cursor), [scope.encode()])
    except (InvalidTag, ValueError) as error:
        raise _not_given_here() from error


def _sealing(key: bytes) -> AESSIV:
    return AESSIV(hashlib.sha512(b"sealed cursors" + key).digest())


def _bytes_of(cursor: str) -> bytes:
    try:
        if len(cursor) > 4_096 or not cursor.isascii():
            raise ValueError("not a cursor")
        return base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error) as error:
        raise _not_given_here() from error


def _mac(key: bytes, scope: str, body: bytes) -> bytes:
    return hmac.digest(key, len(scope).to_bytes(4, "big") + scope.encode() + body, "sha256")[:_TAG]


def _not_given_here() -> Exception:
    return refuse(400, "cursor", "this cursor was not given for this list", "/cursor")
