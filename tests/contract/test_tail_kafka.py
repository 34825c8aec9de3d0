"""What Kafka may do to us: bring things twice, with gaps, too late, of a lost era, not at all."""

from __future__ import annotations

import pytest

from tests.contract.carriers import TOPIC, KafkaCrew
from tests.sample.book import row, until


@pytest.fixture
def by_kafka_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody looks into the journal because Kafka is slow, however busy the machine is."""
    monkeypatch.setattr("kernel.pace.STILL", 600.0)


alone = pytest.mark.usefixtures("by_kafka_alone")


@alone
async def test_a_record_sent_again_is_dropped(kafka_crew: KafkaCrew) -> None:
    kafka_crew.worker()
    await until(kafka_crew.settled)
    rows = kafka_crew.book.append(1, 3)

    await kafka_crew.bring(rows)
    await kafka_crew.bring(rows[1:])
    await kafka_crew.say(1, 1)

    await until(kafka_crew.book.done)
    assert kafka_crew.book.from_journal == 0


@alone
async def test_a_gap_is_healed_before_what_follows_it(kafka_crew: KafkaCrew) -> None:
    kafka_crew.worker()
    await until(kafka_crew.settled)
    rows = kafka_crew.book.append(1, 5)

    await kafka_crew.bring([rows[4]])

    await until(kafka_crew.book.done)
    assert kafka_crew.book.from_journal == 4


async def test_a_lost_end_is_read_from_the_journal(kafka_crew: KafkaCrew) -> None:
    kafka_crew.worker()
    await until(kafka_crew.settled)

    kafka_crew.book.append(2, 3)

    await until(kafka_crew.book.done)
    assert kafka_crew.book.from_journal == 3


async def test_what_a_lost_era_left_in_kafka_is_void(kafka_crew: KafkaCrew) -> None:
    kafka_crew.worker()
    await until(kafka_crew.settled)

    await kafka_crew.bring([row(1, n, "lost") for n in (1, 2, 3)], era="a-lost-era")
    await kafka_crew.say(1, 2)

    await until(kafka_crew.book.done)


@alone
async def test_a_record_that_is_not_ours_is_passed_over(kafka_crew: KafkaCrew) -> None:
    kafka_crew.worker()
    await until(kafka_crew.settled)

    await kafka_crew.producer.send_and_wait(TOPIC, b"\xff", partition=1)
    await kafka_crew.say(1, 2)

    await until(kafka_crew.book.done)
    assert kafka_crew.book.from_journal == 0


@alone
async def test_a_new_start_goes_on_at_the_hint_and_reads_nothing_twice(kafka_crew: KafkaCrew) -> None:
    first = kafka_crew.worker()
    await until(kafka_crew.settled)
    await kafka_crew.say(1, 3)
    await until(kafka_crew.book.done)
    await first.stop()
    kafka_crew.workers.clear()
    await kafka_crew.say(1, 3)

    kafka_crew.worker()

    await until(kafka_crew.book.done)
    assert kafka_crew.book.from_journal == 0


async def test_a_hint_that_is_wrong_costs_only_a_look_into_the_journal(kafka_crew: KafkaCrew) -> None:
    first = kafka_crew.worker()
    await until(kafka_crew.settled)
    await kafka_crew.say(1, 3)
    await until(kafka_crew.book.done)
    await first.stop()
    kafka_crew.workers.clear()
    kafka_crew.book.checkpoints[1].hint = 10**9
    await kafka_crew.say(1, 3)

    kafka_crew.worker()

    await until(kafka_crew.book.done)


async def test_a_worker_that_starts_again_gets_its_own_lanes_without_a_rebalance(kafka_crew: KafkaCrew) -> None:
    kafka_crew.session = 10.0
    first, second = kafka_crew.worker(), kafka_crew.worker()
    await until(lambda: kafka_crew.settled() and len(first.lanes.owned) == len(second.lanes.owned) == 2)
    mine = first.lanes.owned
    revs = {lane: kafka_crew.book.checkpoints[lane].rev for lane in mine}
    await second.stop()
    kafka_crew.workers.remove(second)

    again = kafka_crew.worker()
    await until(kafka_crew.settled)

    assert first.lanes.owned == mine
    assert {lane: kafka_crew.book.checkpoints[lane].rev for lane in mine} == revs
    assert again.lanes.owned == second.lanes.owned or len(again.lanes.owned) == 2
