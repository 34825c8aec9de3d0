"""What we lean on in Faust and aiokafka: each of these fails when a new version behaves differently."""

from __future__ import annotations

import asyncio
import inspect
import json
import os
import signal
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import faust
import pytest
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener
from aiokafka.producer.message_accumulator import BatchBuilder

from kernel import tail_faust
from kernel.settings import Settings
from tests.instance import ROOT

WORKER = """
import asyncio, logging, sys
from pathlib import Path
from kernel.settings import Settings
from kernel.tail_faust import run_faust
from kernel import observe

async def work():
    import structlog
    structlog.get_logger("probe").info("working", lane=1, secret="must not be seen")
    logging.getLogger("a.library").warning("a word of somebody else")
    try:
        await {body}
    finally:
        structlog.get_logger("probe").info("ended", lane=1)

home = Path(sys.argv[1])
settings = Settings(database="nowhere/polku", secrets=home, kms=home, issuer=home, state=home, kafka="127.0.0.1:1")
observe.start(settings)
run_faust("probe", work, settings)
"""


def settings(home: Path) -> Settings:
    return Settings(database="nowhere/polku", secrets=home, kms=home, issuer=home, state=home, kafka="127.0.0.1:1")


async def _no_work() -> None:
    """Nothing."""


def started(home: Path, body: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WORKER.format(body=body), str(home)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_the_version_is_the_one_that_the_seam_was_tested_with() -> None:
    assert version("faust-streaming") == tail_faust.FAUST


def test_another_version_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tail_faust, "FAUST", "0.0.0")

    with pytest.raises(RuntimeError, match=r"tested with 0\.0\.0 only"):
        tail_faust.build("probe", _no_work, settings(tmp_path))


def test_nothing_of_fausts_own_goes_to_kafka_or_opens_a_port(tmp_path: Path) -> None:
    app = tail_faust.build("probe", _no_work, settings(tmp_path))
    app.finalize()

    services = list(app.boot_strategy.server())

    assert len(services) == 1
    assert services[0] is app.agents
    assert len(app.agents) == 0
    assert not app.conf.web_enabled
    assert app.conf.topic_disable_leader


async def test_a_worker_lives_without_kafka_speaks_json_and_ends_in_order(tmp_path: Path) -> None:
    process = started(tmp_path, "asyncio.sleep(600)")
    first = await asyncio.to_thread(_until_it_works, process)

    process.send_signal(signal.SIGTERM)
    out, rest = await asyncio.to_thread(process.communicate, timeout=60)

    lines = [json.loads(line) for line in (first + rest).splitlines()]
    assert process.returncode == 0
    assert [line["event"] for line in lines if line.get("logger") == "probe"] == ["working", "ended"]
    assert all(line["role"] == "polku" for line in lines)
    assert "must not be seen" not in first + rest
    assert out == ""


async def test_an_error_in_the_work_ends_the_process_with_an_error(tmp_path: Path) -> None:
    process = started(tmp_path, "asyncio.wait_for(asyncio.Event().wait(), 0.1)")

    await asyncio.to_thread(process.communicate, timeout=60)

    assert process.returncode not in (0, None)


def test_the_parts_of_aiokafka_that_we_call_are_there() -> None:
    consumer = inspect.signature(AIOKafkaConsumer).parameters
    assert {"group_instance_id", "fetch_max_wait_ms", "rebalance_timeout_ms", "max_poll_interval_ms"} <= set(consumer)
    assert {"partitions", "timeout_ms"} <= set(inspect.signature(AIOKafkaConsumer.getmany).parameters)
    assert {"timestamp", "key", "value", "headers"} <= set(inspect.signature(BatchBuilder.append).parameters)
    for name in ("on_partitions_revoked", "on_partitions_assigned"):
        assert inspect.iscoroutinefunction(getattr(tail_faust.KafkaTail, name))
        assert hasattr(ConsumerRebalanceListener, name)


def test_faust_still_starts_services_of_ours() -> None:
    assert hasattr(faust.App, "service")
    assert faust.App.BootStrategy.enable_kafka is True
    assert tail_faust.OnlyServices.enable_kafka is False


def _until_it_works(process: subprocess.Popen[str]) -> str:
    """Everything that it says up to the word that it works."""
    assert process.stderr is not None
    said = ""
    while "working" not in said:
        line = process.stderr.readline()
        assert line, f"it ended: {said}"
        said += line
    return said
