"""What has become of a fact: stored, applied by each processor, or held."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

import orjson
from starlette.requests import Request
from starlette.responses import Response

from services.gateway.parts import Found, Parts
from services.gateway.problem import refuse
from services.gateway.waiting import soon

PREFIX = "/v1/receipts/"


class Receipts:
    """`GET /v1/receipts/{source}/{id}`, for the organisation that stated the fact and nobody else."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def read(self, request: Request) -> Response:
        """The receipt again, with `applied` per processor and `held` where the person waits."""
        caller = self._parts.access.caller(request, await self._parts.clock.now())
        source, id_ = _names(request)
        mine = source.startswith(f"urn:polku:{caller.org}:")
        found = await soon(self._parts.records.find(source, id_)) if mine else None
        if found is None:
            raise refuse(404, "not_there", "there is no such receipt for your organisation")
        return Response(orjson.dumps(_shown(found)), 200, media_type="application/json")


def _names(request: Request) -> tuple[str, str]:
    """Both parts of the path, each percent-encoded by itself: an id may hold a slash."""
    raw: bytes = request.scope.get("raw_path") or request.scope["path"].encode()
    parts = raw.decode("ascii")[len(PREFIX) :].split("/")
    try:
        source, id_ = (unquote(part, errors="strict") for part in parts)
    except ValueError as error:  # not two parts, or no UTF-8
        raise refuse(
            404, "not_there", "a receipt stands under /v1/receipts/{source}/{id}, each percent-encoded"
        ) from error
    if "\x00" in source or "\x00" in id_:
        raise refuse(404, "not_there", "there is no such receipt for your organisation")
    return source, id_


def _shown(found: Found) -> dict[str, Any]:
    receipt = found.receipt
    body: dict[str, Any] = {
        "source": receipt.source,
        "id": receipt.id,
        "lane": receipt.lane,
        "seq": receipt.seq,
        "digest": receipt.digest,
        "applied": dict(found.applied),
    }
    body |= {"target": found.target} if found.target else {}
    return {**body, "held": list(found.held)} if found.held else body
