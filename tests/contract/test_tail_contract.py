"""What every carrier must do, whatever happens to workers, lanes and the database: each fact once, in order."""

from __future__ import annotations

import asyncio

from tests.contract.carriers import LANES, Crew
from tests.sample.book import until


async def test_what_is_said_arrives_in_order_and_once(crew: Crew) -> None:
    crew.worker()
    await until(crew.settled)

    for _ in range(5):
        for lane in range(LANES):
            await crew.say(lane, 3)

    await until(crew.book.done)


async def test_what_was_said_before_anybody_worked_arrives(crew: Crew) -> None:
    await crew.say(1, 4)
    crew.worker()

    await until(crew.book.done)


async def test_nothing_is_skipped_while_the_database_is_away(crew: Crew) -> None:
    worker = crew.worker()
    await until(crew.settled)
    await crew.say(1, 2)
    await until(crew.book.done)

    crew.book.down = True
    await crew.say(1, 3)
    await asyncio.sleep(0.3)  # long enough that it is tried, and fails
    assert crew.book.applied[1] == [1, 2]
    crew.book.down = False

    await until(crew.book.done)
    assert worker.alive()


async def test_a_lane_that_was_taken_is_claimed_again(crew: Crew) -> None:
    crew.worker()
    await until(crew.settled)
    await crew.say(1, 2)
    await until(crew.book.done)

    crew.book.claim(1)
    await crew.say(1, 2)

    await until(crew.book.done)


async def test_after_a_restore_the_work_goes_on_in_the_new_era(crew: Crew) -> None:
    crew.worker()
    await until(crew.settled)
    await crew.say(1, 2)
    await until(crew.book.done)

    crew.book.restore()
    await crew.say(1, 2)

    await until(crew.book.done)


async def test_one_lane_that_waits_does_not_hold_up_the_others(crew: Crew) -> None:
    crew.worker()
    await until(crew.settled)

    crew.book.refused.add(1)
    for lane in range(LANES):
        await crew.say(lane, 2)

    await until(lambda: all(crew.book.applied[lane] == [1, 2] for lane in (0, 2, 3)))
    crew.book.refused.clear()
    await until(crew.book.done)


async def test_two_workers_share_the_lanes_and_the_one_left_takes_them_all(crew: Crew) -> None:
    first, second = crew.worker(), crew.worker()
    await until(lambda: crew.settled() and len(first.lanes.owned) == len(second.lanes.owned) == 2)
    for lane in range(LANES):
        await crew.say(lane, 2)
    await until(crew.book.done)

    await second.stop()
    await until(lambda: first.lanes.owned == list(range(LANES)))
    for lane in range(LANES):
        await crew.say(lane, 2)

    await until(crew.book.done)


async def test_a_worker_that_ends_in_the_middle_loses_nothing_and_doubles_nothing(crew: Crew) -> None:
    first, second = crew.worker(), crew.worker()
    await until(lambda: crew.settled() and len(first.lanes.owned) == len(second.lanes.owned) == 2)
    second.reactor.open.clear()
    for lane in range(LANES):
        await crew.say(lane, 3)
    await second.reactor.entered.wait()

    await second.kill()

    await until(crew.book.done)


async def test_a_worker_that_wakes_up_after_its_lanes_were_taken_changes_nothing(crew: Crew) -> None:
    first = crew.worker()
    await until(crew.settled)
    first.reactor.open.clear()
    for lane in range(LANES):
        await crew.say(lane, 3)
    await first.reactor.entered.wait()

    for lane in range(LANES):
        crew.book.claim(lane)
    first.reactor.open.set()

    await until(crew.book.done)
