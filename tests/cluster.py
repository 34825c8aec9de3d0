"""A real PostgreSQL for tests, and databases in it that hold the tiny domain."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import asyncpg

from kernel import migrate, persons
from kernel.clock import advance, tell_time
from kernel.decode import Catalogue, Decoder
from kernel.discover import events
from kernel.facts import Event
from kernel.journal import NewFact
from kernel.keys import FileKms
from kernel.person import Units
from kernel.pg_journal import PgJournal, connect
from kernel.react import Reactor
from kernel.settings import Settings
from operate import postgres
from operate.ports import choose
from services.referrals.views import relations
from tests.sample import domain

OPERATOR, ORGANISER, SITE = "1710128-9", "2077474-0", "0245458-3"
ORGANISATIONS = f"""
operator = "{OPERATOR}"
organiser = "{ORGANISER}"
[region]
code = "14"
[[organisation]]
id = "{OPERATOR}"
name = "Operator"
types = [{{code = "municipality"}}]
systems = ["ops"]
[[organisation]]
id = "{ORGANISER}"
name = "County"
types = [{{code = "wellbeing_county"}}]
systems = ["sos"]
[[organisation]]
id = "{SITE}"
name = "Workshop"
types = [{{code = "workshop"}}]
systems = ["s"]
"""
START = datetime(2026, 3, 2, 8, tzinfo=UTC)


class Cluster:
    """One PostgreSQL server."""

    def __init__(self, home: Path) -> None:
        self._home, self.port = home, choose(set())
        self._process: subprocess.Popen[bytes] | None = None
        self.superuser = f"postgresql://postgres:secret@127.0.0.1:{self.port}/postgres"

    def start(self) -> Cluster:
        """Make the cluster if need be and wait until it answers."""
        data = self._home / "data"
        postgres.prepare(data, "postgres", "secret")
        user = postgres.run_as()
        self._process = subprocess.Popen(
            postgres.command(data, self.port),
            user=user,
            group=user,
            extra_groups=[] if user else None,
            cwd="/",
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        asyncio.run(postgres.wait_ready(self.superuser, 60))
        return self

    def stop(self) -> None:
        """Stop it, and only it."""
        if self._process:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(30)

    def kill(self) -> None:
        """End the server at once, as a crash would."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(30)

    def start_again(self) -> None:
        """Start the same server after it was killed."""
        postgres.end_leftovers(self._home / "data")
        self.start()

    async def database(self, home: Path) -> Database:
        """A fresh database with roles, migrations and the tiny domain's views."""
        name = f"test_{uuid4().hex[:12]}"
        secrets, organisations = home / "roles.json", home / "organisations.toml"
        secrets.write_text(json.dumps({f"polku_{r}": "secret" for r in migrate.ROLES}))
        organisations.write_text(ORGANISATIONS)
        FileKms.create(home / "kms.json")
        settings = Settings(
            profile="development",
            state=home,
            database=f"127.0.0.1:{self.port}/{name}",
            secrets=secrets,
            kms=home / "kms.json",
            issuer=home / "issuer.json",
            organisations=organisations,
            carrier="journal",
        )
        views = {"referrals": [relations.view, domain.view]}
        await migrate.run(settings, self.superuser, "2026-03-02", views)
        return await Database(settings, self.superuser).open()


class Database:
    """One database with a journal per role, and a reactor of the tiny domain that the test drives by hand."""

    def __init__(self, settings: Settings, superuser: str) -> None:
        self.settings, self._superuser = (
            settings,
            superuser.rpartition("/")[0] + "/" + settings.database.rpartition("/")[2],
        )
        self._opened: list[PgJournal] = []

    async def open(self) -> Database:
        """Connect the roles."""
        self.door = await self.journal("gateway")
        self.clock = await self.journal("clock")
        self.operator = await self.journal("operator")
        return self

    async def journal(self, role: str) -> PgJournal:
        """Another journal of a role."""
        opened = await connect(self.settings, f"polku_{role}", size=6)
        self._opened.append(opened)
        return opened

    async def close(self) -> None:
        """Close every connection."""
        for journal in self._opened:
            journal.pool.terminate()

    async def reactor(self, ruleset: int = 1) -> Reactor:
        """A worker of the tiny domain."""
        journal = await self.journal("referrals")
        units = Units.of("referrals", domain.fold, [domain.rule], [relations.view, domain.view])
        known: dict[str, type[Event]] = {**events("schemas"), domain.VisitRecorded.meta.type: domain.VisitRecorded}
        decoder = Decoder(Catalogue(known, ["visits.missed"]), journal.keys, journal.instance.operator)
        return Reactor(journal, units, decoder, ruleset=ruleset, fans_out=True)

    async def person(self, code: str = "010594Y9032") -> str:
        """The reference of somebody."""
        return await persons.resolve(self.door, code, SITE)

    async def at(self, instant: datetime) -> None:
        """Move the clock and tell the time."""
        await advance(self.operator.pool, instant)
        await tell_time(self.clock)

    async def rows(self, sql: str, *values: object) -> list[asyncpg.Record]:
        """What lies in the database, seen by a superuser."""
        connection = await asyncpg.connect(self._superuser)
        try:
            return list(await connection.fetch(sql, *values))
        finally:
            await connection.close()

    async def days(self, ref: str) -> dict[int, bool]:
        """The visit log of a person: day of March → came."""
        found = await self.rows("SELECT day, came FROM view.visit_log_g1 WHERE subject = $1::uuid", ref)
        return {r["day"].day: r["came"] for r in found}

    async def told(self, ref: str) -> list[str]:
        """Names of what was concluded about a person, in order."""
        found = await self.rows(
            """SELECT type FROM journal.fact WHERE subject = $1::uuid AND source LIKE '%:polku-referrals'
                ORDER BY seq""",
            ref,
        )
        return [r["type"].removeprefix("fi.polku.").removesuffix(".v1") for r in found]


async def settle(reactor: Reactor, lanes: range = range(33)) -> None:
    """Drive a reactor until every lane is at its head and nothing is due."""
    for _ in range(30):
        moved = False
        for lane in lanes:
            if not reactor.owns(lane):
                await reactor.claim(lane)
                moved = True
        for lane, head in (await reactor.heads(list(lanes))).items():
            while reactor.position(lane) < head.head:
                await reactor.catch_up(lane, head.head)
                moved = True
            while await reactor.turn(lane):
                moved = True
            while await reactor.swept_lanes([lane]):
                await reactor.sweep(lane)
                moved = True
        if not moved:
            return
    raise AssertionError("the lanes did not come to rest")


def visit(
    n: int, day: int, came: bool, ref: str, *, weight: int = 0, corrects: str | None = None, source: str = "s"
) -> NewFact:
    """A visit on a day of March 2026, as a workshop states it."""
    data = {"day": date(2026, 3, day).isoformat(), "came": came, "weight": weight}
    return NewFact(
        source=f"urn:polku:{SITE}:s",
        id=f"v{n}",
        type=domain.VisitRecorded.meta.type,
        subject=ref,
        time=START,
        recorded=START + timedelta(seconds=n),
        data=json.dumps(data).encode(),
        org_type="workshop",
        corrects=corrects,
    )


def stated(n: int, type_: str, ref: str | None, data: Mapping[str, object], org: str = SITE) -> NewFact:
    """Any other fact that somebody states."""
    return NewFact(
        source=f"urn:polku:{org}:s",
        id=f"x{n}",
        type=type_,
        subject=ref,
        time=START,
        recorded=START,
        data=json.dumps(data).encode(),
    )
