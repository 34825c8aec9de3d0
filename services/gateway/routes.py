"""Every address of the door, from top to bottom."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from services.gateway import openapi as describe
from services.gateway import openapi_read as describe_read
from services.gateway import openapi_work as describe_work
from services.gateway.alerts import KEY, Alerts
from services.gateway.anonymous import Paths
from services.gateway.asking import Queries, Statistics
from services.gateway.clients import Clients
from services.gateway.duplicates import KEY as DUPLICATE
from services.gateway.duplicates import Duplicates
from services.gateway.events import Door
from services.gateway.feed import Feeds
from services.gateway.figures import ALL, Sums
from services.gateway.forecast import Forecast, foretells
from services.gateway.health import Health
from services.gateway.hot import Application, Endpoint
from services.gateway.parts import Parts
from services.gateway.person import Persons
from services.gateway.published import Types
from services.gateway.reading import Lists
from services.gateway.receipts import Receipts
from services.gateway.work import Before

SITUATION, PATH = "client_situation", "service_path"
CLAIM = "work.claim"
COUNTED = frozenset({"outcomes", "plan_register", "duplicates", "service_gap", "referral_board"})
"""Views that are also read as numbers over many persons."""


def add_routes(app: Application, parts: Parts) -> None:
    """Put the routes on an application."""
    _stating(app, parts)
    _published(app, parts)
    _persons(app, parts)
    _queries(app, parts)
    if any(d.name == CLAIM for d in parts.decisions):
        _before(app, parts)
    for processor, view in parts.views:
        if view.name in COUNTED:  # before the address of one row, which would take the word for an id
            counts = Statistics(parts, view)
            _add(app, "GET", f"/v1/{view.path}/statistics", counts.read, describe_read.statistics(view))
        if any(c.name == KEY for c in view.columns) and KEY in view.key:
            alerts = Alerts(parts, processor, view)
            _add(app, "GET", f"/v1/{view.path}/{{id}}", alerts.read, _one("One alert", "id"))
            _add(app, "POST", f"/v1/{view.path}/{{id}}/{{action}}", alerts.act, describe.action())
        if DUPLICATE in view.key:
            pairs = Duplicates(parts, processor, view)
            _add(app, "GET", f"/v1/{view.path}/{{id}}", pairs.read, _one(f"One row of {view.path}", "id"))
            _add(app, "POST", f"/v1/{view.path}/{{id}}/{{action}}", pairs.act, describe_work.settling())
        _add(app, "GET", f"/v1/{view.path}", Lists(parts, processor, view).read, describe_read.listed(view))


def _stating(app: Application, parts: Parts) -> None:
    door, receipts = Door(parts), Receipts(parts)
    # FastAPI knows the hot routes for what is not a POST alone: OPTIONS, and the 405 of any other; see `described`.
    for path, endpoint in (("/v1/events", door.state), ("/v1/validate", door.validate)):
        app.add_hot(path, endpoint)
        app.add_route(path, _or_options(door, endpoint), methods=["OPTIONS", "POST"], include_in_schema=False)
    receipt = _one("What has become of a fact", "source", "id")
    _add(app, "GET", "/v1/receipts/{source}/{id}", receipts.read, receipt)
    # An id may hold a slash: the server has decoded it by now, so that the path seems to have more parts.
    app.add_route("/v1/receipts/{rest:path}", receipts.read, methods=["GET"], include_in_schema=False)


def _or_options(door: Door, endpoint: Endpoint) -> Endpoint:
    async def either(request: Request) -> Response:
        return door.options() if request.method == "OPTIONS" else await endpoint(request)

    return either


def described(document: dict[str, Any]) -> dict[str, Any]:
    """The finished description, with the routes that FastAPI does not know."""
    paths = {
        "/v1/events": {"post": describe.events("State facts", "202")},
        "/v1/validate": {"post": describe.events("The same verdict, no effect", "200")},
    }
    return describe.finished({**document, "paths": {**paths, **document.get("paths", {})}})


def _published(app: FastAPI, parts: Parts) -> None:
    types, health = Types(parts), Health(parts)
    public: dict[str, Any] = {"security": []}
    listed = {"200": {"description": "A list", "content": describe.json_of({"type": "array"})}}
    schema = {"200": {"description": "A JSON Schema", "content": describe.json_of({"type": "object"})}}
    good = {"200": {"description": "Yes", "content": describe.json_of({"type": "object"})}}
    _add(app, "GET", "/schemas/", types.stated, describe.operation("Types that partners state", listed, **public))
    app.add_route("/asyncapi.json", types.asyncapi, methods=["GET"], include_in_schema=False)
    app.add_route("/schemas", types.stated, methods=["GET"], include_in_schema=False)
    _add(
        app, "GET", "/schemas/concluded", types.concluded, describe.operation("Types Polku concludes", listed, **public)
    )
    one = describe.operation(
        "The JSON Schema of a type", {**schema, **describe.refusals(404)}, parameters=describe.in_path("type"), **public
    )
    _add(app, "GET", "/schemas/{type}", types.schema, one)
    _add(app, "GET", "/v1/responsibility-defaults", types.responsibilities, describe_read.responsibilities())
    _add(app, "GET", "/healthz", health.alive, describe.operation("Alive", good, **public))
    ready = describe.operation("Ready to take facts", {**good, **describe.refusals(503)}, **public)
    _add(app, "GET", "/readyz", health.ready, ready)


def _persons(app: FastAPI, parts: Parts) -> None:
    body = {
        "required": True,
        "content": describe.json_of(
            {"type": "object", "required": ["identity_code"], "properties": {"identity_code": describe.TEXT}}
        ),
    }
    shown = {"type": "object", "required": ["client_ref"], "properties": {"client_ref": describe.TEXT}}
    answers = {
        "200": {"description": "Known or not", "content": describe.json_of(shown)},
        **describe.refusals(400, 401, 403, 413, 415, 422, 429, 503),
    }
    resolve = describe.operation("The client_ref of an identity code", answers, requestBody=body)
    _add(app, "POST", "/v1/clients/resolve", Clients(parts).resolve, resolve)
    situation = next((pair for pair in parts.views if pair[1].name == SITUATION), None)
    path = next((pair for pair in parts.views if pair[1].name == PATH), None)
    persons, paths = Persons(parts, situation), Paths(parts, path)
    _add(app, "GET", "/v1/clients/{ref}/situation", persons.situation, _one("A person's situation", "ref"))
    _add(app, "GET", "/v1/clients/{ref}/timeline", persons.timeline, describe_read.timeline())
    _add(app, "GET", "/v1/clients/{ref}/path/anonymous", paths.read, describe_read.anonymous_path())


def _queries(app: FastAPI, parts: Parts) -> None:
    queries = Queries(parts)
    _add(app, "GET", "/v1/feeds/{feed}", Feeds(parts).read, describe_read.feed())
    _add(app, "GET", "/v1/access-log", queries.access_log, describe_read.access_log())
    _add(app, "GET", "/v1/stream-health", queries.streams, describe_read.stream_health())
    for figures in ALL:
        _add(app, "GET", f"/v1/{figures.path}", Sums(parts, figures).read, describe_read.figures(figures))
    calendar = next(((p, v) for p, v in parts.views if foretells(v)), None)
    situation = next((v for _, v in parts.views if v.name == SITUATION), None)
    if calendar is not None and situation is not None:
        forecast = Forecast(parts, *calendar, situation)
        _add(app, "GET", "/v1/forecast", forecast.read, describe_read.forecast(calendar[1]))


def _before(app: FastAPI, parts: Parts) -> None:
    before = Before(parts)
    _add(app, "POST", "/v1/intents", before.intend, describe_work.intents())
    _add(app, "POST", "/v1/claims", before.claim, describe_work.claims())
    _add(app, "POST", "/v1/claims/{id}/renew", before.renew, describe_work.renewals())
    _add(app, "DELETE", "/v1/claims/{id}", before.release, describe_work.releases())


def _one(summary: str, *names: str) -> dict[str, Any]:
    answers = {"200": {"description": "Found", "content": describe.json_of({"type": "object"})}}
    return describe.operation(
        summary, {**answers, **describe.refusals(400, 401, 403, 404, 503)}, parameters=describe.in_path(*names)
    )


def _add(app: FastAPI, method: str, path: str, endpoint: Any, extra: dict[str, Any]) -> None:
    good = next(int(status) for status in extra["responses"] if status.startswith("2"))
    app.add_api_route(
        path, endpoint, methods=[method], status_code=good, openapi_extra=extra, response_model=None, name=path
    )
