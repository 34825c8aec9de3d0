"""The description of what may be asked and taken before work begins, and of settling work done twice."""

from __future__ import annotations

from typing import Any, get_args

from schemas.codes import DismissReason, ResolveAction, ServiceType
from schemas.work_catalogue import CATALOGUE, RepeatReason
from services.gateway.duplicates import ACTIONS
from services.gateway.openapi import TEXT, in_path, json_of, operation, query, ref, refusals

SECONDS = {"type": "integer", "minimum": 1, "maximum": 28_800, "default": 1800}
TOKEN = {"type": "integer", "minimum": 1}
KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "The same key gets its first answer again for 24 hours; with another body: 422.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 257},
}
MATCH = {"name": "If-Match", "in": "header", "required": False, "schema": TEXT}
BY = {
    "type": "array",
    "description": "What stands in the way, as far as you may know: often nothing.",
    "items": {
        "type": "object",
        "properties": {
            **{name: TEXT for name in ("item", "work", "state", "org", "holder", "lead_role", "contact_team")},
            "why": {"enum": ["same", "excludes"]},
            "since": {"type": "string", "format": "date-time"},
            "until": {"type": ["string", "null"], "format": "date-time"},
        },
    },
}
CLAIM = {
    "type": "object",
    "required": ["claim_id", "fencing_token", "expires_at"],
    "properties": {
        "claim_id": {"type": "string", "format": "uuid"},
        "fencing_token": TOKEN,
        "expires_at": {"type": "string", "format": "date-time"},
        "work": TEXT,
        "holder": TEXT,
    },
}
_ASKED: dict[str, Any] = {
    "client_ref": {"type": "string", "format": "uuid"},
    "work": {"enum": sorted(CATALOGUE)},
    "service_type": {"enum": sorted(get_args(ServiceType))},
    "matter": {"type": "string", "pattern": r"^[a-z0-9][a-z0-9_.-]{0,63}$"},
    "holder": {"type": "string", "pattern": r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"},
    "reason": {"enum": sorted(get_args(RepeatReason))},
}
_REFUSED = (400, 401, 403, 404, 408, 409, 413, 415, 422, 503)


def intents() -> dict[str, Any]:
    """May I start this?"""
    answer = {
        "type": "object",
        "required": ["answer", "intent_id", "by"],
        "properties": {"answer": {"enum": ["clear", "covered", "conflict"]}, "intent_id": TEXT, "by": BY},
    }
    body = {**_ASKED, "planned_on": {"type": "string", "format": "date"}}
    return _posted("May I start this work?", {"200": ("What you may know", answer)}, body, ["client_ref", "work"], 429)


def claims() -> dict[str, Any]:
    """Take the work."""
    answers = {"201": ("The work is yours", CLAIM), "200": ("It was yours already", CLAIM)}
    return _posted("Take a piece of work", answers, {**_ASKED, "lease_seconds": SECONDS}, ["client_ref", "work"], 429)


def renewals() -> dict[str, Any]:
    """Hold it for longer."""
    body = {"fencing_token": TOKEN, "lease_seconds": SECONDS}
    described = _posted("Hold a claim for longer", {"200": ("The claim", CLAIM)}, body, [], 429)
    return {**described, "parameters": [*in_path("id"), KEY]}


def releases() -> dict[str, Any]:
    """Let it go."""
    answers = {"204": {"description": "Let go"}, **refusals(*sorted((*_REFUSED, 429)))}
    body = {"required": False, "content": json_of({"type": "object", "properties": {"fencing_token": TOKEN}})}
    parameters = [*in_path("id"), query("fencing_token", TOKEN)]
    return operation("Let a claim go", answers, parameters=parameters, requestBody=body)


def settling() -> dict[str, Any]:
    """Confirm, dismiss or resolve."""
    stated = {"type": "object", "properties": {"stated": {"type": "array", "items": ref("Receipt")}}}
    body = {
        "reason": {"type": "string", "x-known-codes": _codes(DismissReason)},
        "action": {"enum": sorted(get_args(ResolveAction))},
        "kept_item": {"type": "string", "format": "uuid"},
    }
    described = _posted("Settle work suspected of being done twice", {"200": ("Done", stated)}, body, [], 412)
    parameters = [*in_path("id"), {**in_path("action")[0], "schema": {"enum": sorted(ACTIONS)}}, MATCH, KEY]
    return {**described, "parameters": parameters}


def _posted(
    summary: str, good: dict[str, tuple[str, Any]], body: dict[str, Any], required: list[str], *more: int
) -> dict[str, Any]:
    answers = {status: {"description": text, "content": json_of(schema)} for status, (text, schema) in good.items()}
    asked = {"type": "object", "properties": body, **({"required": required} if required else {})}
    return operation(
        summary,
        {**answers, **refusals(*sorted({*_REFUSED, *more}))},
        parameters=[KEY],
        requestBody={"required": bool(required), "content": json_of(asked)},
    )


def _codes(kind: Any) -> list[str]:
    return sorted(get_args(get_args(kind)[0]))
