"""Partners' systems that poll their feed at the end of each day, and what they could complain of."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

import httpx

from simulator.partner import DoorError
from simulator.proportions import EMPLOYMENT
from simulator.region import Org
from simulator.report import Hearing, Report
from simulator.setting import Setting
from simulator.statement import Statement
from simulator.story import Story

POLLING = frozenset({"A", "B"})
"""Profiles of those who poll a feed; the others read lists or pages."""

FEW = 20
"""Clients in each locality above which those who hear of nearly everything do not poll: to tell them all would take as
long as much of the play.
"""

PAGE, WEEK = 500, 7
PATH = f"/v1/feeds/facts?limit={PAGE}"
POLKU = re.compile(r"urn:polku:[0-9]{7}-[0-9]:polku-")
ORG = re.compile(r'"([0-9]{7}-[0-9])"')


class Asking(Protocol):
    """What is needed of a door."""

    report: Report

    async def ask(self, method: str, path: str, org: str, /) -> httpx.Response:
        """One request in the name of an organisation."""
        ...


@dataclass(slots=True)
class Reader:
    """One organisation's system: where it goes on, with whom it has to do, and what it remembers to have heard."""

    org: Org
    path: str = PATH
    persons: set[int] = field(default_factory=set)
    last: dict[str, int] = field(default_factory=dict)
    recent: set[int] = field(default_factory=set)
    before: set[int] = field(default_factory=set)
    withdrawn: set[str] = field(default_factory=set)


def polling(setting: Setting) -> list[Org]:
    """Those whose systems poll their feed in a play."""
    everything = {setting.region.county.id, *(o.id for o in setting.region.having(setting.start, EMPLOYMENT))}
    left_out = everything if setting.clients > FEW else frozenset[str]()
    return [o for o in setting.region.orgs if o.kind.profile in POLLING and o.id not in left_out]


class Readers:
    """Everybody who polls. `numbers`: client reference → person in the story."""

    def __init__(self, door: Asking, story: Story, numbers: Mapping[str, int]) -> None:
        self._door, self._story, self._numbers, self._days = door, story, numbers, 0
        self._readers = {o.id: Reader(o) for o in polling(story.setting)}
        self.found = door.report.feeds = Hearing(places={org: {} for org in self._readers})

    async def day(self, day: date) -> None:
        """What was stated on the day is known to the story; each reader asks for what is new to it."""
        self._remember(self._story.statements.on(day))
        await self._everybody(day)
        self._days += 1
        if self._days % WEEK == 0:
            for reader in self._readers.values():
                reader.before, reader.recent = reader.recent, set()

    async def end(self, day: date) -> None:
        """Once more, until there is nothing left; what has not come by then has been missed."""
        await self._everybody(day, whole=True)
        self.found.readers = len([r for r in self._readers.values() if r.path != PATH])
        self.found.missed = sum(map(len, self.found.places.values()))
        self.found.unheard = sum(len(r.withdrawn) for r in self._readers.values())

    def _remember(self, said: Iterable[Statement]) -> None:
        county = self._story.setting.region.county.id
        for statement in said:
            if statement.person is None or statement.wrong or statement.twice:
                continue
            for org in {statement.org, *ORG.findall(json.dumps(statement.data))}:
                if org in self._readers:
                    self._readers[org].persons.add(statement.person)
            if statement.name == "fact.retracted":
                for org in {statement.org, county} & self._readers.keys():
                    self._readers[org].withdrawn.add(str(statement.data["id"]))

    async def _everybody(self, day: date, *, whole: bool = False) -> None:
        begun = time.perf_counter()
        here = [r for r in self._readers.values() if r.org.types_at(day)]
        await asyncio.gather(*(self._poll(reader, whole) for reader in here))
        self.found.seconds += time.perf_counter() - begun

    async def _poll(self, reader: Reader, whole: bool) -> None:
        """Page after page; a page that is not full is the last one of a day."""
        count = PAGE
        while count == PAGE or (whole and count):
            answer = await self._door.ask("GET", reader.path, reader.org.id)
            if answer.status_code != 200:
                raise DoorError(f"GET {PATH} of {reader.org.id}: {answer.status_code} {answer.text[:300]}")
            entries = answer.json()
            for entry in entries:
                self._hear(reader, entry)
            count, reader.path = len(entries), answer.links["next"]["url"]
            self.found.requests += 1

    def _hear(self, reader: Reader, entry: Mapping[str, Any]) -> None:
        found, gone, source = self.found, entry.get("method") == "DELETE", str(entry["source"])
        found.entries += 1
        found.deleted += gone
        name = hash((source, entry["id"], gone))
        found.doubled += name in reader.recent or name in reader.before
        reader.recent.add(name)
        if gone:
            reader.withdrawn.discard(str(entry["id"]))
            return
        place = found.places[reader.org.id].pop((source, str(entry["id"])), None)
        if place is not None:
            found.disordered += place[1] <= reader.last.get(entry["subject"], 0)
            reader.last[entry["subject"]] = place[1]
        person = self._numbers.get(entry["subject"])
        if person in reader.persons:
            return
        if person is not None and POLKU.match(source):
            reader.persons.add(person)  # an alert was given to it: from now on it has to do with her
        else:
            found.strangers += 1
