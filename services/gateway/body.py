"""The body of a request: limited before it is read, and given only so much time."""

from __future__ import annotations

import asyncio
import re
from typing import NamedTuple

from starlette.requests import ClientDisconnect, Request

from kernel.errors import Refused
from services.gateway.problem import header, refuse
from services.gateway.strict import parse
from services.gateway.xroad import VOUCHED

BODY_TIMEOUT = 15.0
WHOLE = "polku.whole"
"""Stands in the scope of a request whose body had come whole before the application was asked: nothing to wait for."""
BODY = "polku.body"
"""Where the body of a request through X-Road stays in its scope, for the evidence."""
MAX_EVENT = 64 * 1024
MAX_BATCH_BYTES = 1024 * 1024
MAX_COMMAND = 16 * 1024

_USUAL = frozenset({"application/cloudevents+json", "application/cloudevents-batch+json", "application/json"})
_UTF_8 = frozenset({"utf-8", "utf8"})
_CHARSETS = {"text/csv": _UTF_8 | {"windows-1252", "cp1252", "iso-8859-1", "latin1"}}
"""What a table may be encoded in, since old systems know nothing newer; everything else is UTF-8."""
_MEDIA = re.compile(r"[!#$%&'*+.^_`|~0-9a-z-]{1,64}/[!#$%&'*+.^_`|~0-9a-z-]{1,64}", re.ASCII)


async def read(request: Request, limit: int) -> bytes:
    """The whole body; Refused 413 above the limit, 408 when it does not come within 15 s, 400 when it breaks off."""
    declared = header(request, b"content-length") or "0"
    if not (declared.isascii() and declared.isdigit()):
        raise refuse(400, "content_length", "Content-Length must be a number")
    if len(declared) > 12 or int(declared) > limit:
        raise _too_large(limit)
    try:
        if WHOLE in request.scope:
            return await _collect(request, limit)
        async with asyncio.timeout(BODY_TIMEOUT):
            return await _collect(request, limit)
    except TimeoutError as error:
        detail = f"the body must come within {BODY_TIMEOUT:.0f} s"
        raise refuse(408, "too_slow", detail, Connection="close") from error
    except ClientDisconnect as error:
        raise refuse(400, "broken_off", "the body ended early", Connection="close") from error


async def _collect(request: Request, limit: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > limit:
            raise _too_large(limit)
        parts.append(part)
    body = parts[0] if len(parts) == 1 else b"".join(parts)
    if VOUCHED in request.scope:
        request.scope[BODY] = body
    return body


def _too_large(limit: int) -> Refused:
    return refuse(413, "too_large", f"at most {limit} bytes are taken here", Connection="close")


class ContentType(NamedTuple):
    """The media type in lower case without parameters, and the encoding that it names (empty: none)."""

    media: str
    charset: str = ""


def content_type(request: Request) -> ContentType:
    """What the body is said to be; 415 when nothing is said, when its charset is not taken, or when it names two."""
    given = header(request, b"content-type")
    if given in _USUAL:
        return ContentType(given)
    media, *parameters = (part.strip() for part in given.lower().split(";"))
    if len(given) > 256 or not _MEDIA.fullmatch(media):
        raise refuse(415, "content_type", "the Content-Type header must name a media type")
    taken = _CHARSETS.get(media, _UTF_8)
    pairs = [parameter.partition("=") for parameter in parameters]
    named = {value.strip().strip('"') for name, _, value in pairs if name.strip() == "charset"}
    if len(named) > 1 or not named <= taken:
        detail = f"taken is one of {', '.join(sorted(taken))}" if taken > _UTF_8 else "only UTF-8 is taken"
        raise refuse(415, "charset", detail)
    return ContentType(media, *named)


async def command(request: Request, limit: int = MAX_COMMAND) -> dict[str, object]:
    """The JSON object of a request that is not an event; an empty body counts as an empty object."""
    raw = await read(request, limit)
    if not raw:
        return {}
    if content_type(request).media != "application/json":
        raise refuse(415, "content_type", "send application/json")
    parsed = parse(raw, max_bytes=limit)
    if not isinstance(parsed, dict):
        raise refuse(422, "type", "the body must be a JSON object")
    return parsed
