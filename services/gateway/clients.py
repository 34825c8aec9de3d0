"""From a personal identity code to a client_ref, without telling whether the person had been known."""

from __future__ import annotations

import orjson
from starlette.requests import Request
from starlette.responses import Response

from kernel.errors import Problem, Refused
from services.gateway.access import Caller
from services.gateway.body import command
from services.gateway.identity import IdentityCode
from services.gateway.parts import Parts
from services.gateway.problem import refuse
from services.gateway.waiting import soon


class Clients:
    """`POST /v1/clients/resolve`."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        stated = [cls.meta for cls in parts.rulebook.events.values()]
        self._may = frozenset(code for meta in stated if meta.person is not False for code in meta.stated_by)

    async def resolve(self, request: Request) -> Response:
        """Always 200 with the ref for a well-formed code; limited per organisation, and logged."""
        caller = self._parts.access.caller(request, await self._parts.clock.now())
        if caller.types.isdisjoint(self._may):
            raise refuse(403, "not_for_you", "your organisation states nothing about persons")
        headers = self._parts.resolving.take(caller.org)
        code = self._code(caller, await command(request))
        ref = await soon(self._parts.records.resolve(code.text, caller.org, caller.user))
        return Response(orjson.dumps({"client_ref": ref}), 200, headers, "application/json")

    def _code(self, caller: Caller, body: dict[str, object]) -> IdentityCode:
        given = body.get("identity_code")
        try:
            if not isinstance(given, str):
                raise Refused(422, [Problem("/identity_code", "missing", "give the personal identity code as a text")])
            return IdentityCode.parse(given, allow_test=self._parts.settings.profile == "development")
        except Refused as error:
            problems = [Problem("/identity_code", p.code, p.detail) for p in error.problems]
            self._parts.refusals.count(caller.org, "", problems)
            raise Refused(422, problems) from error
