"""Stands before every route: refuses what may be read in two ways, gives each request its trace, counts it."""

from __future__ import annotations

import re
import time
from collections.abc import Set
from functools import lru_cache
from urllib.parse import parse_qsl

import structlog
from prometheus_client import Histogram
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kernel import observe
from kernel.errors import Problem
from services.gateway.problem import answer, of_error, refuse, trace_of
from services.gateway.xroad import out_of_place

METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS", "DELETE"})
OVERRIDES = (b"x-http-method-override", b"x-http-method", b"x-method-override")
LISTS = frozenset(
    {b"accept", b"accept-language", b"accept-encoding", b"cache-control", b"prefer", b"via", b"forwarded"}
)
"""Headers that may be sent in several lines; any other doubled one could be read in two ways."""

ALWAYS = (
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)
_ALWAYS = frozenset(name for name, _ in ALWAYS)
PLAIN = frozenset({"/v1/events", "/v1/validate", "/asyncapi.json", "/openapi.json"})
"""Addresses whose route the framework does not name to us."""
_TARGET = re.compile(rb"/[\x21\x23-\x5b\x5d-\x7e]*", re.ASCII)
_BAD_PERCENT = re.compile(rb"%(?![0-9A-Fa-f]{2})")

log = structlog.get_logger(__name__)


class Guard:
    """A plain ASGI layer; nothing that it refuses reaches a route."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers: list[tuple[bytes, bytes]] = scope["headers"]
        scope["polku.start"] = time.perf_counter()
        sending = _Sending(scope, send)
        if (problem := _hostile(scope, headers)) is not None:
            status, code, detail = problem
            refused = answer(Request(scope), status, [Problem("", code, detail)], _allow(status, scope["method"]))
            await refused(scope, receive, sending)
            return
        await self._app(scope, receive, sending)


def _allow(status: int, method: str) -> dict[str, str]:
    closing = {"Connection": "close"} if method == "CONNECT" else {}  # what follows could be meant for a tunnel
    return {"Allow": ", ".join(sorted(METHODS)), **closing} if status == 405 else {}


def _hostile(scope: Scope, headers: list[tuple[bytes, bytes]]) -> tuple[int, str, str] | None:
    if scope["method"] not in METHODS:
        return 405, "method", "this method is not offered"
    seen: set[bytes] = set()
    for name, value in headers:
        if name in seen and name not in LISTS:
            return 400, "doubled_header", "a header that must stand once stands twice"
        seen.add(name)
        if name == b"content-encoding" and value.lower() != b"identity":
            return 415, "content_encoding", "send the body as it is, not compressed"
    if not seen.isdisjoint(OVERRIDES):
        return 405, "method_override", "the method cannot be changed by a header"
    if (wrong := out_of_place(scope, seen)) is not None:
        return wrong
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    if not _TARGET.fullmatch(raw) or _BAD_PERCENT.search(raw) or "\x00" in scope["path"]:
        return 400, "target", "the path must be written in plain ASCII and whole percent escapes"
    return _doubled(scope.get("query_string", b""))


def _doubled(query: bytes) -> tuple[int, str, str] | None:
    if not query:
        return None
    try:
        names = [n for n, _ in parse_qsl(query.decode("ascii"), True, max_num_fields=50, errors="strict")]
    except (UnicodeError, ValueError):
        return 400, "query", "the query cannot be read"
    if len(names) != len(set(names)):
        return 400, "doubled_parameter", "a query parameter stands twice"
    return None


@lru_cache(maxsize=4096)
def _counted(route: str, method: str, status: int, partner: str) -> Histogram:
    return observe.requests.labels(route, method, str(status), partner)


def _left(names: Set[bytes]) -> list[tuple[bytes, bytes]]:
    return [header for header in ALWAYS if header[0] not in names]


class _Sending:
    """Adds the headers that every answer carries, and counts the request when its answer begins."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self._scope, self._send = scope, send

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            given = message.setdefault("headers", [])
            names = {name for name, _ in given}
            message["headers"] = [*given, *(ALWAYS if names.isdisjoint(_ALWAYS) else _left(names))]
            path = self._scope["path"] if self._scope["path"] in PLAIN else "other"
            route = getattr(self._scope.get("route"), "path", path)
            partner = self._scope.get("polku.partner", "")
            took = time.perf_counter() - self._scope["polku.start"]
            _counted(route, self._scope["method"], message["status"], partner).observe(took)
        await self._send(message)


async def handle(request: Request, error: Exception) -> Response:
    """The handler of every exception that a route lets through."""
    response = of_error(request, error)
    if response.status_code == 500:
        log.error("request_failed", error=type(error).__name__, method=request.method, trace=trace_of(request))
    return response


async def of_server(request: Request, error: Exception) -> Response:
    """What routing itself refuses: no such address, or a method that it does not offer."""
    status = getattr(error, "status_code", 404)
    if status == 405:
        refused = refuse(405, "method", "this method is not offered here")
        refused.headers |= dict(getattr(error, "headers", None) or {})
        return of_error(request, refused)
    return of_error(request, refuse(404, "not_there", "there is no such address"))
