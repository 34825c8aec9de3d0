"""A whole installation in memory: the kernel's own door, relay road, lanes and reactions, and what may befall them."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid5

from kernel import persons
from kernel.clock import tell_time
from kernel.decode import Catalogue, Decoder
from kernel.errors import PolkuError, Refused, Unavailable
from kernel.facts import organisation_ref
from kernel.journal import NewFact, own_source
from kernel.keys import FileKms, Keys
from kernel.lanes import Lanes
from kernel.pg_journal import PgJournal
from kernel.pg_prepare import Instance
from kernel.react import Reactor
from kernel.stored import Stored
from tests.memory.server import Pool, Server
from tests.memory.statements import answer, person
from tests.schedules.domain import CONCLUDED, PROCESSORS, TYPES

OPERATOR, ORGANISER, SITE = "1710128-9", "2077474-0", "0245458-3"
LANES = 2
REFS = [str(UUID(int=(0x1111 << 96) + n)) for n in (2, 3, 4, 5)]
START = datetime.fromisoformat("2026-03-02T08:00:00+00:00")
CATALOGUE = Catalogue(TYPES, CONCLUDED)
DECODE_SPACE = UUID(int=7)


class MemoryKms(FileKms):
    """Keys of the installation that lie nowhere."""

    def __init__(self) -> None:
        self._keys = {name: bytes(32) for name in ("kek-1", "index", "digest", "cursor")}


class MemoryJournal(PgJournal):
    """The kernel's journal on the server in memory; nobody listens to notices there."""

    def notify(self) -> None:
        """Everybody looks by himself."""


class World:
    """Four persons in two lanes, two processors with two workers each, and a carrier that loses and repeats."""

    def __init__(self) -> None:
        self.server = Server(answer, LANES, now=START)
        self.reactors = 0
        self._fill()
        self.door, self.clock, self.operator = self.journal(), self.journal(), self.journal()
        self.workers = [self._worker(name) for name in PROCESSORS for _ in range(2)]
        self.carried: defaultdict[int, list[tuple[str, Stored]]] = defaultdict(list)
        self.marks: defaultdict[int, int] = defaultdict(int)
        self.stated: dict[tuple[str, str], NewFact] = {}
        self.screens: dict[str, tuple[str, list[str]]] = {}
        self.refused: list[str] = []
        self.copy: dict[str, dict[Any, Any]] | None = None
        self.running: set[asyncio.Task[Any]] = set()
        self.number = 0

    def _fill(self) -> None:
        tables = self.server.tables
        for lane in range(LANES + 1):
            before = datetime.fromisoformat("1900-01-01T00:00:00+00:00")
            tables["lane"][lane,] = {"lane": lane, "seq": 0, "instant": before}
        for ref in REFS:
            tables["person"][ref,] = person(ref, LANES)
        for org in (OPERATOR, ORGANISER, SITE):
            tables["person"][organisation_ref(org),] = {**person(organisation_ref(org), LANES), "lane": 0}
        self.new_era()
        for name, units in PROCESSORS.items():
            for view in units.views:
                key, columns = ["subject", *view.key], ["subject", *(c.name for c in view.columns)]
                row = {"view": view.name, "active": True, "name": f"view.{view.name}_g1", "processor": name}
                tables["generation"][view.name, 1] = {**row, "columns": columns, "key": key, "version": view.version}

    def new_era(self) -> None:
        """As a restore makes one."""
        era = str(uuid5(DECODE_SPACE, str(self.server.number())))
        self.server.tables["instance"][()] = {"era": era}
        for key, row in self.server.tables["checkpoint"].items():
            self.server.tables["checkpoint"][key] = {**row, "era": era, "rev": row["rev"] + 1}

    def journal(self) -> MemoryJournal:
        """The journal of another process."""
        pool: Any = Pool(self.server)
        instance = Instance("", LANES, OPERATOR, ORGANISER, "driven")
        return MemoryJournal(pool, Keys(pool, MemoryKms()), instance)

    def reactor(self, processor: str, ruleset: int = 1) -> Reactor:
        """A worker's reactor."""
        journal = self.journal()
        units = replace(PROCESSORS[processor], applying=[])
        decoder = Decoder(CATALOGUE, journal.keys, OPERATOR)
        made = Reactor(journal, units, decoder, ruleset=ruleset, fans_out=processor == "referrals")
        self.reactors += 1
        made.remembers = (made.remembers, 200, 0)[self.reactors % 3]  # some have room for few persons, or for nobody
        return made

    def _worker(self, processor: str) -> Lanes:
        settings: Any = SimpleNamespace(far_behind=40)
        return Lanes(self.reactor(processor), settings)

    # --- running things beside each other

    def begin(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Let something happen beside everything else."""
        task = asyncio.get_running_loop().create_task(work)
        self.running.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self.running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None and not isinstance(error, Unavailable):
            self.refused.append(repr(error))

    async def quiet(self) -> None:
        """Wait for all that has begun."""
        while self.running:
            await asyncio.wait(self.running)
            await asyncio.sleep(0)

    # --- the door

    async def state(self, facts: Sequence[NewFact], *, again: bool = False) -> None:
        """A partner states, and says it again until there is an answer."""
        if not facts:
            return
        self.stated |= {(fact.source, fact.id): fact for fact in facts}
        for _ in range(6):
            try:
                await self.door.append(facts)
                return
            except Unavailable:
                await asyncio.sleep(0.05)
            except Refused as error:
                if again and not all(p.code == "erased" for p in error.problems):
                    self.refused.append(str(error))
                for fact in facts if not again else ():
                    self.stated.pop((fact.source, fact.id), None)
                return

    def visit(self, ref: str, day: int, came: bool, *, corrects: str | None = None, weight: int = 0) -> NewFact:
        """A visit on a day of March."""
        data = {"day": date(2026, 3, day).isoformat(), "came": came, "weight": weight}
        return self.fact("visit.recorded", ref, data, corrects=corrects)

    def fact(self, name: str, ref: str | None, data: Any, *, org: str = SITE, corrects: str | None = None) -> NewFact:
        """Anything that somebody states."""
        self.number += 1
        type_, id_ = f"fi.polku.{name}.v1", f"x{self.number}"
        recorded = START + timedelta(seconds=(self.number * 7) % 5)
        source = f"urn:polku:{org}:s" if org != "door" else own_source(OPERATOR, "door")
        body = json.dumps(data).encode()
        return NewFact(source, id_, type_, ref, START, recorded, body, corrects=corrects, org_type="workshop")

    async def erase(self, ref: str) -> None:
        """Forget somebody."""
        if ref:
            with suppress(PolkuError):
                await persons.erase(self.operator, ref)

    async def tell(self) -> None:
        """The clock speaks."""
        with suppress(Unavailable):
            await tell_time(self.clock)

    # --- the road

    async def relay(self, lane: int, most: int, *, moves: bool = True) -> None:
        """Carry what follows the mark; a crash in between leaves the mark where it was."""
        era = self.server.tables["instance"][()]["era"]
        with suppress(Unavailable):
            rows = await self.operator.read(lane, self.marks[lane], most)
            self.carried[lane] += [(era, row) for row in rows]
            if rows and moves:
                self.marks[lane] = rows[-1].seq

    def restore(self) -> None:
        """Go back to the backup. Processes restart but for workers that do not know of it; the door is started anew."""
        if self.copy is None:
            return
        self.server.restore(self.copy)
        self.new_era()
        self.marks.clear()
        self.screens.clear()
        for journal in (self.door, self.clock, self.operator, *(w.reactor.journal for w in self.workers)):
            journal.keys.__init__(journal.keys._pool, journal.keys._kms)  # type: ignore[misc]  # a process begins anew

    def retry(self) -> None:
        """An operator lets everybody who waits be tried again."""
        for key, row in self.server.tables["hold"].items():
            self.server.tables["hold"][key] = {**row, "retry": True}

    # --- coming to rest

    async def settle(self) -> None:
        """Faults end, partners say everything once more, and the first worker of each processor goes on alone."""
        await self.quiet()
        for journal in (self.door, self.clock, self.operator, *(w.reactor.journal for w in self.workers)):
            journal.pool.faults.none()
        self.server.calm = True
        for fact in list(self.stated.values()):
            await self.state([fact], again=True)
        await self._rest()
        self.retry()
        await self._rest()

    async def _rest(self) -> None:
        for _ in range(40):
            before = self._where()
            await self.tell()
            for worker in self.workers[::2]:
                await self._round(worker)
            if before == self._where():
                return
        raise AssertionError("it does not come to rest")

    async def _round(self, worker: Lanes) -> None:
        """What a worker does in a few seconds when nothing goes wrong and the carrier brings nothing."""
        if missing := set(range(LANES + 1)) - set(worker.owned):
            await worker.assigned(missing)
        for _ in range(3):
            await asyncio.sleep(6)
            await worker.look()
        for lane in worker.owned:
            for _ in range(20):
                if not worker.reactor.owns(lane) or not await worker.reactor.turn(lane):
                    break
            for _ in range(20):
                if not worker.reactor.owns(lane) or not await worker.reactor.swept_lanes([lane]):
                    break
                await worker.reactor.sweep(lane)

    def _where(self) -> object:
        """What stands still at rest; the numbers of the lanes alone may grow."""
        tables = self.server.tables
        seqs = {k: c["seq"] for k, c in tables["checkpoint"].items()}
        heads = [r["seq"] for r in tables["lane"].values()]
        wakes = {k: w["due"] for k, w in tables["wakeup"].items()}
        behind = any(c["seq"] < tables["lane"][k[1],]["seq"] for k, c in tables["checkpoint"].items())
        return (seqs, heads, wakes, set(tables["hold"]), behind and self.server.number())
