"""Real servers for tests: PostgreSQL and Kafka in a directory of their own, stopped for certain."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from operate import jars, kafka, postgres
from operate.ports import HOST, choose

PASSWORD = "made-up-for-a-test"


@dataclass(slots=True)
class Server:
    """A running server; `address` is host:port, for PostgreSQL `dsn` is the superuser's."""

    address: str
    home: Path
    process: subprocess.Popen[bytes]

    @property
    def dsn(self) -> str:
        return f"postgresql://postgres:{PASSWORD}@{self.address}/postgres"


@contextmanager
def postgres_server(home: Path) -> Iterator[Server]:
    """PostgreSQL 18 on a fresh cluster."""
    data, port = home / "postgres", choose(())
    postgres.prepare(data, "postgres", PASSWORD)
    user = postgres.run_as()
    with (home / "postgres.log").open("ab") as log:
        line = [*postgres.command(data, port), "-c", "fsync=off"]
        process = subprocess.Popen(
            line, stdout=log, stderr=log, cwd="/", user=user, group=user, extra_groups=[] if user else None
        )
    server = Server(f"{HOST}:{port}", home, process)
    try:
        asyncio.run(postgres.wait_ready(server.dsn, 60))
        yield server
    finally:
        process.send_signal(signal.SIGINT)
        _end(process)


@contextmanager
def kafka_server(home: Path) -> Iterator[Server]:
    """One broker on an empty directory; topics are the caller's."""
    classpath, port = jars.ensure(print), choose(())
    folder = home / "kafka"
    kafka.prepare(folder, port, choose((port,)), classpath)
    with (home / "kafka.log").open("ab") as log:
        process = subprocess.Popen(
            kafka.command(folder, classpath), stdout=log, stderr=log, cwd=home, env=dict(os.environ)
        )
    server = Server(f"{HOST}:{port}", home, process)
    try:
        asyncio.run(kafka.wait_ready(server.address, 90))
        yield server
    finally:  # the one that runs now: a test may have killed the first and started another
        server.process.terminate()
        _end(server.process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Wait until it has ended as it was told; one that takes too long is killed."""
    try:
        process.wait(60)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(30)
