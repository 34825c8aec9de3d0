"""Whether the door lives, and whether it can take facts."""

from __future__ import annotations

import orjson
from starlette.requests import Request
from starlette.responses import Response

from kernel.errors import Again, Unavailable
from services.gateway.parts import Parts
from services.gateway.problem import refuse
from services.gateway.waiting import PATIENCE_OF_A_PROBE, soon


class Health:
    """`GET /healthz` and `GET /readyz`."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def alive(self, _: Request) -> Response:
        """200 while the process answers at all."""
        return Response(b'{"status":"alive"}', 200, media_type="application/json")

    async def ready(self, _: Request) -> Response:
        """200 when the journal takes facts and every processor has its places, else 503 with what is missing."""
        try:
            missing = await soon(self._parts.records.ready(), PATIENCE_OF_A_PROBE)
        except (Unavailable, Again) as error:
            raise refuse(503, "not_ready", "the journal cannot be written", Retry_After="1") from error
        if missing:
            raise refuse(503, "not_ready", missing, Retry_After="1")
        return Response(orjson.dumps({"status": "ready"}), 200, media_type="application/json")
