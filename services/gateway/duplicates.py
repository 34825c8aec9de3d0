"""What people may do with work suspected of being done twice: confirm, dismiss or resolve it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from kernel.decide import Decision
from kernel.views import View
from services.gateway.acting import act, one
from services.gateway.body import command
from services.gateway.parts import Parts
from services.gateway.problem import refuse
from services.gateway.reading import freshness, waited

ACTIONS = {"confirm": "duplicate.confirm", "dismiss": "duplicate.dismiss", "resolve": "duplicate.resolve"}
"""Last part of the address → name of the decision."""

KEY = "duplicate_id"


class Duplicates:
    """`GET /v1/duplicates/{id}` and `POST /v1/duplicates/{id}/<action>`, over the one view of such suspicions."""

    def __init__(self, parts: Parts, processor: str, view: View) -> None:
        self._parts, self._processor, self._view = parts, processor, view
        self._decisions: Mapping[str, Decision[Any]] = {d.name: d for d in parts.decisions}

    async def read(self, request: Request) -> Response:
        """One suspicion with its ETag."""
        caller = self._parts.access.caller(request, await self._parts.clock.now())
        await waited(self._parts, request, self._processor)
        answer = await one(self._parts, request, caller, self._processor, self._view, KEY)
        etag, headers = _tag(answer.rows[0]), freshness(answer)
        if request.headers.get("if-none-match") == etag:
            return Response(status_code=304, headers={"ETag": etag, **headers})
        body = orjson.dumps(answer.rows[0], default=str)
        return Response(body, 200, {"ETag": etag, **headers}, "application/json")

    async def act(self, request: Request) -> Response:
        """Decide and state. If-Match is not asked for (the journal decides), but a stale one is refused with 412."""
        decision = self._decisions.get(ACTIONS.get(request.path_params["action"], ""))
        if decision is None:
            raise refuse(404, "not_there", "there is no such action")
        caller = self._parts.access.caller(request, await self._parts.clock.now())
        answer = await one(self._parts, request, caller, self._processor, self._view, KEY)
        row = answer.rows[0]
        given = request.headers.get("if-match")
        if given is not None and given.strip() not in ("*", _tag(row)):
            raise refuse(412, "stale", "this has changed since you read it; read it again")
        body = {**await command(request), KEY: str(row[KEY])}
        return await act(self._parts, request, caller, decision, str(row["client_ref"]), body)


def _tag(row: Mapping[str, Any]) -> str:
    body = orjson.dumps(row, option=orjson.OPT_SORT_KEYS, default=str)
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'
