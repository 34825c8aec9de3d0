"""Kafka Connect with Debezium's JDBC sink: its jars by a lock file, and a standalone worker tuned for upserts."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

from bench.peers import install
from bench.through import ROWS
from operate import kafka
from operate.ports import choose

TABLE = "connect_rows"
COLUMNS = ("subject", "day", "status")
SCHEMA = {
    "type": "struct",
    "optional": False,
    "fields": [{"field": name, "type": "string", "optional": False} for name in COLUMNS],
}
JVM = ("-Xms256m", "-Xmx1g", "-XX:+UseG1GC", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn")


def command(folder: Path, broker: str, dsn: str) -> list[str]:
    """The line that runs the worker with the one connector. OperateError when the jars cannot be had."""
    classpath = install.connect()
    worker, sink = folder / "worker.properties", folder / "sink.properties"
    _write(worker, _worker(folder, broker))
    _write(sink, _sink(dsn))
    line = [str(kafka.java()), *JVM, "-cp", ":".join(map(str, classpath))]
    return [*line, "org.apache.kafka.connect.cli.ConnectStandalone", str(worker), str(sink)]


def _worker(folder: Path, broker: str) -> dict[str, str]:
    return {
        "bootstrap.servers": broker,
        "listeners": f"http://127.0.0.1:{choose(set())}",
        "offset.storage.file.filename": str(folder / "offsets"),
        "offset.flush.interval.ms": "5000",
        "plugin.discovery": "only_scan",
        "key.converter": "org.apache.kafka.connect.storage.StringConverter",
        "value.converter": "org.apache.kafka.connect.json.JsonConverter",
        "value.converter.schemas.enable": "true",
        "value.converter.schema.content": json.dumps(SCHEMA),  # so the records carry none: Kafka 4.2 and newer
        "consumer.auto.offset.reset": "earliest",
        "consumer.max.poll.records": "5000",
        "consumer.fetch.max.wait.ms": "20",
        "consumer.max.partition.fetch.bytes": str(4 * 1024 * 1024),
    }


def _sink(dsn: str) -> dict[str, str]:
    place = urlsplit(dsn)
    return {
        "name": f"rows-{uuid4().hex[:8]}",  # its group is called by it: each run reads from the beginning
        "connector.class": "io.debezium.connector.jdbc.JdbcSinkConnector",
        "tasks.max": "1",
        "topics": ROWS,
        "connection.url": f"jdbc:postgresql://{place.hostname}:{place.port}{place.path}?reWriteBatchedInserts=true",
        "connection.username": place.username or "",
        "connection.password": place.password or "",
        "collection.name.format": f"public.{TABLE}",
        "insert.mode": "upsert",
        "primary.key.mode": "record_value",
        "primary.key.fields": "subject,day",
        "schema.evolution": "none",
        "batch.size": "5000",
        "dialect.postgres.unnest.insert.enabled": "true",  # one array a column: measured the fastest of its ways
    }


def _write(path: Path, settings: dict[str, str]) -> None:
    path.write_text("".join(f"{name}={value}\n" for name, value in settings.items()))
