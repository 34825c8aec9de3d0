"""The hot routes stand before all of the framework's machinery, which costs more than the door's own work."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import FastAPI
from starlette.middleware.errors import ServerErrorMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from kernel.errors import Again, Refused, Unavailable
from services.gateway import guard

Endpoint = Callable[[Request], Awaitable[Response]]


class Application(FastAPI):
    """FastAPI, and beside it the routes that take facts: guarded, refused and counted as any other."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self._hot: dict[str, ASGIApp] = {}

    def add_hot(self, path: str, endpoint: Endpoint) -> None:
        """Answer POST to an address at once; what else comes there goes the long way."""
        self._hot[path] = guard.Guard(ServerErrorMiddleware(_Direct(endpoint), handler=guard.handle))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "POST" and (hot := self._hot.get(scope["path"])) is not None:
            await hot(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


class _Direct:
    """One endpoint without a router; every refusal becomes the answer that it would become behind one."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            response = await self._endpoint(request)
        except (Refused, Unavailable, Again) as error:
            response = await guard.handle(request, error)
        await response(scope, receive, send)
