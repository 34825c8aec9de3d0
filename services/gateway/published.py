"""What may be stated and what is concluded: types, JSON Schemas and examples, for everybody to read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from kernel.facts import PREFIX, Conclusion
from kernel.rules import Rule
from schemas.catalogue import example_event, json_schema
from schemas.responsibilities.defaults import DEFAULTS, Default
from services.gateway.asyncapi import description
from services.gateway.parts import Answer, Parts
from services.gateway.problem import refuse
from services.gateway.whole import Table

JSON_SCHEMA = "application/schema+json"
ALSO = ("finding.changed", "finding.withdrawn")
MATRIX = tuple(field.name for field in fields(Default))
PUBLIC = {"Cache-Control": "public, max-age=60"}


class Types:
    """`GET /schemas/`, `/schemas/{type}` and `/schemas/concluded`; no token is needed."""

    def __init__(self, parts: Parts) -> None:
        self._parts, self._base = parts, parts.rulebook.schemas
        events = parts.rulebook.events
        stated = {t: cls for t, cls in sorted(events.items()) if cls.meta.stated_by}
        self._stated = orjson.dumps(
            [
                {
                    "type": type_,
                    "schema": f"{self._base}{type_}",
                    "stated_by": sorted(cls.meta.stated_by),
                    "example": example_event(cls),
                }
                for type_, cls in stated.items()
            ]
        )
        self._schemas = {type_: json_schema(cls) for type_, cls in events.items()}
        concluded = self._concluded_types(parts.concluded)
        conclusion = Conclusion.model_json_schema()
        self._schemas |= {f"{PREFIX}{entry['name']}.v1": conclusion for entry in concluded}
        self._asyncapi = orjson.dumps(description(events, self._base))
        self._concluded = orjson.dumps(
            [
                {"type": f"{PREFIX}{e['name']}.v1", "schema": f"{self._base}{PREFIX}{e['name']}.v1", **e}
                for e in concluded
            ]
        )

    async def stated(self, _: Request) -> Response:
        """Every type that some partner may state, with who may and one complete event."""
        return Response(self._stated, 200, PUBLIC, "application/json")

    async def responsibilities(self, request: Request) -> Response:
        """Who leads which task where organisations have agreed nothing: shipped with the program, so never late."""
        table = Table.asked(self._parts, request, ("responsibility defaults",), MATRIX, dict.fromkeys(MATRIX, "text"))
        told = [{**asdict(d), "valid_from": d.valid_from.isoformat()} for d in DEFAULTS]
        as_of = {"position": "", "time": await self._parts.clock.now()}
        answer = table.page(self._parts, request, Answer(told, None, as_of, []))
        answer.headers.update(PUBLIC)
        return answer

    async def concluded(self, _: Request) -> Response:
        """What Polku itself concludes: rule, version, family and the parameters that stand in its file."""
        return Response(self._concluded, 200, PUBLIC, "application/json")

    async def asyncapi(self, _: Request) -> Response:
        """What goes through Kafka."""
        return Response(self._asyncapi, 200, PUBLIC, "application/json")

    async def schema(self, request: Request) -> Response:
        """The JSON Schema of one type's data."""
        schema = self._schemas.get(request.path_params["type"])
        if schema is None:
            raise refuse(404, "not_there", "there is no such type")
        return Response(orjson.dumps(schema), 200, PUBLIC, JSON_SCHEMA)

    def _concluded_types(self, rules: Sequence[Rule[Any, Any]]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = [
            {
                "name": name,
                "rule": rule.id,
                "version": rule.version,
                "family": rule.family,
                "params": rule.params.model_dump(mode="json"),
            }
            for name, _, rule in sorted(((n, r.id, r) for r in rules for n in r.names), key=lambda named: named[:2])
        ]
        return [*found, *({"name": name} for name in ALSO)]
