"""What one would write without Polku: a Starlette application that stores the body of each request in one row."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route


@asynccontextmanager
async def _pool(app: Starlette) -> AsyncIterator[None]:
    async with asyncpg.create_pool(os.environ["PEER_DSN"], min_size=8, max_size=8) as pool:
        app.state.pool = pool
        yield


async def _store(request: Request) -> JSONResponse:
    body = await request.body()
    event = orjson.loads(body)
    await request.app.state.pool.execute(
        "INSERT INTO public.peer VALUES ($1, $2, now()) ON CONFLICT DO NOTHING", event["id"], body.decode()
    )
    return JSONResponse({"id": event["id"]}, status_code=202)


app = Starlette(routes=[Route("/v1/events", _store, methods=["POST"])], lifespan=_pool)
