"""The description of the door: every route, what it takes and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.gateway.alerts import ACTIONS
from services.gateway.problem import KINDS, MEDIA_TYPE

VERSION = "1"
TEXT = {"type": "string"}
RECEIPT = {
    "type": "object",
    "required": ["source", "id", "lane", "seq", "digest"],
    "properties": {
        "source": TEXT,
        "id": TEXT,
        "lane": {"type": "integer"},
        "seq": {"type": "integer"},
        "digest": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
    },
}
PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "errors"],
    "properties": {
        "type": TEXT,
        "title": TEXT,
        "status": {"type": "integer"},
        "detail": TEXT,
        "instance": TEXT,
        "trace_id": TEXT,
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "code", "detail"],
                "properties": {"pointer": TEXT, "code": TEXT, "detail": TEXT},
            },
        },
        "items": {"type": "array", "items": {"type": "object"}},
    },
}
EVENT = {
    "type": "object",
    "required": ["specversion", "id", "source", "type", "time", "data"],
    "properties": {
        "specversion": {"const": "1.0"},
        "id": {"type": "string", "minLength": 1, "maxLength": 255},
        "source": {"type": "string", "pattern": "^urn:polku:[0-9]{7}-[0-9]:"},
        "type": {"type": "string", "pattern": r"^fi\.polku\."},
        "time": {"type": "string", "format": "date-time"},
        "subject": {"type": "string", "format": "uuid"},
        "recordedtime": {"type": "string", "format": "date-time"},
        "corrects": {"type": "string"},
        "data": {"type": "object"},
    },
}
KINDS_OF_COLUMN: Mapping[str, Mapping[str, Any]] = {
    "uuid": {"type": "string", "format": "uuid"},
    "date": {"type": "string", "format": "date"},
    "timestamptz": {"type": "string", "format": "date-time"},
    "integer": {"type": "integer"},
    "boolean": {"type": "boolean"},
    "jsonb": {},
    "text[]": {"type": "array", "items": TEXT},
}


def ref(name: str) -> dict[str, str]:
    """A reference to a schema of this document."""
    return {"$ref": f"#/components/schemas/{name}"}


def json_of(schema: Any, media: str = "application/json") -> dict[str, Any]:
    """The content of one media type."""
    return {media: {"schema": schema}}


def refusals(*statuses: int) -> dict[str, Any]:
    """The answers of problem+json for these statuses."""
    return {str(s): {"description": KINDS[s][1], "content": json_of(ref("Problem"), MEDIA_TYPE)} for s in statuses}


def operation(summary: str, answers: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """One operation as FastAPI takes it in `openapi_extra`."""
    return {"summary": summary, "responses": dict(answers), **more}


def events(summary: str, good: str) -> dict[str, Any]:
    """What may be posted as an event, in its three modes, or as rows of a file."""
    content = {
        **json_of(ref("Event"), "application/cloudevents+json"),
        **json_of({"type": "array", "maxItems": 500, "items": ref("Event")}, "application/cloudevents-batch+json"),
        **json_of({"type": "object", "description": "data alone, with ce- headers"}),
        **json_of({"type": "string", "description": "a header row, then at most 500 rows with ; between"}, "text/csv"),
    }
    parameters = [
        {"name": name, "in": "header", "required": False, "description": what, "schema": TEXT}
        for name, what in (
            ("Prefer", "handling=lenient: what is good is stored, and each event or row is told its own fate"),
            ("Polku-Type", "text/csv: the type of every row, when no column says it"),
            ("Polku-Source", "text/csv: the source of every row, when no column says it"),
        )
    ]
    answers = {
        good: {
            "description": "Stored, or found good",
            "content": json_of(
                {"oneOf": [ref("Receipt"), {"type": "array", "items": ref("Receipt")}, {"type": "object"}]}
            ),
        },
        **refusals(400, 401, 403, 408, 410, 413, 415, 422, 503),
    }
    if good == "202":
        answers["207"] = {"description": "One fate per event", "content": json_of({"type": "array"})}
    return operation(summary, answers, parameters=parameters, requestBody={"required": True, "content": content})


def query(name: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    """An optional query parameter."""
    return {"name": name, "in": "query", "required": False, "schema": dict(schema)}


def in_path(*names: str) -> list[dict[str, Any]]:
    """Path parameters."""
    return [{"name": n, "in": "path", "required": True, "schema": TEXT} for n in names]


def action() -> dict[str, Any]:
    """What may be done with an alert."""
    match = {"name": "If-Match", "in": "header", "required": True, "schema": TEXT}
    key = {"name": "Idempotency-Key", "in": "header", "required": False, "schema": TEXT}
    parameters = [*in_path("id"), {**in_path("action")[0], "schema": {"enum": sorted(ACTIONS)}}, match, key]
    stated = {"type": "object", "properties": {"stated": {"type": "array", "items": ref("Receipt")}}}
    answers = {"200": {"description": "Done", "content": json_of(stated)}}
    return operation(
        "Do something with an alert",
        {**answers, **refusals(400, 401, 403, 404, 408, 409, 412, 413, 415, 422, 428, 503)},
        parameters=parameters,
        requestBody={"required": False, "content": json_of({"type": "object"})},
    )


def finished(document: dict[str, Any]) -> dict[str, Any]:
    """The whole document: shared schemas, the token, and where it is served."""
    document.setdefault("components", {}).setdefault("schemas", {}).update(
        Receipt=RECEIPT,
        Problem=PROBLEM,
        Event=EVENT,
        AsOf={"type": "object", "properties": {"position": TEXT, "time": {"type": ["string", "null"]}}},
    )
    document["components"]["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
        "xroad": {
            "type": "mutualTLS",
            "description": "X-Road: the security server's own connection, with X-Road-Client",
        },
    }
    document["security"] = [{"token": []}, {"xroad": []}]
    document["servers"] = [{"url": "/"}]
    return document
