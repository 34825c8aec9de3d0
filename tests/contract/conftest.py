"""The carriers under contract, each with real servers."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.cluster import Cluster
from tests.contract.carriers import Crew, JournalCrew, KafkaCrew
from tests.servers import Server


@pytest.fixture(params=["journal", "kafka"])
def nobody(request: pytest.FixtureRequest) -> JournalCrew | KafkaCrew:
    """A crew on a carrier whose servers run; not async, because servers are started outside of a loop."""
    if request.param == "journal":
        cluster: Cluster = request.getfixturevalue("cluster")
        return JournalCrew(cluster.superuser)
    return KafkaCrew(request.getfixturevalue("broker").address)


@pytest.fixture
async def crew(nobody: JournalCrew | KafkaCrew) -> AsyncIterator[Crew]:
    """Nobody at work yet."""
    made = await nobody.open()
    try:
        yield made
    finally:
        await made.close()


@pytest.fixture
async def kafka_crew(broker: Server) -> AsyncIterator[KafkaCrew]:
    """Nobody at work yet, on Kafka."""
    made = await KafkaCrew(broker.address).open()
    try:
        yield made
    finally:
        await made.close()
