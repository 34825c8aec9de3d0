"""Servers that several tests share: one PostgreSQL and one Kafka for the session, a fresh database for each test."""

from __future__ import annotations

import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from operate.ports import AMONG, HIGHEST, LOWEST
from tests.cluster import Cluster, Database
from tests.servers import Server, kafka_server


def pytest_configure() -> None:
    """Workers side by side choose from ports of their own: what one has chosen and not yet opened the other takes."""
    number, count = (os.environ.get(f"PYTEST_XDIST_WORKER{part}", "") for part in ("", "_COUNT"))
    if number:
        each = (HIGHEST - LOWEST + 1) // int(count)
        first = LOWEST + each * int(number.removeprefix("gw"))
        os.environ[AMONG] = f"{first}-{first + each - 1}"


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A real PostgreSQL 18 on a free port, stopped at the end.

    Not under pytest's own directory: another pytest that starts closes that to everybody but its owner, and the
    server runs as a user of its own.
    """
    with tempfile.TemporaryDirectory(prefix="polku-cluster-", ignore_cleanup_errors=True) as home:
        running = Cluster(Path(home))
        try:
            yield running.start()
        finally:
            running.stop()


@pytest.fixture
async def database(cluster: Cluster, tmp_path: Path) -> AsyncIterator[Database]:
    """A fresh database with the tiny domain's views and a driven clock that stands at 2 March 2026."""
    made = await cluster.database(tmp_path)
    try:
        yield made
    finally:
        await made.close()


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A real Kafka on a free port, without topics, stopped at the end."""
    with kafka_server(tmp_path_factory.mktemp("broker")) as server:
        yield server
