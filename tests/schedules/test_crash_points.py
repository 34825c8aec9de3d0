"""A crash at every single statement of the door, of a reaction, of a release and of a sweep, before it and after it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta

import pytest

from kernel import persons
from kernel.errors import PolkuError, Unavailable
from kernel.facts import lane_of
from kernel.journal import MERGED, NewFact
from kernel.pg_journal import PgJournal
from tests.memory import loop
from tests.memory.server import Faults, Killed
from tests.schedules.oracle import check, verify
from tests.schedules.test_directed import drive
from tests.schedules.world import LANES, OPERATOR, ORGANISER, REFS, START, World

ALL = range(LANES + 1)
CRASHES = ("cut", "unknown", "killed", "killed after")


async def history(world: World) -> None:
    """Missed days, a mend, somebody who waits, somebody merged, somebody erased, numbers, and time."""
    world.server.calm = True
    one, two, three, four = REFS
    await world.state([bad := world.visit(one, 4, False, weight=666), world.visit(one, 2, False)])
    await world.state([second := world.visit(two, 2, False), world.visit(two, 3, False), world.visit(three, 2, False)])
    await world.state([world.visit(three, 3, False), world.visit(four, 2, False)])
    world.server.now = START + timedelta(days=3)
    await world.tell()
    for processor in ("referrals", "notifications"):
        await drive(world.reactor(processor), ALL)
    await world.state([world.visit(one, 4, True, corrects=bad.id), world.visit(two, 2, True, corrects=second.id)])
    data = {"rule": "V-1", "params": {"count": 1}, "valid_from": "2026-01-01", "basis": "local"}
    await world.state([world.fact("rule_parameters.set", None, data, org=ORGANISER)])
    merge = {"old_ref": three, "new_ref": one, "reason": "same", "approver": "x"}
    await world.operator.append([world.fact(MERGED[9:-3], one, merge, org=OPERATOR)])
    world.retry()
    await persons.erase(world.operator, four)


async def reaction(world: World, processor: str, faults: Faults | None = None) -> Faults:
    """A fresh worker claims all lanes, catches up, releases, sweeps, and takes what is due."""
    reactor = world.reactor(processor)
    reactor.journal.pool.faults = faults or Faults()
    with suppress(PolkuError, Killed):
        await drive(reactor, ALL)
    found: Faults = reactor.journal.pool.faults
    return found


async def reaction_crashes(processor: str, crash: str, step: int, share: int) -> list[str]:
    """One history for each of some of the points; at every one the worker is gone, and another one takes over."""
    wrong: list[str] = []
    at = step
    while True:
        world = World()
        await history(world)
        if processor == "notifications":
            await reaction(world, "referrals")
        faults = Faults()
        faults.arm(at, crash)
        await reaction(world, processor, faults)
        await world.settle()
        wrong += [f"{crash} at {at}, {faults.said[-1]}: {w}" for w in check(world) + await verify(world)]
        if faults.ahead or wrong:
            return wrong
        at += share


@pytest.mark.parametrize("crash", CRASHES)
@pytest.mark.parametrize("processor", ["referrals", "notifications"])
def test_a_worker_may_be_gone_at_any_statement(processor: str, crash: str) -> None:
    assert loop.run(lambda: reaction_crashes(processor, crash, 1, 1)) == []


async def appended(door: PgJournal, facts: list[NewFact]) -> bool:
    """Whether the door is still there after it was told."""
    try:
        await door.append(facts)
    except Unavailable:
        return True
    except Killed:
        return False
    return True


async def append_crashes(crash: str) -> list[str]:
    """A door is gone at a statement of an append; the partner says everything again at another one."""
    at = 0
    while True:
        at += 1
        world = World()
        world.server.calm = True
        await world.state([first := world.visit(REFS[0], 2, False), world.visit(REFS[1], 2, False)])
        facts = [
            world.visit(REFS[0], 3, False),
            world.visit(REFS[1], 3, True, corrects=first.id),
            world.fact("fact.retracted", REFS[1], {"id": first.id, "reason": "other"}),
            world.visit(REFS[2], 2, False),
        ]
        world.stated |= {(f.source, f.id): f for f in facts}
        door = world.journal()
        door.pool.faults.arm(at, crash)
        await appended(door, facts)
        passed = not door.pool.faults.ahead
        lanes = {lane_of(r, LANES) for r in REFS[:3]}
        await asyncio.gather(*(drive(world.reactor("referrals"), [lane]) for lane in lanes))
        await world.settle()
        wrong = [f"{crash} at {at}: {w}" for w in check(world) + await verify(world)]
        if wrong or not passed:
            return wrong


@pytest.mark.parametrize("crash", CRASHES)
def test_a_door_may_be_gone_at_any_statement_of_an_append(crash: str) -> None:
    assert loop.run(lambda: append_crashes(crash)) == []
