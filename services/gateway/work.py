"""Before work begins: asking whether one may start, and taking the work so that nobody else starts it too."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import orjson
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from kernel.decide import Decision, NotAllowed, NotThere, Settled
from kernel.facts import Event
from schemas.work_catalogue import CATALOGUE
from services.gateway.access import Caller
from services.gateway.acting import no_codes, refuse_all
from services.gateway.body import command
from services.gateway.first_answer import key_of, once
from services.gateway.in_the_way import in_a_word, told
from services.gateway.parts import Begun, Parts
from services.gateway.problem import Rejected, refuse
from services.gateway.waiting import soon

FENCE = "fencing_token"


class Before:
    """`POST /v1/intents`, `POST /v1/claims`, `POST /v1/claims/{id}/renew` and `DELETE /v1/claims/{id}`."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._decisions: Mapping[str, Decision[Any]] = {d.name: d for d in parts.decisions}

    async def intend(self, request: Request) -> Response:
        """`clear`, `covered` or `conflict`, as far as the caller may know; the intent is taken down in any case."""
        caller, ref, body = await self._asked(request, "work.intend", "intent_id")

        async def work(id_: str) -> Response:
            settled = await self._settle("work.intend", caller, ref, {**body, "intent_id": id_}, id_)
            by = await told(self._parts, self._decisions["work.intend"].shows, settled, body["work"], caller)
            return _json(200, {"answer": in_a_word(by), "intent_id": id_, "by": by})

        with self._parts.working.counted(caller.org) as quota:
            await self._known(ref)
            return _with(quota, await self._once(request, caller, ref, "work.intend", body, work))

    async def claim(self, request: Request) -> Response:
        """201 for the one who gets the work, 409 for everybody else with no more than the caller may know."""
        caller, ref, body = await self._asked(request, "work.claim", "claim_id")

        async def work(id_: str) -> Response:
            settled = await self._settle("work.claim", caller, ref, {**body, "claim_id": id_}, id_)
            claim = settled.answer.get("claim")
            if claim is not None:
                status = 201 if settled.answer["first"] else 200
                return _json(status, {**claim, "work": body["work"], "holder": body["holder"]})
            by = await told(self._parts, self._decisions["work.claim"].shows, settled, body["work"], caller)
            taken = refuse(409, "taken", "somebody else has this work, or work that excludes it")
            taken.more["by"] = by
            raise taken

        with self._parts.working.counted(caller.org) as quota:
            await self._known(ref)
            return _with(quota, await self._once(request, caller, ref, "work.claim", body, work))

    async def renew(self, request: Request) -> Response:
        """Hold a claim for longer; 409 when it is over or the token is another's, 404 when it is not the caller's."""
        caller = self._parts.access.caller(request, await self._parts.clock.now())
        id_, body = _named(request), await command(request)
        self._command("work.renew", {**body, "claim_id": id_})
        key_of(request)
        with self._parts.working.counted(caller.org) as quota:
            ref = await self._whose(id_, caller)

            async def work(fact: str) -> Response:
                settled = await self._settle("work.renew", caller, _there(ref), {**body, "claim_id": id_}, fact)
                return _json(200, settled.answer["claim"])

            return _with(quota, await once(self._parts, request, caller, body, work, ref))

    async def release(self, request: Request) -> Response:
        """Let a claim go; twice is once. The token may stand in the address or in the body, as with a renewal."""
        caller = self._parts.access.caller(request, await self._parts.clock.now())
        id_, given = _named(request), await command(request)
        body = {**given, **_token(request, given), "claim_id": id_}
        self._command("work.release", body)
        with self._parts.working.counted(caller.org) as quota:
            await self._settle("work.release", caller, _there(await self._whose(id_, caller)), body, None)
            return _with(quota, Response(status_code=204))

    async def _asked(self, request: Request, name: str, id_name: str) -> tuple[Caller, str, dict[str, Any]]:
        """Who asks, about whom, and for what. 403 for work that the organisation may not do, before any look-up."""
        caller = self._parts.access.caller(request, await self._parts.clock.now())
        body: dict[str, Any] = await command(request)
        work = body.get("work")
        if not isinstance(work, str) or work not in CATALOGUE:
            raise refuse(422, "work", "work must be a code of the work catalogue", "/work")
        if caller.types.isdisjoint(CATALOGUE[work].may):
            raise refuse(403, "work_not_yours", "your organisation may not do this work", "/work")
        ref = _ref(body.pop("client_ref", None))
        if "holder" not in body and name == "work.claim" and caller.user == caller.org:
            raise refuse(
                422, "missing", "a system names the holder: else two of its people would both have it", "/holder"
            )
        body.setdefault("holder", caller.user)
        no_codes(self._decisions[name], body)
        self._command(name, {**body, id_name: ""})
        key_of(request)
        return caller, ref, body

    async def _known(self, ref: str) -> None:
        if ref not in await soon(self._parts.records.known([ref])):
            raise refuse(422, "unknown_subject", "there is no such client_ref", "/client_ref")

    async def _once(
        self,
        request: Request,
        caller: Caller,
        ref: str,
        name: str,
        body: Mapping[str, Any],
        work: Callable[[str], Awaitable[Response]],
    ) -> Response:
        """The first answer once more only as far as the gate lets it by now, and logged as it was."""

        async def again(kept: Begun) -> Begun:
            first = orjson.loads(kept.answer)
            if not first.get("by"):
                return kept
            reading = replace(self._decisions[name], decide=_nothing, answer=None)
            try:
                settled = await soon(self._parts.deciding.settle(reading, ref, None, caller.actor))
            except NotThere as error:
                raise _not_there() from error
            shown = replace(settled, answer={"shown": first["by"]})
            by = await told(self._parts, reading.shows, shown, body["work"], caller)
            if orjson.loads(orjson.dumps(by)) == first["by"]:
                return kept
            changed = {**first, "by": by, **({"answer": in_a_word(by)} if "answer" in first else {})}
            return replace(kept, answer=orjson.dumps(changed))

        return await once(self._parts, request, caller, {"client_ref": ref, **body}, work, ref, again)

    async def _whose(self, claim: str, caller: Caller) -> str | None:
        """Whose work the caller's organisation has claimed under this id, asked only of what is well formed; None when
        nobody did or another organisation has: both are found out by the same look-up.
        """
        return await soon(self._parts.records.person_of(claim, caller.org))

    async def _settle(self, name: str, caller: Caller, ref: str, body: Mapping[str, Any], id_: str | None) -> Settled:
        wanted = self._command(name, body)
        try:
            return await soon(self._parts.deciding.settle(self._decisions[name], ref, wanted, caller.actor, id_))
        except NotAllowed as error:
            raise refuse(409, error.code, error.detail) from error
        except NotThere as error:
            raise _not_there() from error

    def _command(self, name: str, body: Mapping[str, Any]) -> Any:
        try:
            return self._decisions[name].command.model_validate_json(orjson.dumps(body))
        except ValidationError as error:
            raise refuse_all(error) from error


def _ref(given: object) -> str:
    try:
        if not isinstance(given, str) or len(given) > 40:
            raise ValueError("not a reference")
        return str(UUID(given))
    except ValueError as error:
        raise refuse(422, "client_ref", "client_ref must be a UUID", "/client_ref") from error


def _with(headers: Mapping[str, str], response: Response) -> Response:
    response.headers.update(headers)
    return response


def _nothing(*_: Any) -> Sequence[Event]:
    return ()


def _token(request: Request, body: Mapping[str, object]) -> dict[str, int]:
    """The fencing token of the address. Nothing that may be meant as one is passed over: 400 for what is no token, for
    another than the body's, and for any other parameter.
    """
    told = dict(request.query_params)
    token = told.pop(FENCE, None)
    if told:
        raise refuse(400, "unknown_parameter", f"only {FENCE} may stand in the address", "/*")
    if token is None:
        return {}
    if not (token.isascii() and token.isdigit() and len(token) <= 18):
        raise refuse(400, FENCE, f"{FENCE} is a number", f"/{FENCE}")
    if body.get(FENCE, int(token)) != int(token):
        raise refuse(400, FENCE, f"{FENCE} is one in the address and another in the body", f"/{FENCE}")
    return {FENCE: int(token)}


def _there(ref: str | None) -> str:
    if ref is None:
        raise _not_there()
    return ref


def _named(request: Request) -> str:
    """The id of a claim as the address has it; 404 when it can be none."""
    try:
        return str(UUID(request.path_params["id"]))
    except ValueError as error:
        raise _not_there() from error


def _json(status: int, body: Mapping[str, Any]) -> Response:
    return Response(orjson.dumps(body), status, media_type="application/json")


def _not_there() -> Rejected:
    return refuse(404, "not_there", "there is no such claim for you")
