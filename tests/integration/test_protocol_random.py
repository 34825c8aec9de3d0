"""Random histories against one reaction that is dropped, cut off, overtaken and batched at random, then verified."""

from __future__ import annotations

import asyncio
import random
from datetime import timedelta

import pytest

from kernel import persons
from kernel.errors import Fenced, Refused, Unavailable
from kernel.facts import lane_of
from kernel.react import Reactor
from tests.cluster import ORGANISER, START, Database, settle, stated, visit
from tests.integration.test_protocol_persons import merge
from tests.integration.test_reaction import RETRACTED, verified

STEPS = 90


class Story:
    """One random history of a few persons in two lanes and lane 0, with two workers that know nothing of each other."""

    def __init__(self, database: Database, seed: int) -> None:
        self.database, self.random = database, random.Random(seed)  # noqa: S311 - a history to tell again, no secret
        self.stated, self.number, self.day = 0, 0, 0
        self.refs: list[str] = []
        self.workers: list[Reactor] = []

    async def begin(self) -> Story:
        """Find persons of two lanes and start two workers."""
        lanes: dict[int, list[str]] = {}
        n = 0
        while len(self.refs) < 5:
            ref = await self.database.person(f"p{n}")
            n += 1
            lanes.setdefault(lane_of(ref, 32), []).append(ref)
            full = sorted(lanes.values(), key=len)[-2:]
            self.refs = [r for refs in full for r in refs[:3]] if len(full) == 2 else []
        self.lanes = [0, *sorted({lane_of(r, 32) for r in self.refs})]
        self.workers = [await self.database.reactor() for _ in range(2)]
        return self

    async def state(self) -> None:
        """A partner states one to three things, some of them about earlier ones."""
        facts = []
        for _ in range(self.random.randint(1, 3)):
            self.stated += 1
            earlier = f"v{self.random.randint(1, self.stated + 1)}"
            ref, day = self.random.choice(self.refs), self.random.randint(2, 7)
            kind = self.random.random()
            if kind < 0.15:
                facts.append(stated(self.stated, RETRACTED, ref, {"id": earlier, "reason": "other"}))
            else:
                corrects = earlier if kind < 0.35 else None
                weight = 666 if kind > 0.95 else 0
                came = self.random.random() < 0.35
                facts.append(visit(self.stated, day, came, ref, weight=weight, corrects=corrects))
        await self._refusable(self.database.door.append(facts))

    async def rare(self) -> None:
        """A merge, an erasure, or other numbers for the rule."""
        self.number += 1
        kind = self.random.random()
        if kind < 0.4:
            await self._refusable(
                self.database.door.append([merge(1000 + self.number, *self.random.sample(self.refs, 2))])
            )
        elif kind < 0.5:
            await persons.erase(self.database.operator, self.random.choice(self.refs))
        else:
            count = {"count": self.random.randint(1, 3)}
            data: dict[str, object] = {"rule": "V-1", "params": count, "valid_from": "2026-01-01", "basis": "local"}
            person = self.random.choice([None, *self.refs])
            type_ = "fi.polku.rule_parameters.set.v1"
            fact = stated(2000 + self.number, type_, person, data, org=ORGANISER)
            await self._refusable(self.database.door.append([fact]))

    async def _refusable(self, work: object) -> None:
        try:
            await work  # type: ignore[misc]  # an append
        except Refused:
            return

    async def time(self) -> None:
        """Some days pass."""
        self.day += self.random.randint(1, 2)
        await self.database.at(START + timedelta(days=self.day))

    async def react(self) -> None:
        """A worker does something in a lane: in a batch of any size, cut off at any point, or fenced."""
        worker, lane = self.random.choice(self.workers), self.random.choice(self.lanes)
        patience = self.random.choice([10, 10, 10, self.random.uniform(0.001, 0.02)])
        try:
            async with asyncio.timeout(patience):
                await self._step(worker, lane)
        except (Fenced, Unavailable, TimeoutError):
            if worker.owns(lane):
                worker.drop(lane)

    async def _step(self, worker: Reactor, lane: int) -> None:
        kind = self.random.random()
        if not worker.owns(lane) or kind < 0.1:
            await worker.claim(lane)
        head = (await worker.heads([lane]))[lane].head
        if kind < 0.7 and worker.position(lane) < head:
            await worker.catch_up(lane, head, self.random.randint(1, 9))
        else:
            await worker.turn(lane)

    async def tell(self) -> None:
        """All of it, and at the end everything comes to rest."""
        for _ in range(STEPS):
            step = self.random.choices([self.state, self.rare, self.time, self.react], [25, 5, 5, 65])[0]
            await step()
        for worker in self.workers:
            for lane in self.lanes:
                worker.drop(lane)
        for lane in range(33):
            if lane not in self.lanes:
                await self.workers[0].claim(lane)
        await settle(self.workers[0])


@pytest.mark.parametrize("seed", range(6))
async def test_whatever_happens_in_between_rows_and_findings_are_what_the_facts_say(
    database: Database, seed: int
) -> None:
    story = await Story(database, seed).begin()
    await story.tell()

    await verified(database)
    doubled = await database.rows(
        """SELECT 1 FROM journal.fact WHERE source LIKE '%:polku-referrals' AND subject IS NOT NULL
            GROUP BY source, id HAVING count(*) > 1"""
    )
    assert doubled == []
