"""Schedules that chance hardly ever meets, written out step by step."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from pydantic import BaseModel

from kernel.calendar import midnight
from kernel.clock import _time_fact
from kernel.decide import Actor, Decider, Decision, NotAllowed
from kernel.facts import Event, Fact, lane_of
from kernel.journal import NewFact
from kernel.plan import AT_ONCE
from kernel.react import Reactor
from kernel.rules import Fold
from tests.memory import loop
from tests.schedules.domain import TellingClosed
from tests.schedules.oracle import check, conclusions, verify
from tests.schedules.world import CATALOGUE, LANES, ORGANISER, REFS, SITE, START, World

REF, BESIDE = REFS[0], REFS[2]
LANE = lane_of(REF, LANES)


async def at_rest(world: World) -> list[str]:
    """What is wrong at the end."""
    await world.settle()
    return check(world) + await verify(world)


async def outcome(work: Coroutine[Any, Any, Any]) -> str:
    """How something ended."""
    try:
        await work
    except Exception as error:
        return type(error).__name__
    return "done"


async def days(world: World, count: int) -> None:
    """Time passes and is told."""
    world.server.now = START + timedelta(days=count)
    await world.tell()


async def drive(reactor: Reactor, lanes: Sequence[int]) -> None:
    """A worker alone: everything that is there is applied, everything due is taken."""
    for lane in lanes:
        if not reactor.owns(lane):
            await reactor.claim(lane)
        while (head := (await reactor.heads([lane]))[lane].head) > reactor.position(lane):
            await reactor.catch_up(lane, head)
        while await reactor.turn(lane):
            pass
        while await reactor.swept_lanes([lane]):
            await reactor.sweep(lane)


async def zombie_with_wake_ups() -> tuple[str, list[str]]:
    """A worker has prepared that somebody has nothing to wait for and stops; when it wakes she waits for something.

    New numbers have arrived with the instant at which she was due, so that there is nothing to say and no fact that
    would have her looked at again.
    """
    world = World()
    zombie, other = world.reactor("referrals"), world.reactor("referrals")
    await world.state([world.visit(REF, 2, False), world.visit(REF, 3, False)])
    await drive(zombie, [LANE])
    data = {"rule": "V-1", "params": {"count": 3}, "valid_from": "2026-01-01", "basis": "local"}
    await world.state([world.fact("rule_parameters.set", None, data, org=ORGANISER)])
    await drive(zombie, [0])
    await days(world, 3)
    await zombie.catch_up(LANE, (await zombie.heads([LANE]))[LANE].head)

    zombie.journal.pool.faults.at_begin = "frozen"
    turn = asyncio.ensure_future(outcome(zombie.turn(LANE)))
    await asyncio.sleep(1)
    await drive(other, [LANE])
    await world.state([world.visit(REF, day, False) for day in (10, 11, 12)])
    await drive(other, [LANE])
    ended = await turn
    await days(world, 12)
    return ended, await at_rest(world)


def test_a_zombie_that_prepared_wake_ups_writes_nothing() -> None:
    ended, wrong = loop.run(zombie_with_wake_ups)

    assert wrong == []
    assert ended == "Fenced"


async def zombie_with_a_batch() -> tuple[str, list[str]]:
    """A worker has prepared a row and stops; another one applies what corrects it; then the first one wakes."""
    world = World()
    zombie, other = world.reactor("referrals"), world.reactor("referrals")
    await world.state([first := world.visit(REF, 2, False)])
    await zombie.claim(LANE)
    zombie.journal.pool.faults.at_begin = "frozen"
    batch = asyncio.ensure_future(outcome(zombie.catch_up(LANE, 1)))
    await asyncio.sleep(1)
    await world.state([world.visit(REF, 2, True, corrects=first.id)])
    await drive(other, [LANE])
    return await batch, await at_rest(world)


def test_a_zombie_that_prepared_a_batch_writes_nothing() -> None:
    ended, wrong = loop.run(zombie_with_a_batch)

    assert wrong == []
    assert ended == "Fenced"


async def a_record_lost_in_the_middle() -> list[str]:
    """Kafka has lost the first of two facts."""
    world = World()
    await world.state([world.visit(REF, 2, False), world.visit(BESIDE, 2, False)])
    await world.relay(LANE, 9)
    worker = world.workers[0]
    await worker.assigned([LANE])
    await worker.records(LANE, world.carried[LANE][1:])
    return await at_rest(world)


def test_a_gap_is_read_from_the_journal_before_what_follows_it_is_applied() -> None:
    assert loop.run(a_record_lost_in_the_middle) == []


async def records_lost_at_the_end() -> list[str]:
    """Kafka has lost the newest fact of a lane: nothing shows a gap."""
    world = World()
    worker = world.workers[0]
    await worker.assigned([LANE])
    await world.state([world.visit(REF, 2, False)])
    for _ in range(3):
        await worker.look()
        await asyncio.sleep(1.5)
    await worker.look()
    return check(world)


def test_what_no_carrier_brings_is_read_from_the_journal() -> None:
    assert loop.run(records_lost_at_the_end) == []


async def a_raise_that_lies_ahead() -> tuple[datetime | None, list[str]]:
    """Her visits are raised when what takes it back has just arrived: the raise lies behind that."""
    world = World()
    worker = world.reactor("referrals")
    second = world.visit(REF, 3, False)
    await world.state([world.visit(REF, 2, False), second])
    await days(world, 3)
    await worker.claim(LANE)
    worker.journal.pool.faults.at_begin = "slow"
    batch = asyncio.ensure_future(worker.catch_up(LANE, 3))
    await asyncio.sleep(0.5)
    await world.state([world.visit(REF, 3, True, corrects=second.id)])
    await batch
    await worker.catch_up(LANE, 4)
    wake = world.server.tables["wakeup"].get(("referrals", REF))
    return (wake["due"] if wake else None), await at_rest(world)


def test_a_raise_beyond_the_position_is_remembered_and_leaves_a_wake_up() -> None:
    wake, wrong = loop.run(a_raise_that_lies_ahead)

    assert wrong == []
    assert wake == AT_ONCE


async def newer_facts(*newer: NewFact) -> tuple[int, list[str]]:
    """Two missed days are applied when something newer about her is in the journal already."""
    world = World()
    worker = world.reactor("referrals")
    await world.state([world.visit(REF, 2, False), second := world.visit(REF, 3, False)])
    await days(world, 3)
    await world.state([replace(f, subject=REF, corrects=second.id if f.corrects else None) for f in newer])
    await worker.claim(LANE)
    await worker.catch_up(LANE, 3)
    wrong = await at_rest(world)
    return len([r for r in conclusions(world, REF).ever if r[1] == "V-1"]), wrong


def test_whoever_has_newer_facts_that_nobody_hears_is_spoken_of_by_a_wake_up() -> None:
    note = World().fact("note.made", REF, {"text": "a"})

    assert loop.run(lambda: newer_facts(replace(note, id="n"))) == (1, [])


def test_nothing_is_said_of_somebody_whose_newer_facts_say_otherwise() -> None:
    mend = World().visit(REF, 3, True, corrects="x")

    assert loop.run(lambda: newer_facts(replace(mend, id="n"))) == (0, [])


async def raised_twice() -> list[str]:
    """Missed, corrected, missed again."""
    world = World()
    worker = world.reactor("referrals")
    await world.state([world.visit(REF, 2, False), second := world.visit(REF, 3, False)])
    await days(world, 3)
    await drive(worker, [LANE])
    await world.state([third := world.visit(REF, 3, True, corrects=second.id)])
    await drive(worker, [LANE])
    await world.state([world.visit(REF, 3, False, corrects=third.id)])
    return await at_rest(world)


def test_what_is_raised_a_second_time_is_not_taken_for_the_first() -> None:
    assert loop.run(raised_twice) == []


async def released() -> list[str]:
    """Somebody waits, more comes, and she is tried again after what stopped her counts no more."""
    world = World()
    worker = world.reactor("referrals")
    await world.state([world.visit(REF, 4, True), bad := world.visit(REF, 2, False, weight=666)])
    await drive(worker, [LANE])
    await world.state([world.visit(REF, 3, True), world.visit(REF, 2, True, corrects=bad.id)])
    await drive(worker, [LANE])
    world.retry()
    await drive(worker, [LANE])
    return await at_rest(world)


def test_a_release_folds_all_that_came_while_somebody_waited() -> None:
    assert loop.run(released) == []


async def said_again() -> list[str]:
    """A partner has no answer and says it again, alone and with something new."""
    world = World()
    first, second = world.visit(REF, 2, False), world.visit(REF, 3, False)
    world.door.pool.faults.arm(8, "unknown")
    await world.state([first])
    await world.state([first, second], again=True)
    await world.state([second, second], again=True)
    return await at_rest(world)


def test_what_is_said_again_is_answered_as_before_and_takes_no_number() -> None:
    assert loop.run(said_again) == []


async def another_history() -> list[str]:
    """After a restore Kafka brings a fact of the lost history at a place that now holds another one."""
    world = World()
    world.copy = world.server.backup()
    await world.state([world.visit(REF, 2, False)])
    await world.relay(LANE, 9)
    world.restore()
    await world.state([world.visit(BESIDE, 2, False)])
    worker = world.workers[0]
    await worker.assigned([LANE])
    await worker.records(LANE, world.carried[LANE])
    return await at_rest(world)


def test_nothing_of_a_lost_history_is_applied() -> None:
    assert loop.run(another_history) == []


async def a_clock_that_is_late() -> list[str]:
    """A second clock says yesterday after the first has said today."""
    world = World()
    await world.state([world.visit(REF, 2, False), world.visit(REF, 3, False)])
    await days(world, 2)
    late = _time_fact(world.clock, LANE, midnight(date(2026, 3, 3)))
    await world.clock.append([_time_fact(world.clock, LANE, midnight(date(2026, 3, 4)))])
    await world.clock.append([replace(late, id="late")])
    return await at_rest(world)


def test_now_is_the_greatest_instant_told_and_not_the_last() -> None:
    assert loop.run(a_clock_that_is_late) == []


async def cut_while_keys_are_read() -> tuple[str, str]:
    """The connection breaks when a worker asks for the keys of somebody whose facts it has just read."""
    world = World()
    await world.state([world.visit(REF, 2, False)])
    worker = world.reactor("referrals")
    await worker.claim(LANE)
    faults = worker.journal.pool.faults
    faults.arm(3, "cut")  # the lane, her facts, her keys
    ended = await outcome(worker.catch_up(LANE, 1))
    return ended, faults.said[-1]


def test_a_worker_waits_when_the_connection_breaks_while_it_reads_keys() -> None:
    ended, statement = loop.run(cut_while_keys_are_read)

    assert "FROM vault.data_key" in statement
    assert ended == "Unavailable"


class Close(BaseModel):
    """To close the alert."""


@dataclass(slots=True)
class Closed:
    """Alerts that somebody has closed."""

    ids: list[str] = field(default_factory=list)


def _closed(state: Closed, fact: Fact) -> None:
    state.ids.append(fact.data.alert_id)


def _close_once(state: Closed, _: Close, __: Actor, ___: datetime) -> Sequence[Event]:
    if state.ids:
        raise NotAllowed("closed", "somebody was quicker")
    return [TellingClosed(alert_id="one", shown=["one"])]


CLOSE = Decision(
    name="telling.close",
    command=Close,
    fold=Fold(Closed, _closed, frozenset({"telling.closed"})),
    decide=_close_once,
)


async def two_doors() -> list[str]:
    """Two processes decide about one person at the same instant."""
    world, actor = World(), Actor(org=SITE, user="anna", roles=frozenset())
    doors = [Decider(world.journal(), CATALOGUE) for _ in range(2)]
    return sorted(await asyncio.gather(*(outcome(d.run(CLOSE, REF, Close(), actor)) for d in doors)))


def test_of_two_doors_that_decide_at_once_one_decides_again() -> None:
    assert loop.run(two_doors) == ["NotAllowed", "done"]
