"""When a processor stops: at so many persons and such a share of those looked at, newly waiting, not at fewer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import pytest

from kernel.breaker import Breaker
from kernel.errors import Unavailable
from kernel.plan import Hold, PersonPlan, Plan
from operate import holds
from tests.cluster import Database

HOLD = Hold(1, "urn:polku:0245458-3:s", "v1", "fi.polku.visit.recorded.v1", "unit_failed", "KeyError")


def plan(good: Sequence[str] = (), bad: Sequence[str] = ()) -> Plan:
    persons = [PersonPlan(name) for name in good] + [PersonPlan(name, hold=HOLD) for name in bad]
    return Plan(1, None, persons=persons)


def names(first: int, count: int) -> list[str]:
    return [f"person-{n}" for n in range(first, first + count)]


async def breaker(database: Database, window: float = 600.0) -> Breaker:
    worker = await database.journal("referrals")
    return Breaker(worker.pool, "referrals", persons=20, share=0.05, window=window)


async def stops(tried: Breaker, bad: Plan, held: Sequence[str] = ()) -> bool:
    try:
        await tried.admit(bad, held)
    except Unavailable as error:
        assert "polku holds go-on" in str(error)
        return True
    return False


async def test_nineteen_wait_one_by_one_and_the_twentieth_stops_it(database: Database) -> None:
    tried = await breaker(database)
    for name in names(0, 19):
        assert not await stops(tried, plan(bad=[name]))

    assert await stops(tried, plan(bad=["person-19"]))
    assert await stops(tried, plan(good=["somebody"])), "nothing is committed while it stands"


async def test_twenty_of_four_hundred_are_not_more_than_five_in_a_hundred_but_of_three_hundred_ninety_nine_are(
    database: Database,
) -> None:
    one, other = await breaker(database), await breaker(database)
    await one.admit(plan(good=names(100, 380)), ())
    await other.admit(plan(good=names(100, 379)), ())

    assert not await stops(one, plan(bad=names(0, 20)))
    assert await stops(other, plan(bad=names(0, 20)))


async def test_the_same_person_counts_once_and_whoever_waits_already_does_not(database: Database) -> None:
    tried = await breaker(database)
    for _ in range(30):
        assert not await stops(tried, plan(bad=["person-0"]))

    assert not await stops(tried, plan(bad=names(1, 40)), held=names(1, 40))


async def test_what_lies_before_the_window_is_forgotten(database: Database) -> None:
    tried = await breaker(database, window=0.0)
    for name in names(0, 60):
        assert not await stops(tried, plan(bad=[name]))


async def test_it_goes_on_when_told_after_it_stopped_and_stops_again_at_the_number_given(database: Database) -> None:
    tried, pool = await breaker(database), database.operator.pool
    assert await holds.go_on(pool, "referrals", 30, "x", "op-a", "op-b") is None, "it never stood"
    assert await stops(tried, plan(bad=names(0, 20)))
    (stands,) = await holds.stopped(pool)
    await holds.go_on(pool, "referrals", 30, "agreed", "op-a", "op-b")

    assert (stands["held"], stands["seen"], stands["cause"]) == (20, 20, "unit_failed")
    assert await holds.stopped(pool) == []
    assert not await stops(tried, plan(bad=names(0, 29)))
    assert await stops(tried, plan(bad=["person-29"]))
    assert len(await holds.stopped(pool)) == 1


async def test_a_worker_may_not_let_itself_go_on_in_anothers_name_and_an_old_decision_does_not_count(
    database: Database,
) -> None:
    first = await breaker(database)
    assert await stops(first, plan(bad=names(0, 20)))
    decided = await holds.go_on(database.operator.pool, "referrals", 20, "agreed", "op-a", "op-b")
    second = await breaker(database)
    stopped = await stops(second, plan(bad=names(0, 20)))

    assert isinstance(decided, datetime)
    assert stopped
    assert await stops(second, plan(good=["somebody"])), "what was decided before it stopped is not about this stop"
    with pytest.raises(Exception, match="permission denied"):
        await database.operator.pool.execute("UPDATE react.breaker SET tripped = now()")
