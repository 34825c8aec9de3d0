"""Kafka is away for a while, or has lost everything: the work goes on from the journal, and Kafka is used again."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from functools import partial
from itertools import count
from time import monotonic

import pytest

from kernel import observe, relay
from kernel.tail import work
from kernel.tail_faust import KafkaTail
from operate import jars, kafka
from tests.cluster import Database, visit
from tests.contract.carriers import make_topic
from tests.sample.book import until
from tests.servers import Server, kafka_server

TOPIC, PARTITIONS = "polku.journal.v1", 33


@pytest.fixture
def own_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A broker that this test may kill."""
    with kafka_server(tmp_path_factory.mktemp("own_broker")) as server:
        yield server


def start_again(server: Server) -> None:
    with (server.home / "kafka.log").open("ab") as log:
        server.process = subprocess.Popen(
            kafka.command(server.home / "kafka", jars.ensure(print)),
            stdout=log,
            stderr=log,
            cwd=server.home,
            env=dict(os.environ),
        )


def kill(server: Server) -> None:
    server.process.kill()
    server.process.wait(30)


def lose_everything(server: Server) -> None:
    """Make the data directory anew, with the same ports."""
    folder = server.home / "kafka"
    shutil.rmtree(folder / "data")
    lines = dict(line.split("=", 1) for line in (folder / "server.properties").read_text().splitlines())
    controller = int(lines["controller.quorum.voters"].rpartition(":")[2])
    kafka.prepare(folder, int(server.address.rpartition(":")[2]), controller, jars.ensure(print))


@asynccontextmanager
async def at_work(database: Database, address: str) -> AsyncIterator[None]:
    """A relay and a worker."""
    settings = database.settings.model_copy(update={"kafka": address, "carrier": "kafka", "session_timeout": 4.0})
    carrier = partial(KafkaTail, settings=settings)
    tasks = [
        asyncio.create_task(relay.run(settings)),
        asyncio.create_task(work("referrals", lambda _: database.reactor(), settings, carrier)),
    ]
    try:
        yield
        assert not any(task.done() for task in tasks)
    finally:
        for task in tasks:
            task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
        for reason in ended:
            if isinstance(reason, Exception):
                raise reason


async def say(database: Database, ref: str, days: range) -> int:
    receipts = await database.door.append([visit(day, day, True, ref) for day in days])
    return receipts[0].lane


async def shown(database: Database, ref: str, count: int) -> bool:
    return len(await database.days(ref)) == count


async def comes_through_kafka(database: Database, ref: str, number: int) -> bool:
    """Whether a visit of a new number is applied without the journal's help."""
    healed = observe.tails.labels("referrals")._value.get()
    (receipt,) = await database.door.append([visit(number, 1 + number % 28, True, ref)])
    await until(partial(applied, database, receipt.lane, receipt.seq), 60, "nothing came any more")
    return bool(observe.tails.labels("referrals")._value.get() == healed)


async def applied(database: Database, lane: int, seq: int) -> bool:
    there = "SELECT 1 FROM react.checkpoint WHERE processor = 'referrals' AND lane = $1 AND seq >= $2"
    return bool(await database.rows(there, lane, seq))


async def relayed(database: Database) -> bool:
    behind = "SELECT 1 FROM journal.lane l JOIN relay.mark m USING (lane) WHERE l.seq > m.seq"
    return not await database.rows(behind)


@pytest.mark.parametrize("lost", [False, True], ids=["killed", "data_lost"])
async def test_while_kafka_is_away_the_journal_carries(database: Database, own_broker: Server, lost: bool) -> None:
    await make_topic(own_broker.address, TOPIC, PARTITIONS)
    ref = await database.person()
    async with at_work(database, own_broker.address):
        await say(database, ref, range(1, 4))
        await until(partial(shown, database, ref, 3), 60, "nothing came through Kafka")

        kill(own_broker)
        healed = observe.tails.labels("referrals")._value.get()
        await say(database, ref, range(4, 7))
        await until(partial(shown, database, ref, 6), 60, "the journal did not carry")
        assert observe.tails.labels("referrals")._value.get() > healed

        if lost:
            lose_everything(own_broker)
        start_again(own_broker)
        await kafka.wait_ready(own_broker.address, 120)
        await make_topic(own_broker.address, TOPIC, PARTITIONS)
        await until(partial(relayed, database), 60, "the relay did not go on")
        numbers = count(100)
        await until(lambda: comes_through_kafka(database, ref, next(numbers)), 60, "Kafka is not used any more")
        await until(partial(relayed, database), 30, "the relay stopped")


async def test_whoever_is_told_to_end_while_kafka_is_frozen_ends_soon(database: Database, own_broker: Server) -> None:
    await make_topic(own_broker.address, TOPIC, PARTITIONS)
    ref = await database.person()
    try:
        async with at_work(database, own_broker.address):
            await say(database, ref, range(1, 4))
            await until(partial(shown, database, ref, 3), 60, "nothing came through Kafka")
            own_broker.process.send_signal(signal.SIGSTOP)
            await say(database, ref, range(4, 7))
            await until(partial(shown, database, ref, 6), 60, "the journal did not carry")
            told = monotonic()

        assert monotonic() - told < 9
    finally:
        own_broker.process.send_signal(signal.SIGCONT)
