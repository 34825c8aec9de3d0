"""How partners send what they say on a day: alone, together, as a file, or through a topic of their own."""

from __future__ import annotations

import asyncio
import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import date
from itertools import groupby

from simulator.files import Files
from simulator.forms import Forms, by_form
from simulator.partner import Door
from simulator.statement import AGREED, ALONE, IN_BATCH, IN_FILE, ON_TOPIC, Statement
from simulator.story import Story
from simulator.topic import Topic

MANY = 25
"""Single statements of one organisation on one day above which its system hands them over together."""

AT_ONCE = 8
"""Persons for whom one organisation asks at a time: the door lets it ask for some a second; none waits there long."""

Settled = Callable[[], Awaitable[float]]
"""Returns when all that was stated has been reacted to."""


class Partners:
    """Sends what is said on a day: singly per person in order, as batches, as files, or through a topic."""

    def __init__(self, settled: Settled, door: Door, topic: Topic | None, forms: Forms | None = None) -> None:
        self._settled, self.door, self._topic, self._files, self._forms = settled, door, topic, Files(door), forms
        self._refs: Mapping[int, str] = {}

    async def meet(self, story: Story) -> Mapping[int, str]:
        """What organisations have agreed, and only then who is who: parameters that change later concern everybody."""
        if self._forms:
            self._forms.read(story.statements)
        for wave in story.on(story.setting.start):
            await self._say([said for said in wave if _agreed(said)], story.setting.filing)
        await self._settled()
        self._refs = await resolved(self.door, story)
        return self._refs

    async def day(self, story: Story, day: date) -> None:
        """Everything of a day, wave by wave; what is brought along on the first day settles in between."""
        for said in story.on(day):
            await self._say([s for s in said if not _agreed(s)], story.setting.filing)
            if day == story.setting.start:
                await self._settled()

    async def _say(self, wave: Sequence[Statement], filing: Collection[str]) -> None:
        filled = by_form(wave, self._forms)
        spoken = {said.id for group in filled.values() for said in group}
        wave = [said for said in wave if said.id not in spoken]
        if self._forms:
            wave += [s for left in await asyncio.gather(*map(self._forms.fill_in, filled.values())) for s in left]
        way = by_way(wave, topics=self._topic is not None, filing=filing)
        await asyncio.gather(*(self._in_order(said) for said in _by_person(way[ALONE])))
        batches = [self._batch(said) for said in _by_org(way[IN_BATCH])]
        await asyncio.gather(*batches, *(self._file(said) for said in _by_org(way[IN_FILE])))
        if self._topic and way[ON_TOPIC]:
            await self._topic.publish(way[ON_TOPIC], self._refs)

    async def _in_order(self, said: Sequence[Statement]) -> None:
        for statement in said:
            await self.door.state(statement, self._refs)

    async def _batch(self, said: Sequence[Statement]) -> None:
        await self._seen(said, await self.door.state_batch(said, self._refs))

    async def _file(self, said: Sequence[Statement]) -> None:
        await self._seen(said, await self._files.hand_over(said, self._refs))

    async def _seen(self, said: Sequence[Statement], place: tuple[int, int] | None) -> None:
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


async def resolved(door: Door, story: Story) -> dict[int, str]:
    """Each person's client reference, asked for by one of those who speak of her and are there already."""
    region, start = story.setting.region, story.setting.start
    asking: dict[int, list[str]] = {}
    for statement in story.statements:
        if statement.person is not None and not statement.wrong:
            orgs = asking.setdefault(statement.person, [])
            if statement.org not in orgs and region.by_id[statement.org].types_at(start):
                orgs.append(statement.org)

    turns: dict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(AT_ONCE))

    async def ask(number: int, orgs: Sequence[str]) -> tuple[int, str]:
        by = orgs[number % len(orgs)] if orgs else region.county.id
        async with turns[by]:
            return number, await door.resolve(story.codes[number], by)

    return dict(await asyncio.gather(*(ask(n, orgs) for n, orgs in asking.items())))


def _agreed(said: Statement) -> bool:
    return said.wave == AGREED


def by_way(wave: Sequence[Statement], *, topics: bool, filing: Collection[str] = ()) -> dict[str, list[Statement]]:
    """Statements by how they are sent; `topics`: there are topics of partners' own, `filing` send files and nothing
    else. Whoever has much to say at once says it together.
    """
    alone = Counter(s.org for s in wave if s.way == ALONE)
    found: dict[str, list[Statement]] = {ALONE: [], IN_BATCH: [], ON_TOPIC: [], IN_FILE: []}
    for said in wave:
        if said.org in filing:
            found[IN_FILE].append(said)
            continue
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
