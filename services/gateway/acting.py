"""What people may do with something that a view shows: find it for them, decide, and state it once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

import orjson
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from kernel.decide import Decision, NotAllowed, NotThere, Stale
from kernel.views import View
from services.gateway.access import Caller
from services.gateway.admit import problems_of
from services.gateway.first_answer import once
from services.gateway.identity import looks_like_identity_code
from services.gateway.parts import Answer, Parts, Question
from services.gateway.problem import Rejected, refuse
from services.gateway.waiting import soon


async def one(parts: Parts, request: Request, caller: Caller, processor: str, view: View, key: str) -> Answer:
    """The row of a view whose key stands in the address; Refused 404 when it is not there, or not the caller's."""
    try:
        id_ = str(UUID(request.path_params["id"]))
    except ValueError as error:
        raise not_there() from error
    answer = await soon(parts.reading.read(caller, processor, view, Question({key: id_}, limit=1)))
    if not answer.rows:
        raise not_there()
    return answer


async def act(
    parts: Parts, request: Request, caller: Caller, decision: Decision[Any], ref: str, body: Mapping[str, Any]
) -> Response:
    """Decide and state, or give the first answer to this Idempotency-Key again; receipts of what was stated."""
    try:
        wanted = decision.command.model_validate_json(orjson.dumps(body))
    except ValidationError as error:
        raise refuse_all(error) from error
    no_codes(decision, body)

    async def work(id_: str) -> Response:
        try:
            settled = await soon(parts.deciding.settle(decision, ref, wanted, caller.actor, id_))
        except Stale as error:
            raise refuse(412, "stale", "somebody else has done something since; read it again") from error
        except NotAllowed as error:
            raise refuse(409, error.code, error.detail) from error
        except NotThere as error:
            raise not_there() from error
        except ValidationError as error:  # what the token calls its user is no name that a fact may carry
            raise refuse_all(error) from error
        stated = [
            {"source": r.source, "id": r.id, "lane": r.lane, "seq": r.seq, "digest": r.digest} for r in settled.receipts
        ]
        return Response(orjson.dumps({"stated": stated}), 200, media_type="application/json")

    return await once(parts, request, caller, {"decision": decision.name, **body}, work, ref)


def no_codes(decision: Decision[Any], body: Mapping[str, Any]) -> None:
    """Refused 422 when a text of a command holds a personal identity code: it would be stated, or kept."""
    for name, value in body.items():
        if isinstance(value, str) and looks_like_identity_code(value):
            at = f"/{name}" if name in decision.command.model_fields else "/*"
            raise refuse(422, "identity_code", "this holds a personal identity code", at)


def refuse_all(error: ValidationError) -> Rejected:
    """Everything that is wrong with a command; a name that a sender has made up could be anything, and becomes `*`."""
    rejected = refuse(422, "rules", "the command breaks a rule")
    found = problems_of(error, "")
    rejected.problems = tuple(replace(p, pointer="/*") if p.code == "extra_forbidden" else p for p in found)
    return rejected


def not_there() -> Rejected:
    """The same whether there is no such thing or it is somebody else's."""
    return refuse(404, "not_there", "there is no such thing for you")
