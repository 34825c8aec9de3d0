"""Servers that several tests share: one PostgreSQL for the session, a fresh database for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.cluster import Cluster, Database


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A real PostgreSQL 18 on a free port, stopped at the end."""
    running = Cluster(tmp_path_factory.mktemp("cluster"))
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
