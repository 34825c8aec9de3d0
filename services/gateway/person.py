"""One person, for those who may know: her situation now, and what was stated about her in order."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import orjson
from starlette.requests import Request
from starlette.responses import Response

from kernel.views import View
from services.gateway import cursor
from services.gateway.csv_table import csv_wanted
from services.gateway.parts import Parts, Question
from services.gateway.problem import refuse
from services.gateway.reading import filtered, freshness, limited, page, plain, waited
from services.gateway.waiting import soon

SHOWN = ("id", "recorded", "source", "time", "type")
"""What is told of a fact in a timeline."""

FILTERS: Mapping[str, str] = {"source": "text", "type": "text"}


class Persons:
    """`GET /v1/clients/{ref}/situation` and `/timeline`."""

    def __init__(self, parts: Parts, situation: tuple[str, View] | None) -> None:
        self._parts, self._situation = parts, situation

    async def situation(self, request: Request) -> Response:
        """What stands now; 404 for a person who is not there, or not yours."""
        ref = ref_of(request)
        caller = self._parts.access.caller(request, await self._parts.clock.now())
        if self._situation is None:
            raise not_there()
        processor, view = self._situation
        reached = await waited(self._parts, request, processor)
        answer = await soon(self._parts.reading.read(caller, processor, view, Question({"client_ref": ref}, limit=1)))
        if not answer.rows:
            raise not_there()
        more = {"as_of": answer.as_of, "stale_sources": list(answer.stale_sources)}
        body = {**answer.rows[0], **more, **({} if reached is None else {"reached": reached})}
        return Response(orjson.dumps(body, default=str), 200, freshness(answer), "application/json")

    async def timeline(self, request: Request) -> Response:
        """Facts about a person without their content, oldest first; 404 for one who is not there, or not yours."""
        ref = ref_of(request)
        caller = self._parts.access.caller(request, await self._parts.clock.now())
        given = plain(request)
        limit, continued = limited(given.pop("limit", "100")), given.pop("cursor", None)
        filters = filtered(given, FILTERS)
        scope = orjson.dumps([caller.org, "timeline", ref, sorted(filters.items())]).decode()
        after = cursor.read(self._parts.cursor_key, scope, continued) if continued is not None else None
        as_csv = csv_wanted(request)
        answer = await soon(self._parts.reading.timeline(caller, ref, Question(filters, after, limit)))
        if answer is None:
            raise not_there()
        following = cursor.sign(self._parts.cursor_key, scope, answer.last) if answer.last else None
        return page(request, answer, following, None, SHOWN if as_csv else None)


def ref_of(request: Request) -> str:
    """The person that the address names; Refused 404 when it names nobody at all."""
    try:
        return str(UUID(request.path_params["ref"]))
    except ValueError as error:
        raise not_there() from error


def not_there() -> Exception:
    """Not there, or not yours: both look alike."""
    return refuse(404, "not_there", "there is no such person for you")
