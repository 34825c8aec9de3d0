"""What may happen in a schedule: (kind, a, b) with a and b from 0 to 7, told one after the other."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from kernel.errors import PolkuError
from kernel.journal import MERGED, NewFact
from kernel.lanes import Lanes
from tests.schedules.oracle import conclusions
from tests.schedules.world import LANES, OPERATOR, ORGANISER, REFS, START, World

Step = tuple[str, int, int]

KINDS: dict[str, int] = {
    **{"visit": 16, "late": 4, "resend": 3, "retract": 4, "correct": 4, "merge": 1, "erase": 1, "poison": 1, "skip": 1},
    **{"policy": 2, "note": 2, "day": 7, "tell": 5, "relay": 8, "crash": 2, "lose": 3, "again": 2, "wipe": 1},
    **{"records": 14, "look": 10, "turn": 8, "claim": 4, "fault": 10, "wait": 12, "screen": 4, "close": 6},
    **{"pump": 12, "sweep": 2, "retry": 2, "backup": 1, "restore": 1, "zombie": 6},
}
WHAT = ("cut", "lost", "unknown", "unknown", "slow", "frozen", "frozen", "cut")


def random_schedule(seed: int) -> list[Step]:
    """A schedule; each leaves half the kinds out and exaggerates some others."""
    chance = random.Random(seed)  # noqa: S311 - a schedule, not a secret
    keep = {k for k in KINDS if chance.random() < 0.6} | {"pump", "visit", "day", "tell", "look"}
    kinds = [k for k in KINDS if k in keep]
    weights = [KINDS[k] * chance.choice((1, 1, 1, 6)) for k in kinds]
    length = (10, 20, 30, 45)[seed % 4]
    return [(chance.choices(kinds, weights)[0], chance.randrange(8), chance.randrange(8)) for _ in range(length)]


async def take(world: World, step: Step) -> None:
    """One step. What takes time goes on beside the next ones."""
    kind, a, b = step
    ref, lane = REFS[(0, 2, 0, 1, 2, 0, 3, 0)[a]], b % (LANES + 1)
    worker = world.workers[a % 4] if b > 3 else world.workers[(a % 2) * 2]
    found = await _stating(world, kind, a, b, ref)
    if not found:
        await _working(world, kind, a, b, lane, worker)
    if kind != "wait":
        await asyncio.sleep(0.001)


async def _stating(world: World, kind: str, a: int, b: int, ref: str) -> bool:
    """Steps of people, partners and clocks; whether it was one."""
    facts = _stated(world, kind, a, b, ref)
    if facts is not None:
        world.begin(world.state(facts))
    elif kind == "merge":
        data = {"old_ref": ref, "new_ref": REFS[b % 4], "reason": "same", "approver": "x"}
        world.begin(_merge(world, world.fact(MERGED[9:-3], REFS[b % 4], data, org=OPERATOR)))
    elif kind == "erase":
        world.begin(world.erase(ref if b > 3 else ""))
    elif kind == "day":
        world.server.now += timedelta(days=1 + a % 2)
    elif kind == "tell":
        world.begin(world.tell())
    elif kind == "screen":
        world.screens |= {who: shown for who in REFS if (shown := conclusions(world, who).alert)}
    else:
        return False
    return True


def _stated(world: World, kind: str, a: int, b: int, ref: str) -> list[NewFact] | None:
    """What somebody states with this step; None when it is another kind of step."""
    today = (world.server.now - START).days + 2
    visits = [f for f in world.stated.values() if ".visit." in f.type]
    earlier = visits[-1 - (a + b) % min(len(visits), 8)] if visits else None
    if kind in ("visit", "late", "poison"):
        day = max(2, min(28, today) - b % (6 if kind == "late" else 2))
        weight = 666 if kind == "poison" else 0
        return [world.visit(ref, day, came=b == 6, weight=weight)]
    if kind == "note":
        return [world.fact("note.made", ref, {"text": "a"})]
    if kind == "policy":
        whose = ref if b > 5 else None
        data = {"rule": "V-1", "params": {"count": 1 + a % 3}, "valid_from": "2026-01-01", "basis": "local"}
        return [world.fact("rule_parameters.set", whose, data, org=ORGANISER)]
    if kind == "resend":
        return [earlier] if earlier else []
    if kind == "retract":
        return [world.fact("fact.retracted", ref, {"id": earlier.id, "reason": "other"})] if earlier else []
    if kind == "correct":  # one in eight names what has not come yet
        named = f"x{world.number + 2}" if b == 7 else earlier and earlier.id
        return [world.visit(ref, max(2, min(28, today) - b % 3), came=b < 3, corrects=named)] if named else []
    if kind == "skip":
        bad = [f for f in visits if b'"weight": 666' in f.data]
        data = {"processor": "referrals", "reason": "x", "by": "x", "approver": "y"}
        return [
            world.fact("hold.skipped", f.subject, {**data, "source": f.source, "id": f.id}, org=OPERATOR) for f in bad
        ]
    if kind == "close":
        if (shown := world.screens.get(ref)) is None:
            return []
        return [world.fact("telling.closed", ref, {"alert_id": shown[0], "shown": shown[1]}, org="door")]
    return None


async def _merge(world: World, fact: NewFact) -> None:
    try:
        await world.operator.append([fact])
    except PolkuError:
        return


async def _working(world: World, kind: str, a: int, b: int, lane: int, worker: Lanes) -> None:
    if kind in ("lose", "again", "wipe"):
        _spoil(kind, a, b, world.carried[lane])
    elif kind in ("relay", "crash"):
        world.begin(world.relay(lane, 1 + a, moves=kind == "relay"))
    elif kind == "records" and (carried := world.carried[lane]):
        end = len(carried) - (a % 3 if a > 4 else 0)
        world.begin(_records(worker, lane, carried[max(0, end - 1 - b) : max(1, end)]))
    elif kind == "look":
        world.begin(_look(worker))
    elif kind in ("turn", "sweep", "claim"):
        world.begin(_own(worker, lane, kind))
    else:
        await _befalling(world, kind, a, b)


def _spoil(kind: str, a: int, b: int, carried: list[Any]) -> None:
    """What Kafka loses, repeats or forgets altogether."""
    if kind == "lose" and carried:
        carried.pop(-1 - a % len(carried))
    elif kind == "again" and carried:
        carried.append(carried[-1 - a % len(carried)])
    elif b > 5:
        carried.clear()


async def _befalling(world: World, kind: str, a: int, b: int) -> None:
    """What befalls processes, and time."""
    if kind == "fault":
        journals = [
            world.door,
            world.operator,
            world.clock,
            *(w.reactor.journal for w in world.workers for _ in range(2)),
        ]
        journals[a % len(journals)].pool.faults.arm(1 + (a * 5 + b * 3) % 13, WHAT[b])
    elif kind == "wait":
        await asyncio.sleep((0.002, 0.01, 0.03, 0.1, 0.5, 2.5, 6.0, 25.0)[b])
    elif kind == "pump":
        await asyncio.wait([world.begin(_pump(world, a, b))], timeout=0.5)
    elif kind == "zombie":
        worker = world.workers[a % 4]
        worker.reactor.journal.pool.faults.at_begin = "frozen"
        world.begin(_read_on(worker, b % (LANES + 1), turn=b > 5))
    elif kind == "retry":
        world.retry()
    elif kind == "backup":
        world.copy = world.server.backup()
    elif kind == "restore":
        world.restore()


async def _records(worker: Lanes, lane: int, batch: Sequence[Any]) -> None:
    if lane not in worker.owned:
        await worker.assigned([lane])
    await asyncio.wait([asyncio.ensure_future(worker.records(lane, batch))], timeout=30)


async def _look(worker: Lanes) -> None:
    if not worker.owned:
        await worker.assigned(range(LANES + 1))
    await worker.look()


async def _own(worker: Lanes, lane: int, kind: str) -> None:
    """What the owner of a lane does by himself, or a claim by somebody who thinks that he is."""
    if lane not in worker.owned or kind == "claim":
        await worker.revoked([lane])
        await worker.assigned([lane])
        return
    reactor = worker.reactor

    async def step(lane: int) -> None:
        await (reactor.sweep(lane) if kind == "sweep" else reactor.turn(lane))

    await worker.beside(lane, step)


async def _pump(world: World, a: int, b: int) -> None:
    """A stretch of fair weather, for one worker of each processor, on all lanes but perhaps one."""
    for worker in world.workers[a % 2 :: 2]:
        mine = [lane for lane in range(LANES + 1) if b > 5 or lane != b % 3]
        if not set(mine) <= set(worker.owned):
            await worker.assigned(mine)
        for lane in mine:
            await _read_on(worker, lane, turn=True)


async def _read_on(worker: Lanes, lane: int, *, turn: bool) -> None:
    """As a follower of the journal does."""
    if lane not in worker.owned:
        await worker.assigned([lane])
    heads = await _quietly(worker.reactor.heads([lane]))
    if heads:
        await worker.read(lane, heads[lane].head)
    if turn:
        await _own(worker, lane, "turn")


async def _quietly(work: Any) -> Any:
    try:
        return await work
    except PolkuError:
        return None
