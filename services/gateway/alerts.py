"""What people may do with an alert: each is a decision, and says what was on the screen when it was made."""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Mapping
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from kernel.decide import Decision
from kernel.views import View
from services.gateway.access import Caller
from services.gateway.acting import act, one
from services.gateway.body import command
from services.gateway.parts import Parts
from services.gateway.problem import refuse
from services.gateway.reading import freshness, waited

ACTIONS = {
    "claim": "alert.claim",
    "acknowledge": "alert.acknowledge",
    "handover": "alert.hand_over",
    "snooze": "alert.snooze",
    "clarify": "alert.clarify",
    "close": "alert.close",
    "reopen": "alert.reopen",
}
"""Last part of the address → name of the decision."""

KEY = "alert_id"
SHOWN = ("version", "raises")
"""Columns that stand for what was shown: what people have done (counted), and the raises behind the alert."""


class Alerts:
    """`GET /v1/alerts/{id}` and `POST /v1/alerts/{id}/<action>`, over the one view whose key is an alert."""

    def __init__(self, parts: Parts, processor: str, view: View) -> None:
        self._parts, self._processor, self._view = parts, processor, view
        self._decisions: Mapping[str, Decision[Any]] = {d.name: d for d in parts.decisions}

    async def read(self, request: Request) -> Response:
        """One alert with the ETag that an action needs."""
        caller = self._parts.access.caller(request, await self._parts.clock.now())
        await waited(self._parts, request, self._processor)
        row, headers = await self._row(request, caller)
        etag = seen(self._parts.cursor_key, row)
        if request.headers.get("if-none-match") == etag:
            return Response(status_code=304, headers={"ETag": etag, **headers})
        return Response(orjson.dumps(row, default=str), 200, {"ETag": etag, **headers}, "application/json")

    async def act(self, request: Request) -> Response:
        """Decide and state; 428 without If-Match, 412 when somebody else has acted, 409 when it may not be done."""
        decision = self._decisions.get(ACTIONS.get(request.path_params["action"], ""))
        if decision is None:
            raise refuse(404, "not_there", "there is no such action")
        caller = self._parts.access.caller(request, await self._parts.clock.now())
        row, _ = await self._row(request, caller)
        given = request.headers.get("if-match")
        if given is None:
            raise refuse(428, "if_match", "send If-Match with the ETag of the alert as it was shown")
        shown = understood(self._parts.cursor_key, str(row[KEY]), given)
        body = {**await command(request), **shown, KEY: str(row[KEY])}
        return await act(self._parts, request, caller, decision, str(row["client_ref"]), body)

    async def _row(self, request: Request, caller: Caller) -> tuple[Mapping[str, Any], dict[str, str]]:
        answer = await one(self._parts, request, caller, self._processor, self._view, KEY)
        return answer.rows[0], freshness(answer)


def seen(key: bytes, row: Mapping[str, Any]) -> str:
    """The ETag of an alert: it carries, signed, what was shown, so that a close can name exactly that."""
    body = orjson.dumps([row.get(name) for name in SHOWN], option=orjson.OPT_SORT_KEYS, default=str)
    tag = _mac(key, str(row[KEY]), body)
    return '"' + base64.urlsafe_b64encode(tag + body).decode().rstrip("=") + '"'


def understood(key: bytes, alert: str, etag: str) -> dict[str, Any]:
    """What an If-Match says was shown; Refused 412 for a tag that this alert never had."""
    text = etag.strip().strip('"')
    try:
        if not text.isascii():
            raise ValueError("not a tag of ours")
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error) as error:
        raise refuse(412, "stale", "this is no ETag of this alert; read it again") from error
    if not hmac.compare_digest(raw[:16], _mac(key, alert, raw[16:])):
        raise refuse(412, "stale", "this is no ETag of this alert; read it again")
    version, raises = orjson.loads(raw[16:])
    return {"seen_version": version, "shown": raises}


def _mac(key: bytes, alert: str, body: bytes) -> bytes:
    return hmac.digest(key, b"alert" + alert.encode() + body, "sha256")[:16]
