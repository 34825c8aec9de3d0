"""The supervisor on real servers: what dies comes back, what is lost is made anew, and nothing stays behind."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from operate import running, topics
from operate.instance import read
from tests.unit.operate.test_topics import ORGANISATIONS

SERVERS = "postgres,kafka"


class Part:
    """PostgreSQL and Kafka under a supervisor, without the application."""

    def __init__(self, home: Path) -> None:
        self.state = home / "state"
        (home / "organisations.toml").write_text(ORGANISATIONS)
        self.environment = {**os.environ, "POLKU_ORGANISATIONS": str(home / "organisations.toml")}

    def polku(self, command: str, *rest: str) -> subprocess.CompletedProcess[str]:
        line = [sys.executable, "-m", "operate.cli", command, "--state", str(self.state), *rest]
        return subprocess.run(line, capture_output=True, text=True, check=False, timeout=200, env=self.environment)

    def up(self) -> None:
        done = self.polku("up", "--detach", "--only", SERVERS)
        assert done.returncode == 0, done.stdout + done.stderr

    def process(self, role: str) -> dict[str, Any]:
        return next(p for p in running.processes(read(self.state)) if p["role"] == role)

    def left(self) -> list[int]:
        """Processes that have anything to do with this directory."""
        found = []
        for process in psutil.process_iter():
            try:
                line, cwd = " ".join(process.cmdline()), process.cwd()
            except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
                continue
            if str(self.state) in line or cwd.startswith(str(self.state)):
                found.append(process.pid)
        return found


def eventually(condition: Callable[[], bool], seconds: float = 90) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.1)


@pytest.fixture(scope="module")
def part(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Part]:
    made = Part(tmp_path_factory.mktemp("operate"))
    made.up()
    yield made
    made.polku("down")


def runs_anew(part: Part, role: str, pid: int) -> bool:
    """Whether it runs as another process: in one look, since one that is being killed is neither for a moment."""
    now = part.process(role)
    return now["state"] == "running" and now["pid"] not in (None, pid)


@pytest.mark.parametrize("role", ["postgres", "kafka"])
@pytest.mark.parametrize("frozen", [False, True], ids=["killed", "frozen, then killed"])
def test_a_server_that_died_serves_again(part: Part, role: str, frozen: bool) -> None:
    before = part.process(role)
    if frozen:
        os.kill(before["pid"], signal.SIGSTOP)
        eventually(lambda: part.process(role)["state"] == "frozen")
    os.kill(before["pid"], signal.SIGKILL)

    eventually(lambda: runs_anew(part, role, before["pid"]))
    assert part.process(role)["restarts"] == before["restarts"] + 1


def test_topics_are_there_and_come_back_when_kafka_has_lost_everything(part: Part) -> None:
    instance = read(part.state)
    wanted = topics.declared(instance.settings("test").topics, part.state.parent / "organisations.toml")
    assert asyncio.run(topics.check(instance.kafka, wanted)) == []

    before = part.process("kafka")
    os.kill(before["pid"], signal.SIGSTOP)  # so that neither it nor the next one writes there meanwhile
    (part.state / "kafka" / "data").rename(part.state / "kafka" / "lost")
    os.kill(before["pid"], signal.SIGKILL)
    eventually(lambda: runs_anew(part, "kafka", before["pid"]))

    assert asyncio.run(topics.check(instance.kafka, wanted)) == []


def test_status_answers_soon_while_the_database_is_frozen(part: Part) -> None:
    pid = part.process("postgres")["pid"]
    os.kill(pid, signal.SIGSTOP)
    try:
        begun = time.monotonic()
        found = json.loads(part.polku("status", "--json").stdout)

        assert time.monotonic() - begun < 10
        assert found["streams"] is None
        assert {p["role"] for p in found["processes"]} == {"postgres", "kafka"}
    finally:
        os.kill(pid, signal.SIGCONT)


def test_after_a_killed_supervisor_nothing_lives_and_up_works_again(part: Part) -> None:
    supervisor = running.supervisor(read(part.state))
    assert supervisor is not None
    ports = read(part.state).ports
    supervisor.kill()
    eventually(lambda: part.left() == [])

    part.up()

    assert read(part.state).ports == ports


def test_a_second_supervisor_is_refused_and_asking_for_another_clock_too(part: Part) -> None:
    again = part.polku("up", "--only", SERVERS)
    other = part.polku("up", "--detach", "--clock", "2026-03-02")

    assert again.returncode != 0
    assert "already up" in again.stderr
    assert other.returncode != 0
    assert "--clock" in other.stderr


def test_the_detached_supervisor_holds_nothing_of_the_caller(part: Part) -> None:
    supervisor = running.supervisor(read(part.state))
    assert supervisor is not None
    held = {str(Path(f"/proc/{supervisor.pid}/fd/{n}").readlink()) for n in (0, 1, 2)}

    assert held == {"/dev/null", str(part.state / "logs" / "supervisor.log")}
    assert os.getsid(supervisor.pid) == supervisor.pid


def test_down_leaves_nothing_running_and_twice_is_no_error(part: Part) -> None:
    assert part.polku("down").returncode == 0
    assert part.left() == []

    again = part.polku("down")

    assert again.returncode == 0
    assert "nothing was running" in again.stdout
