"""Plays a region day by day: the clock moves, partners say what they have to say, people act, everything settles."""

from __future__ import annotations

import math
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from simulator.expected.moments import HOUR, LAST_HOUR
from simulator.expected.watch import Looks, Marks, Watch
from simulator.forms import Forms
from simulator.hearing import Readers
from simulator.partner import Door
from simulator.people import People
from simulator.region import Region
from simulator.report import Report
from simulator.security_server import SecurityServer
from simulator.sending import Partners
from simulator.statement import HELSINKI, at
from simulator.story import Story, tell
from simulator.topic import Topic

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

    @property
    def console(self) -> str:
        """Address of the pages for people without a system; empty: they use the door."""
        ...

    @property
    def xroad(self) -> SecurityServer | None:
        """The security server of the authorities; None: they use tokens."""
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
    async with _connected(world, region, report) as partners:
        door = partners.door
        refs = await partners.meet(story)
        people = People(door, story.setting, {ref: n for n, ref in refs.items()}, story.planted.persons("hero"), hands)
        readers = Readers(door, story, people.numbers)
        watch = _watch(watched, world, door, region, people.numbers)
        for day in map(story.setting.day, range(story.setting.days)):
            await _day(world, story, day, people, partners, watch)
            await readers.day(day)
            report.days, report.seconds = report.days + 1, time.monotonic() - begun
            progress(day, report)
            if report.seconds > seconds:
                break
        await _morning_after(world, story.setting.day(report.days), watch)
        await readers.end(story.setting.day(report.days))
        report.seconds = time.monotonic() - begun
    return Played(story, refs, report, people, watch)


@asynccontextmanager
async def _connected(world: World, region: Region, report: Report) -> AsyncIterator[Partners]:
    """All partners with their ways to the door, until the play is over."""
    door = Door(world.door, world.token_for, report, xroad=world.xroad)
    topic = Topic(world.kafka, door, report) if world.kafka else None
    forms = Forms(world.console, region, report) if world.console else None
    try:
        yield Partners(world.settled, door, topic, forms)
    finally:
        await door.close()
        for way in (topic, forms):
            if way:
                await way.close()


def _watch(watched: str, world: World, door: Door, region: Region, numbers: Mapping[str, int]) -> Watch | Marks | None:
    if watched == BY_PLACE:
        return Marks(world.heads)
    return Watch(door, region.county, numbers) if watched else None


async def _day(world: World, story: Story, day: date, people: People, partners: Partners, watch: Looks | None) -> None:
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
