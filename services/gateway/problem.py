"""How the door says no: RFC 9457 problem details, with a JSON Pointer, a stable code and a plain sentence each."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from kernel.errors import Again, Problem, Refused, Unavailable

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER = 2
"""Seconds after which a partner may try again when the journal cannot be written."""

_TRACEPARENT = re.compile(r"([0-9a-f]{2})-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}(?:-.{0,200})?", re.ASCII)
IANA = "https://iana.org/assignments/http-problem-types#"
KINDS = {
    400: ("urn:polku:problem:malformed", "The request cannot be read"),
    401: ("urn:polku:problem:not-authenticated", "A valid token is needed"),
    403: ("urn:polku:problem:not-permitted", "Your organisation may not do this"),
    404: ("urn:polku:problem:not-there", "There is nothing here for you"),
    405: ("urn:polku:problem:method", "This method is not offered here"),
    408: ("urn:polku:problem:too-slow", "The body did not come in time"),
    409: ("urn:polku:problem:not-allowed-now", "This may not be done as things stand"),
    410: ("urn:polku:problem:erased", "This person's data has been erased"),
    412: ("urn:polku:problem:stale", "Somebody else has done something meanwhile"),
    413: ("urn:polku:problem:too-large", "Larger than the limit"),
    415: ("urn:polku:problem:media-type", "This format is not taken here"),
    422: ("urn:polku:problem:rules", "The content breaks a rule"),
    428: ("urn:polku:problem:if-match", "Say what you have seen: If-Match is needed"),
    429: (IANA + "quota-exceeded", "Too many requests"),
    500: ("urn:polku:problem:fault", "The fault is ours"),
    503: (IANA + "temporary-reduced-capacity", "Nothing can be stored or read at the moment"),
}


class Rejected(Refused):
    """A refusal of the door that needs headers of its own, or says more than its problems."""

    def __init__(
        self,
        status: int,
        problems: Sequence[Problem] = (),
        headers: Mapping[str, str] | None = None,
        more: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(status, problems, KINDS[status][1])
        self.headers, self.more = dict(headers or {}), dict(more or {})


def refuse(status: int, code: str, detail: str, pointer: str = "", **headers: str) -> Rejected:
    """A refusal with one problem; header names are given with `_` for `-`."""
    return Rejected(status, [Problem(pointer, code, detail)], {k.replace("_", "-"): v for k, v in headers.items()})


def as_list(problems: Sequence[Problem]) -> list[dict[str, str]]:
    """Problems as they stand in an answer."""
    return [{"pointer": p.pointer, "code": p.code, "detail": p.detail} for p in problems]


def answer(
    request: Request,
    status: int,
    problems: Sequence[Problem] = (),
    headers: Mapping[str, str] | None = None,
    more: Mapping[str, Any] | None = None,
) -> Response:
    """The problem document of one request; nothing that was sent is repeated in it."""
    kind, title = KINDS.get(status, ("about:blank", "Refused"))
    body = {
        "type": kind,
        "title": title,
        "status": status,
        "detail": problems[0].detail if problems else title,
        "instance": f"urn:polku:trace:{trace_of(request)}",
        "errors": as_list(problems),
        "trace_id": trace_of(request),
        **(more or {}),
    }
    return Response(orjson.dumps(body), status, dict(headers or {}), MEDIA_TYPE)


def of_error(request: Request, error: Exception) -> Response:
    """The answer to a refusal, to a journal that does not serve, or to a fault of ours."""
    if isinstance(error, Rejected):
        return answer(request, error.status, error.problems, error.headers, error.more)
    if isinstance(error, Refused):
        return answer(request, error.status, error.problems)
    if isinstance(error, Unavailable | Again):
        said = "not known to be stored: send it again later with the same id, and it is stored once"
        detail = Problem("", "unavailable", said)
        return answer(request, 503, [detail], {"Retry-After": str(RETRY_AFTER)})
    return answer(request, 500, [Problem("", "fault", "the fault is ours and has been noted")])


def trace_of(request: Request) -> str:
    """The trace of this request: the partner's own, or one that is made when it is first asked for."""
    trace: str = request.scope.get("polku.trace", "")
    if not trace:
        trace = trace_from(header(request, b"traceparent"))
        request.scope["polku.trace"] = trace
    return trace


def header(request: Request, name: bytes) -> str:
    """A header that stands once; empty when there is none. Cheaper than the framework's own map of all."""
    for found, value in request.scope["headers"]:
        if found == name:
            return str(value, "latin-1")
    return ""


def traceparent(text: str) -> str:
    """The W3C `traceparent` in a header, or nothing: what is no trace could be anything, a name for instance."""
    found = _TRACEPARENT.fullmatch(text)
    return text[:55] if found and found[1] != "ff" and found[2].strip("0") else ""


def trace_from(text: str) -> str:
    """The trace id of a W3C `traceparent` header, or a fresh one when there is none or it is not valid."""
    found = _TRACEPARENT.fullmatch(text)
    if found and found[1] != "ff" and found[2].strip("0"):
        return found[2]
    return secrets.token_hex(16)
