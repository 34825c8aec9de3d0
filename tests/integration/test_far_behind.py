"""A worker that was away for a week, and Kafka without a topic or without offsets: nobody has to do anything."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import count

import pytest

from kernel import observe
from tests.cluster import Database, visit
from tests.contract.carriers import lose_topic, make_topic
from tests.integration.rebuilding import run
from tests.integration.test_broker_outage import PARTITIONS, TOPIC, at_work, comes_through_kafka, say, shown
from tests.sample.book import until
from tests.servers import Server, kafka_server

PERSONS, VISITS = 40, 250


@pytest.fixture
def own_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A broker whose topic this test may lose."""
    with kafka_server(tmp_path_factory.mktemp("own_broker")) as server:
        yield server


async def caught_up(database: Database) -> bool:
    behind = """SELECT 1 FROM journal.lane l
                  LEFT JOIN react.checkpoint c ON c.lane = l.lane AND c.processor = 'referrals'
                 WHERE l.seq > coalesce(c.seq, 0)"""
    return not await database.rows(behind)


async def test_a_backlog_of_a_week_is_read_in_bulk_and_then_facts_come_through_kafka(
    database: Database, own_broker: Server
) -> None:
    await make_topic(own_broker.address, TOPIC, PARTITIONS)
    database.settings = database.settings.model_copy(update={"far_behind": 100})
    refs = [await database.person(f"p{n}") for n in range(PERSONS)]
    for n, ref in enumerate(refs):
        said = [visit(1000 * n + 1000 + v, 1 + v % 20, v >= VISITS - 20, ref) for v in range(VISITS)]
        await database.door.append(said)
    async with at_work(database, own_broker.address):
        await until(partial(caught_up, database), 90, "the backlog was not read")
        (moved,) = await database.rows("SELECT sum(rev)::int AS moves FROM react.checkpoint")
        numbers = count(100_000)
        await until(lambda: comes_through_kafka(database, refs[0], next(numbers)), 60, "Kafka is not used")
    report = await run(database)
    told = await database.rows("SELECT 1 FROM journal.fact WHERE type = 'fi.polku.visits.missed.v1'")

    assert moved["moves"] < PERSONS * VISITS / 20, "not fact by fact"
    assert (report.differing, report.failed, told) == ([], [], [])
    assert [await database.days(ref) for ref in refs[1:3]] == [dict.fromkeys(range(1, 21), True)] * 2


async def test_a_topic_that_is_lost_while_everybody_works_needs_no_command(
    database: Database, own_broker: Server
) -> None:
    await make_topic(own_broker.address, TOPIC, PARTITIONS)
    ref = await database.person()
    async with at_work(database, own_broker.address):
        await say(database, ref, range(1, 4))
        await until(partial(shown, database, ref, 3), 60, "nothing came through Kafka")
        healed = observe.tails.labels("referrals")._value.get()
        await lose_topic(own_broker.address, TOPIC)
        await say(database, ref, range(4, 7))
        await until(partial(shown, database, ref, 6), 60, "the journal did not carry")
        assert observe.tails.labels("referrals")._value.get() > healed

        await make_topic(own_broker.address, TOPIC, PARTITIONS)
        numbers = count(100)
        await until(lambda: comes_through_kafka(database, ref, next(numbers)), 90, "Kafka is not used any more")


async def test_offsets_that_are_lost_are_not_missed(database: Database, own_broker: Server) -> None:
    await make_topic(own_broker.address, TOPIC, PARTITIONS)
    ref = await database.person()
    async with at_work(database, own_broker.address):
        await say(database, ref, range(1, 4))
        await until(partial(shown, database, ref, 3), 60, "nothing came through Kafka")
    await say(database, ref, range(4, 7))
    await lose_topic(own_broker.address, "__consumer_offsets")  # and with it what every group had committed
    await database.rows("UPDATE react.checkpoint SET hint = NULL RETURNING 1")
    async with at_work(database, own_broker.address):
        await until(partial(shown, database, ref, 6), 30, "what was said meanwhile did not come")
        numbers = count(100)
        await until(lambda: comes_through_kafka(database, ref, next(numbers)), 60, "Kafka is not used any more")
