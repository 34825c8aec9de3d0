"""Where a reader has come to in a list: opaque, and signed so that nobody can make one up."""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Sequence

import orjson

from services.gateway.problem import refuse

_TAG = 16


def sign(key: bytes, scope: str, last: Sequence[str]) -> str:
    """A cursor that holds for one list (`scope`: organisation, view and filters) and continues after `last`."""
    body = orjson.dumps(list(last))
    return base64.urlsafe_b64encode(_mac(key, scope, body) + body).decode().rstrip("=")


def read(key: bytes, scope: str, cursor: str) -> list[str]:
    """What a cursor continues after; Refused 400 for one that was not given for this list."""
    try:
        if len(cursor) > 4_096 or not cursor.isascii():
            raise ValueError("not a cursor")
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error) as error:
        raise _not_given_here() from error
    tag, body = raw[:_TAG], raw[_TAG:]
    if not hmac.compare_digest(tag, _mac(key, scope, body)):
        raise _not_given_here()
    last: list[str] = orjson.loads(body)
    return last


def _mac(key: bytes, scope: str, body: bytes) -> bytes:
    return hmac.digest(key, len(scope).to_bytes(4, "big") + scope.encode() + body, "sha256")[:_TAG]


def _not_given_here() -> Exception:
    return refuse(400, "cursor", "this cursor was not given for this list", "/cursor")
