"""The pages for people: worklist, alerts, double work, what falls due, and what operations watch; without script."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import structlog
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from kernel import observe
from kernel.decide import Decider, NotThere
from kernel.disclosure import Gate, load_policy
from kernel.errors import Unavailable
from kernel.keys import DIGEST, FileKms
from kernel.organisations import load
from kernel.pg_journal import connect
from kernel.processor import full_catalogue
from kernel.settings import Settings
from services.console import duplicates as double
from services.console.alerts import act, alert, back
from services.console.attendance import attendance, record
from services.console.door import AtTheDoor
from services.console.forecast import forecast
from services.console.frame import Frame, message
from services.console.inbox import inbox
from services.console.operations import operations
from services.console.sign_in import choose, enter, leave

HERE = Path(__file__).parent
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


def build(frame: Frame, secret: str) -> Starlette:
    """The application; `secret` signs the session cookie."""
    app = Starlette(
        routes=[
            Route("/sign-in", choose, methods=["GET"]),
            Route("/sign-in", enter, methods=["POST"]),
            Route("/sign-out", leave, methods=["POST"]),
            Route("/", inbox, methods=["GET"]),
            Route("/alerts/{alert_id:uuid}", alert, methods=["GET"]),
            Route("/alerts/{alert_id:uuid}/{action}", act, methods=["POST"]),
            Route("/alerts/{alert_id:uuid}/{action}", back, methods=["GET"]),
            Route("/duplicates", double.duplicates, methods=["GET"]),
            Route("/duplicates/{duplicate_id:uuid}", double.duplicate, methods=["GET"]),
            Route("/duplicates/{duplicate_id:uuid}/{action}", double.act, methods=["POST"]),
            Route("/duplicates/{duplicate_id:uuid}/{action}", double.back, methods=["GET"]),
            Route("/attendance", attendance, methods=["GET"]),
            Route("/attendance", record, methods=["POST"]),
            Route("/forecast", forecast, methods=["GET"]),
            Route("/ops", operations, methods=["GET"]),
            Route("/healthz", healthz, methods=["GET"]),
            Mount("/static", StaticFiles(directory=HERE / "static")),
        ],
        middleware=[Middleware(SessionMiddleware, secret_key=secret, same_site="strict", max_age=8 * 3600)],
        exception_handlers={Unavailable: unavailable, NotThere: not_found, 404: not_found, 403: forged},
    )
    app.state.frame = frame
    app.add_middleware(_Secure)
    return app


class _Secure:
    """Adds the security headers to every answer, and starts each session with a token against forged forms."""

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async def secured(message: Any) -> None:
            if message["type"] == "http.response.start":
                fixed = [(k.lower().encode(), v.encode()) for k, v in HEADERS.items()]
                message["headers"] = [*message["headers"], *fixed]
            await send(message)

        await self._app(scope, receive, secured)


async def healthz(_request: Request) -> Response:
    """The process serves."""
    return Response("ok\n", media_type="text/plain")


async def unavailable(request: Request, error: Exception) -> Response:
    """A calm page when the data cannot be reached."""
    structlog.get_logger("console").warning("page_unavailable", path=request.url.path, reason=type(error).__name__)
    return message(request, "unavailable", "unavailable_help", 503)


async def not_found(request: Request, _error: Exception) -> Response:
    """The same page for what is not there and for what is not yours."""
    return message(request, "not_found", "not_found_help", 404)


async def forged(request: Request, _error: Exception) -> Response:
    """A form that this site did not make, or an old one after signing in anew."""
    return message(request, "forged", "forged_help", 403)


async def open_frame(settings: Settings) -> Frame:
    """Everything that the pages need, opened."""
    journal = await connect(settings, "polku_console", size=8)
    return Frame(
        settings=settings,
        organisations=load(settings.organisations),
        journal=journal,
        gate=Gate(journal.pool, load_policy(settings.policy)),
        decider=Decider(journal, full_catalogue()),
        door=AtTheDoor(settings),
        form_key=hashlib.sha256(await journal.keys.mac(DIGEST, b"polku forms of the pages")).digest(),
    )


async def patiently(open_: Callable[[], Awaitable[Frame]]) -> Frame:
    """Wait for a database that does not serve yet."""
    while True:
        try:
            return await open_()
        except Unavailable as error:
            structlog.get_logger("console").warning("console_waits", reason=str(error))
            await asyncio.sleep(1)


@asynccontextmanager
async def _closing(frame: Frame) -> Any:
    try:
        yield frame
    finally:
        await frame.door.close()
        await frame.journal.close()


async def serve(settings: Settings) -> None:
    """Serve until told to stop."""
    if settings.profile == "production":
        raise PermissionError("POLKU_PROFILE: the development sign-in is not for production")
    kms = FileKms(settings.kms)
    secret = (await kms.mac("cursor", b"console-session")).hex()
    async with _closing(await patiently(lambda: open_frame(settings))) as frame:
        config = uvicorn.Config(
            build(frame, secret),
            host=settings.host,
            port=settings.port_console,
            access_log=False,
            log_config=None,
            server_header=False,
            timeout_graceful_shutdown=3,
        )
        await uvicorn.Server(config).serve()


def main(settings: Settings) -> None:
    """Run the pages."""
    observe.start(settings)
    asyncio.run(serve(settings))
