"""A whole development instance for tests: started from the command line, spoken to over HTTP, stopped for certain."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("kernel", "schemas", "services", "operate", "simulator", "deploy")


class Instance:
    """One instance in a directory of its own; `tree` is the code that it runs: the checkout, or a copy."""

    def __init__(self, home: Path, carrier: str = "journal", clock: str = "2026-03-02", tree: Path = ROOT) -> None:
        self.state, self.carrier, self.clock, self.tree = home / "state", carrier, clock, tree
        self.environment = {**os.environ, "PYTHONPATH": str(tree)}
        self._tokens: dict[str, str] = {}

    @staticmethod
    def copy_of_the_code(home: Path) -> Path:
        """A copy of the packages, so that a test may add a file."""
        tree = home / "tree"
        for name in PACKAGES:
            shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
        return tree

    def polku(
        self, *arguments: str, check: bool = True, timeout: float = 280, **more: Any
    ) -> subprocess.CompletedProcess[str]:
        """Run the command line; `--state` is added after the command's name."""
        command, *rest = arguments
        line = [sys.executable, "-m", "operate.cli", command, "--state", str(self.state), *rest]
        done = subprocess.run(
            line,
            cwd=self.tree,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
            **more,
        )
        if check:
            assert done.returncode == 0, f"polku {' '.join(arguments)}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    def up(self, *options: str) -> Instance:
        """Start detached and wait for the door."""
        self.polku("up", "--carrier", self.carrier, "--clock", self.clock, "--detach", *options)
        return self

    def down(self) -> None:
        """Stop everything."""
        self.polku("down", check=False)

    def status(self) -> dict[str, Any]:
        """`polku status --json`."""
        found: dict[str, Any] = json.loads(self.polku("status", "--json", check=False, timeout=30).stdout)
        return found

    @property
    def door(self) -> str:
        """Address of the door."""
        return str(self.status()["door"]).rstrip("/")

    def token(self, org: str) -> str:
        """A token of one organisation."""
        if org not in self._tokens:
            self._tokens[org] = self.polku("token", "--org", org).stdout.strip()
        return self._tokens[org]

    def client(self, org: str) -> httpx.Client:
        """An HTTP client that speaks for an organisation."""
        return httpx.Client(base_url=self.door, headers={"Authorization": f"Bearer {self.token(org)}"}, timeout=20)

    def resolve(self, org: str, code: str) -> str:
        """The reference of a person."""
        with self.client(org) as client:
            answer = client.post("/v1/clients/resolve", json={"identity_code": code})
        assert answer.status_code == 200, answer.text
        return str(answer.json()["client_ref"])

    def at(self, instant: str) -> None:
        """Move the driven clock."""
        self.polku("clock", "--to", instant)

    def settled(self, timeout: float = 120) -> None:
        """Wait until every stream has applied everything, twice in a row."""
        calm = 0

        def quiet() -> bool:
            nonlocal calm
            streams = self.status()["streams"]
            calm = calm + 1 if streams and all(s["lag_facts"] == 0 for s in streams) else 0
            return calm >= 2

        wait_for(quiet, timeout, "the streams did not catch up")

    def verify(self) -> dict[str, Any]:
        """`polku verify --json`; zeros, or the test tells what differs."""
        done = self.polku("verify", "--json", check=False)
        report: dict[str, Any] = json.loads(done.stdout)
        assert done.returncode == 0, json.dumps(report, indent=1)[:3000]
        return report

    def process(self, role: str) -> int:
        """The pid of a role."""
        return int(next(p["pid"] for p in self.status()["processes"] if p["role"].startswith(role) and p["pid"]))

    def signal(self, role: str, number: signal.Signals) -> int:
        """Send a signal to a role; answers the pid that got it."""
        pid = self.process(role)
        os.kill(pid, number)
        return pid


def wait_for(condition: Callable[[], Any], timeout: float, otherwise: str, every: float = 0.1) -> Any:
    """Wait until a condition holds; what it answered."""
    end = time.monotonic() + timeout
    while True:
        found = condition()
        if found:
            return found
        assert time.monotonic() < end, otherwise
        time.sleep(every)


def example(client: httpx.Client, type_: str, ref: str | None, **data: Any) -> dict[str, Any]:
    """The published example of a type with a new id, a person, and some data changed."""
    listed = {e["type"]: e for e in client.get("/schemas/").json()}
    event: dict[str, Any] = dict(listed[type_]["example"])
    event |= {"id": str(uuid4()), "data": {**event["data"], **data}}
    if ref:
        event["subject"] = ref
        event.pop("partitionkey", None)
    return event


def post(client: httpx.Client, event: dict[str, Any]) -> httpx.Response:
    """State one fact in structured mode."""
    return client.post(
        "/v1/events", content=json.dumps(event), headers={"Content-Type": "application/cloudevents+json"}
    )
