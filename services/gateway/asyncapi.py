"""The description of what goes through Kafka: what partners may send, and what comes back refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kernel.facts import Event
from services.gateway.body import MAX_EVENT

MEDIA_TYPE = "application/cloudevents+json; charset=UTF-8"
BUSINESS_ID = {"description": "Business id of the organisation that the topic belongs to"}
REFUSAL = {
    "type": "object",
    "required": ["partition", "offset", "status", "errors"],
    "properties": {
        "partition": {"type": "integer"},
        "offset": {"type": "integer"},
        "status": {"type": "integer"},
        "errors": {"type": "array", "items": {"type": "object"}},
    },
}


def description(events: Mapping[str, type[Event]], schemas: str) -> dict[str, Any]:
    """An AsyncAPI 3.0 document; `schemas` is the address below which the JSON Schemas stand."""
    stated = [t for t, cls in sorted(events.items()) if cls.meta.stated_by]
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Polku", "version": "1", "description": "CloudEvents 1.0 over Kafka, one topic a partner."},
        "defaultContentType": MEDIA_TYPE,
        "channels": {
            "in": _channel("polku.in.{org}", "What a partner states; checked exactly as at the door", stated),
            "refused": _channel(
                "polku.refused.{org}", "What was refused, by place and rule, without content", ["refusal"]
            ),
        },
        "operations": {
            "take": {"action": "receive", "channel": {"$ref": "#/channels/in"}},
            "refuse": {"action": "send", "channel": {"$ref": "#/channels/refused"}},
        },
        "components": {
            "messages": {
                "refusal": {"contentType": "application/json", "payload": REFUSAL},
                **{type_: _message(type_, schemas) for type_ in stated},
            }
        },
    }


def _channel(address: str, text: str, messages: Iterable[str]) -> dict[str, Any]:
    return {
        "address": address,
        "description": text,
        "parameters": {"org": BUSINESS_ID},
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in messages},
    }


def _message(type_: str, schemas: str) -> dict[str, Any]:
    payload = {
        "type": "object",
        "required": ["specversion", "id", "source", "type", "time", "data"],
        "properties": {"type": {"const": type_}, "data": {"$ref": f"{schemas}{type_}"}},
        "description": f"At most {MAX_EVENT} bytes; key of the record: subject, or none.",
    }
    return {"name": type_, "contentType": MEDIA_TYPE, "payload": payload}
