"""Makes the database of an installation: roles, numbered migrations, and a table for every view."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Iterable, Mapping
from contextlib import AsyncExitStack
from datetime import date
from pathlib import Path
from uuid import uuid4

import asyncpg

from kernel.calendar import midnight
from kernel.discover import units
from kernel.facts import organisation_ref
from kernel.organisations import load
from kernel.processor import PROCESSORS, check_units
from kernel.settings import Settings, SettingsError, from_environment
from kernel.views import View

ROLES = ("gateway", "console", "relay", "clock", "referrals", "placements", "notifications", "operator")
RELATIONS = "relations"
LANES = 32


def views_of(processors: Iterable[str] = PROCESSORS) -> dict[str, list[View]]:
    """The views of each service, by name of the service."""
    found = {p: units(f"services.{p}.views", View) for p in processors}
    return {p: sorted(views, key=lambda v: (v.name != RELATIONS, v.name)) for p, views in found.items()}


async def run(
    settings: Settings, superuser_dsn: str, clock: str, views: Mapping[str, list[View]] | None = None
) -> None:
    """Bring the database to the newest state; safe to repeat. `clock` is `real` or the first day of a driven one.

    `views` by processor; those of the services when not given.
    """
    if views is None:
        check_units()
    name = settings.database.rpartition("/")[2]
    await create(settings, superuser_dsn, name)
    connection = await asyncpg.connect(superuser_dsn, database=name)
    try:
        await _turn(connection)
        await connection.execute("SET ROLE polku_owner")
        await _migrations(connection)
        await _instance(connection, settings, clock)
        await _organisations(connection, settings)
        for processor, found in (views_of() if views is None else views).items():
            for view in found:
                await _ensure_view(connection, processor, view)
    finally:
        await connection.close()


async def run_from_environment() -> None:
    """The role `migrate`: settings, `POLKU_SUPERUSER_DSN` and `POLKU_CLOCK` from the environment."""
    given = dict(os.environ)
    dsn, clock = given.pop("POLKU_SUPERUSER_DSN", ""), given.pop("POLKU_CLOCK", "real")
    if not dsn:
        raise SettingsError("POLKU_SUPERUSER_DSN: missing; only this step needs it")
    await run(from_environment(given), dsn, clock)


async def create(settings: Settings, superuser_dsn: str, name: str) -> None:
    """The roles with their passwords, and the database where it is missing."""
    passwords: Mapping[str, str] = json.loads(settings.secrets.read_text())
    connection = await asyncpg.connect(superuser_dsn)
    try:
        await _turn(connection)
        existing = {r["rolname"] for r in await connection.fetch("SELECT rolname FROM pg_roles")}
        if "polku_owner" not in existing:
            await connection.execute("CREATE ROLE polku_owner NOLOGIN")
        for role in (f"polku_{r}" for r in ROLES):
            password = await connection.fetchval("SELECT quote_literal($1::text)", passwords[role])
            verb = "ALTER" if role in existing else "CREATE"
            await connection.execute(f"{verb} ROLE {role} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB PASSWORD {password}")
        if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name):
            await connection.execute(f'CREATE DATABASE "{name}" OWNER polku_owner')
    finally:
        await connection.close()


async def _turn(connection: asyncpg.Connection) -> None:
    """One at a time. Asked again and again: who waits inside a statement is waited for by who makes an index."""
    while not await connection.fetchval("SELECT pg_try_advisory_lock(7265101)"):  # noqa: ASYNC110  (another process lets go)
        await asyncio.sleep(0.1)


async def _migrations(connection: asyncpg.Connection) -> None:
    await connection.execute(
        """CREATE SCHEMA IF NOT EXISTS migration;
           CREATE TABLE IF NOT EXISTS migration.done (
               number integer PRIMARY KEY, name text NOT NULL, at timestamptz NOT NULL DEFAULT now())"""
    )
    done = {r["number"] for r in await connection.fetch("SELECT number FROM migration.done")}
    for path in sorted((Path(__file__).parent / "migrations").glob("*.sql")):
        if (number := int(path.name.split("_", 1)[0])) not in done:
            # What may not lock a large table for long runs outside of a transaction, statement by statement, and again
            # from its beginning after it was broken off.
            alone, text = path.stem.endswith("_alone"), path.read_text()
            async with AsyncExitStack() if alone else connection.transaction():
                for statement in text.rstrip(";\n").split(";\n") if alone else [text]:
                    await connection.execute(statement)
                await connection.execute("INSERT INTO migration.done (number, name) VALUES ($1, $2)", number, path.name)


async def _instance(connection: asyncpg.Connection, settings: Settings, clock: str) -> None:
    existing = await connection.fetchval("SELECT clock FROM journal.instance")
    kind = "real" if clock == "real" else "driven"
    if existing:
        if existing != kind:
            raise SettingsError(f"POLKU_CLOCK: this instance was made with a {existing} clock, and that never changes")
        return
    if settings.profile == "production" and kind == "driven":
        raise SettingsError("POLKU_CLOCK: a production instance runs on the real clock only")
    organisations = load(settings.organisations)
    era = uuid4()
    async with connection.transaction():
        await connection.execute(
            "INSERT INTO journal.instance VALUES (true, $1, $2, $3, $4, $5, $6, $7)",
            *(uuid4(), era, LANES, organisations.operator, organisations.organiser, kind),
            None if kind == "real" else midnight(date.fromisoformat(clock)),
        )
        await connection.execute("INSERT INTO journal.lane (lane) SELECT generate_series(0, $1::int)", LANES)
        await connection.execute("INSERT INTO relay.mark (lane, era) SELECT lane, $1 FROM journal.lane", era)


async def _organisations(connection: asyncpg.Connection, settings: Settings) -> None:
    """Each organisation has a place in lane 0, as a person has in hers."""
    refs = [organisation_ref(o.id) for o in load(settings.organisations).organisation]
    missing = "INSERT INTO journal.person (subject, lane) SELECT unnest($1::uuid[]), 0 ON CONFLICT DO NOTHING"
    await connection.execute(missing, refs)


def table_of(view: str, generation: int) -> str:
    """The table of one filling of a view."""
    return f"view.{view}_g{generation}"


async def _ensure_view(connection: asyncpg.Connection, processor: str, view: View) -> None:
    """The first generation of a view that has none; of a newer version one beside, for the workers to fill.

    A view that comes to where facts were applied before is a newer version of an empty one.
    """
    active = await connection.fetchval("SELECT version FROM view.generation WHERE view = $1 AND active", view.name)
    if active is not None and active >= view.version:
        return
    begun = "SELECT 1 FROM view.generation WHERE view = $1 AND version = $2"
    if await connection.fetchval(begun, view.name, view.version):
        return
    async with connection.transaction():
        if active is None:
            applied = "SELECT EXISTS (SELECT FROM react.checkpoint WHERE processor = $1 AND seq > 0)"
            active = 0 if await connection.fetchval(applied, processor) else view.version
            await _begin(connection, processor, view, active)
            await connection.execute("UPDATE view.generation SET active = true WHERE view = $1", view.name)
            await connection.execute("DELETE FROM view.filling WHERE view = $1", view.name)
            await connection.execute("SELECT view.show($1)", view.name)
            await connection.execute("SELECT view.guard($1, 1, $2)", view.name, processor)
        if active < view.version:
            await _begin(connection, processor, view, view.version)
            await connection.execute("SELECT view.show($1)", view.name)


async def _begin(connection: asyncpg.Connection, processor: str, view: View, version: int) -> None:
    """The next generation: its table, and how far it is filled."""
    following = "SELECT coalesce(max(generation), 0) + 1 FROM view.generation WHERE view = $1"
    number = await connection.fetchval(following, view.name)
    await _create_table(connection, view, number)
    await connection.execute("SELECT view.begin_filling($1, $2, $3, $4)", view.name, number, version, processor)


async def _create_table(connection: asyncpg.Connection, view: View, generation: int) -> None:
    table = table_of(view.name, generation)
    key = ", ".join(('"subject"', *(f'"{k}"' for k in view.key)))
    columns = ", ".join(f'"{c.name}" {c.type}' for c in view.columns)
    await connection.execute(f"CREATE TABLE {table} (subject uuid NOT NULL, {columns}, PRIMARY KEY ({key}))")
    for name in (*view.filters, *view.indexed):
        await connection.execute(f'CREATE INDEX ON {table} ("{name}")')
