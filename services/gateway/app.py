"""The door's composition root: finds views, decisions and rules by name, and puts everything together by hand."""

from __future__ import annotations

import gc
import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from kernel import observe
from kernel.collect import collect_seldom
from kernel.decide import Decider, Decision
from kernel.disclosure import Gate, load_policy
from kernel.discover import events, units
from kernel.errors import Again, Refused, Unavailable
from kernel.keys import DIGEST
from kernel.organisations import load
from kernel.pg_journal import PgJournal, connect
from kernel.processor import PROCESSORS, every_rule, every_view, full_catalogue
from kernel.settings import Settings
from kernel.writer import Writer
from schemas.catalogue import json_schema
from services.gateway import guard, wire, xroad, xroad_wire
from services.gateway.access import Access
from services.gateway.admit import Rulebook
from services.gateway.evidence import PgEvidence, SecurityServers
from services.gateway.first_answer import PgFirstAnswers
from services.gateway.hot import Application
from services.gateway.limits import RESOLVE, Limiter
from services.gateway.parts import Clock, Parts
from services.gateway.pg_asking import PgAsking
from services.gateway.pg_feed import PgFeeding
from services.gateway.pg_lapsed import PgLapsed
from services.gateway.pg_reading import PgReading
from services.gateway.pg_records import PgRecords
from services.gateway.pg_timeline import PgTimeline
from services.gateway.refusals import PgRefusals, Refusals
from services.gateway.routes import add_routes, described
from services.gateway.tokens import Verifier
from services.gateway.ungranted import warn

ROLE = "polku_gateway"
CONNECTIONS = 12
RELATIONS = "relations"
"""What the disclosure gate itself reads: nobody asks for it."""

ENVELOPE = frozenset(
    {
        *("specversion", "id", "source", "type", "time", "subject", "data", "data_base64", "datacontenttype"),
        *("dataschema", "partitionkey", "recordedtime", "correlationid", "causationid", "corrects", "traceparent"),
        *("tracestate", "identity_code"),
    }
)


def build(parts: Parts, lifespan: Callable[[FastAPI], Any] | None = None) -> Application:
    """The application over whatever parts it is given."""
    app = Application(
        title="Polku",
        version="1",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
    )
    for kind in (Refused, Unavailable, Again):
        app.add_exception_handler(kind, guard.handle)
    app.add_exception_handler(Exception, guard.handle)
    app.add_exception_handler(HTTPException, guard.of_server)
    add_routes(app, parts)
    plain = app.openapi

    async def openapi(_: Any) -> JSONResponse:
        return JSONResponse(described(plain()))

    app.add_route("/openapi.json", openapi, methods=["GET"], include_in_schema=False)
    app.add_middleware(guard.Guard)
    return app


def rulebook(settings: Settings) -> Rulebook:
    """What decides whether an event is taken, from the files."""
    return Rulebook(
        events("schemas"),
        load(settings.organisations),
        {r.id: r for r in every_rule()},
        f"{address(settings)}/schemas/",
    )


def address(settings: Settings) -> str:
    """Where the door itself is reached."""
    return f"http://{settings.host}:{settings.port_door}"


def fields(book: Rulebook) -> frozenset[str]:
    """Names that may stand in a counted pointer: those of envelopes and of the schemas, never a sender's own."""
    found = set(ENVELOPE)
    for cls in book.events.values():
        schema = json_schema(cls)
        for part in (schema, *schema.get("$defs", {}).values()):
            found |= part.get("properties", {}).keys()
    return frozenset(found)


async def parts_for(settings: Settings, journal: PgJournal, writer: Writer) -> Parts:
    """The parts over PostgreSQL."""
    book = rulebook(settings)
    records = PgRecords(journal)
    verifier = Verifier.from_file(settings.issuer, production=settings.profile == "production")
    policy = load_policy(settings.policy)
    warn(policy, (v for _, v in every_view() if v.name != RELATIONS))
    gate = Gate(journal.pool, policy)
    timeline = PgTimeline(journal, policy, {t: c.meta.data_class for t, c in book.events.items()}, silent=True)
    relations_by = next(p for p, v in every_view() if v.name == RELATIONS)
    return Parts(
        settings=settings,
        access=Access(verifier, book.organisations, xroad=await _xroad(settings, journal, book)),
        rulebook=book,
        records=records,
        stating=writer,
        lapsed=PgLapsed(journal, full_catalogue()),
        reading=PgReading(journal, gate, policy, timeline, relations_by, silent=True),
        feeding=PgFeeding(journal, policy, full_catalogue(), relations_by),
        asking=PgAsking(journal, policy, every_view(), silent=True),
        deciding=Decider(journal, full_catalogue()),
        telling=gate,
        first_answers=PgFirstAnswers(journal),
        refusals=Refusals(PgRefusals(journal.pool), fields(book)),
        clock=Clock(records, journal.instance.clock == "driven"),
        resolving=Limiter(RESOLVE),
        views=[(p, v) for p, v in every_view() if v.name != RELATIONS],
        decisions=[d for p in PROCESSORS for d in units(f"services.{p}.decisions", Decision)],
        concluded=every_rule(),
        cursor_key=hashlib.sha256(await journal.keys.mac("cursor", b"polku door cursors")).digest(),
        row_key=hashlib.sha256(await journal.keys.mac(DIGEST, b"polku rows of files")).digest(),
    )


async def _xroad(settings: Settings, journal: PgJournal, book: Rulebook) -> SecurityServers | None:
    """What is known of security servers, where the settings let them in."""
    if not settings.port_xroad:
        return None
    key = hashlib.sha256(await journal.keys.mac(DIGEST, b"polku messages of X-Road")).digest()
    return SecurityServers(xroad.load(settings.subsystems, book.organisations), PgEvidence(journal), key)


async def main(settings: Settings) -> None:
    """Serve the door until told to stop; what was accepted is answered before it ends."""
    beside = xroad_wire.entrance(settings)
    observe.start(settings)
    journal = await connect(settings, ROLE, CONNECTIONS)
    writer = Writer(journal)
    parts = await parts_for(settings, journal, writer)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        writer.start()
        parts.refusals.start()
        gc.collect()
        collect_seldom()
        yield
        await writer.stop()
        await parts.refusals.stop()
        await journal.close()

    door = wire.listening(settings.host, settings.port_door)
    server = wire.server(build(parts, lifespan), settings.host, settings.port_door)
    if beside:
        server = xroad_wire.Server(server.config, beside)
    await server.serve(sockets=[door])
