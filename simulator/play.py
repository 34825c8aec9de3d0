"""Plays a region day by day: the clock moves, partners say what they have to say, people act, everything settles."""

from __future__ import annotations

import asyncio
import math
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Protocol

from simulator.expected.moments import HOUR, LAST_HOUR
from simulator.expected.watch import Looks, Marks, Watch
from simulator.partner import Door
from simulator.people import People
from simulator.region import Region
from simulator.report import Report
from simulator.statement import AGREED, ALONE, HELSINKI, IN_BATCH, ON_TOPIC, Statement, at
from simulator.story import Story, tell
from simulator.topic import Topic

MANY = 25
"""Single statements of one organisation on one day above which its system hands them over together."""

AT_THE_DOOR, BY_PLACE = "at the door", "by place"
"""How the alerts are watched."""

Progress = Callable[[date, Report], None]


class World(Protocol):
    """What a play needs besides the doors: tokens, the clock, and to know when nothing is under way."""

    @property
    def door(self) -> str:
        """Address of the door."""
        ...

    @property
    def kafka(self) -> str:
        """Address of the broker for partners with a topic of their own; empty: they use the door."""
        ...

    def token_for(self, org: str, *, user: str = "", roles: Sequence[str] = ()) -> str:
        """A token of an organisation, or of one of its people."""
        ...

    async def now(self) -> datetime:
        """The driven clock."""
        ...

    async def advance(self, instant: datetime) -> None:
        """Move the driven clock forward."""
        ...

    async def told(self) -> None:
        """Return when every lane knows the clock's day."""
        ...

    async def settled(self) -> float:
        """Return when all that was stated and all that fell due has been reacted to; answers the seconds it took."""
        ...

    async def heads(self) -> Mapping[int, int]:
        """How far each lane of the journal has come."""
        ...


@dataclass(frozen=True)
class Played:
    """What a play has left: its story, who is who (person → client reference), and what happened.

    `people` acted in it; when the play is to be scored, `watch` saw the alerts of each day, or noted when it was.
    """

    story: Story
    refs: Mapping[int, str]
    report: Report
    people: People | None = None
    watch: Watch | Marks | None = None


async def play(
    world: World,
    region: Region,
    *,
    weeks: int,
    seed: int,
    clients: int,
    hands: int | None = None,
    seconds: float = math.inf,
    progress: Progress = lambda _day, _report: None,
    watched: str = "",
) -> Played:
    """Play some weeks from the clock's day on, with so many clients in each locality.

    `hands`: so many social instructors work on their alerts in Polku (None: all, and the hosts too). The play ends with
    the day on which so many `seconds` are over. `watched`: the alerts are noted each day to be scored, AT_THE_DOOR or
    BY_PLACE in the journal.
    """
    begun, report = time.monotonic(), Report()
    story = tell(region, seed, first_day(await world.now()), weeks, clients)
    door = Door(world.door, world.token_for, report)
    topic = Topic(world.kafka, door, report) if world.kafka else None
    try:
        partners = _Partners(world, door, topic)
        refs = await partners.meet(story)
        people = People(door, story.setting, {ref: n for n, ref in refs.items()}, story.planted.persons("hero"), hands)
        watch = _watch(watched, world, door, region, people.numbers)
        for day in map(story.setting.day, range(story.setting.days)):
            await _day(world, story, day, people, partners, watch)
            report.days, report.seconds = report.days + 1, time.monotonic() - begun
            progress(day, report)
            if report.seconds > seconds:
                break
        await _morning_after(world, story.setting.day(report.days), watch)
        report.seconds = time.monotonic() - begun
    finally:
        await door.close()
        if topic:
            await topic.close()
    return Played(story, refs, report, people, watch)


def _watch(watched: str, world: World, door: Door, region: Region, numbers: Mapping[str, int]) -> Watch | Marks | None:
    if watched == BY_PLACE:
        return Marks(world.heads)
    return Watch(door, region.county, numbers) if watched else None


async def _day(world: World, story: Story, day: date, people: People, partners: _Partners, watch: Looks | None) -> None:
    """People look at what the midnight has brought; partners say what is new, and all of it settles."""
    await world.advance(at(day, HOUR))
    if watch and day > story.setting.start:
        await world.settled()
        await watch.look(day)
    if people.at_work(day):
        await world.settled()
        await people.look(day)
    await world.told()  # what is said today comes after the midnight, whatever is still under way
    await partners.day(story, day)
    partners.door.report.settling.append(await world.settled())


async def _morning_after(world: World, day: date, watch: Looks | None) -> None:
    """The last midnight brings what it brings."""
    await world.advance(at(day, LAST_HOUR))
    await world.settled()
    if watch:
        await watch.look(day)


def first_day(now: datetime) -> date:
    """The first day that can still be played whole."""
    local = now.astimezone(HELSINKI)
    today = local.date()
    return today if now <= at(today, HOUR) else today + timedelta(days=1)


async def _resolved(door: Door, story: Story) -> dict[int, str]:
    """Each person's client reference, asked for by one of those who speak of her and are there already."""
    region, start = story.setting.region, story.setting.start
    asking: dict[int, list[str]] = {}
    for statement in story.statements:
        if statement.person is not None and not statement.wrong:
            orgs = asking.setdefault(statement.person, [])
            if statement.org not in orgs and region.by_id[statement.org].types_at(start):
                orgs.append(statement.org)

    async def ask(number: int, orgs: Sequence[str]) -> tuple[int, str]:
        by = orgs[number % len(orgs)] if orgs else region.county.id
        return number, await door.resolve(story.codes[number], by)

    return dict(await asyncio.gather(*(ask(n, orgs) for n, orgs in asking.items())))


class _Partners:
    """Sends what is said on a day: singly per person in order, files per organisation, or through a topic."""

    def __init__(self, world: World, door: Door, topic: Topic | None) -> None:
        self._world, self.door, self._topic = world, door, topic
        self._refs: Mapping[int, str] = {}

    async def meet(self, story: Story) -> Mapping[int, str]:
        """What organisations have agreed, and only then who is who: parameters that change later concern everybody."""
        for wave in story.on(story.setting.start):
            await self._in_order([said for said in wave if _agreed(said)])
        await self._world.settled()
        self._refs = await _resolved(self.door, story)
        return self._refs

    async def day(self, story: Story, day: date) -> None:
        """Everything of a day, wave by wave; what is brought along on the first day settles in between."""
        for said in story.on(day):
            wave = [s for s in said if not _agreed(s)]
            way = by_way(wave, topics=self._topic is not None)
            await asyncio.gather(*(self._in_order(said) for said in _by_person(way[ALONE])))
            await asyncio.gather(*(self._file(said) for said in _by_org(way[IN_BATCH])))
            if self._topic and way[ON_TOPIC]:
                await self._topic.publish(way[ON_TOPIC], self._refs)
            if day == story.setting.start:
                await self._world.settled()

    async def _in_order(self, said: Sequence[Statement]) -> None:
        for statement in said:
            await self.door.state(statement, self._refs)

    async def _file(self, said: Sequence[Statement]) -> None:
        place = await self.door.state_batch(said, self._refs)
        if place is not None and said[-1].name == "attendance.day_recorded":
            await self._see(said[-1].org, place)

    async def _see(self, org: str, place: tuple[int, int]) -> None:
        """Wait until the host can read what it has just stated, and note how long that took."""
        begun = time.perf_counter()
        params = {"after": f"{place[0]}:{place[1]}", "limit": "1"}
        headers = {"Prefer": "wait=10"}
        answer = await self.door.ask("GET", "/v1/attendance-calendar", org, params=params, headers=headers)
        if answer.status_code == 200 and answer.json().get("reached"):
            self.door.report.visible.append(time.perf_counter() - begun)


def _agreed(said: Statement) -> bool:
    return said.wave == AGREED


def by_way(wave: Sequence[Statement], *, topics: bool) -> dict[str, list[Statement]]:
    """Statements by how they are sent; `topics`: there are topics of partners' own. Whoever has much to say at once
    says it together.
    """
    alone = Counter(s.org for s in wave if s.way == ALONE)
    found: dict[str, list[Statement]] = {ALONE: [], IN_BATCH: [], ON_TOPIC: []}
    for said in wave:
        together = said.way == ALONE and alone[said.org] > MANY and not said.raw
        way = IN_BATCH if together or (said.way == ON_TOPIC and not topics) else said.way
        found[ALONE if said.raw and way == IN_BATCH else way].append(said)  # half a document is part of no file
    return found


def _by_person(said: Sequence[Statement]) -> list[list[Statement]]:
    ordered = sorted(said, key=lambda s: -1 if s.person is None else s.person)
    return [list(group) for _, group in groupby(ordered, key=lambda s: s.person)]


def _by_org(said: Sequence[Statement]) -> list[list[Statement]]:
    ordered = sorted(said, key=lambda s: s.org)
    return [list(group) for _, group in groupby(ordered, key=lambda s: s.org)]
