"""PostgreSQL frozen and killed under a partner who goes on: 503 in seconds, never a false 202, and no restart."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.instance import post, wait_for
from tests.integration.hostile import Here, Partner


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Here]:
    made = Here(tmp_path_factory.mktemp("hostile"), carrier="journal")
    try:
        made.up()
        yield made
    finally:
        made.down()


@pytest.fixture(scope="module")
def partner(instance: Here) -> Partner:
    return Partner(instance)


def _family(instance: Here) -> list[int]:
    """PostgreSQL's own process and all that it has started."""
    head = instance.process("postgres")
    children = Path(f"/proc/{head}/task/{head}/children").read_text()
    return [head, *(int(pid) for pid in children.split())]


def _send(pids: list[int], number: signal.Signals) -> None:
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            continue


def test_a_frozen_postgresql_gives_503_in_seconds_and_never_a_false_202(partner: Partner, instance: Here) -> None:
    door, frozen = instance.door, _family(instance)
    event = partner.event()
    _send(frozen, signal.SIGSTOP)
    try:
        begun = time.monotonic()
        ready = httpx.get(f"{door}/readyz", timeout=20)
        probed = time.monotonic() - begun
        answer = post(partner.http, event)
        took = time.monotonic() - begun - probed
    finally:
        _send(frozen, signal.SIGCONT)

    assert (ready.status_code, answer.status_code) == (503, 503)
    assert answer.headers["retry-after"]
    assert (probed < 5, took < 11) == (True, True), (probed, took)
    wait_for(lambda: post(partner.http, event).status_code == 202, 60, "the door did not come back")
    assert partner.stored(event)


def test_a_killed_postgresql_costs_nothing_that_was_taken(partner: Partner, instance: Here) -> None:
    taken: list[dict[str, Any]] = []
    for n in range(60):
        event = partner.event()
        if post(partner.http, event).status_code == 202:
            taken.append(event)
        if n == 10:
            os.kill(instance.process("postgres"), signal.SIGKILL)
    wait_for(lambda: partner.state().status_code == 202, 60, "the door did not come back")

    assert len(taken) >= 10
    assert all(partner.stored(event) for event in taken)
    ready = f"{instance.door}/readyz"
    wait_for(lambda: httpx.get(ready, timeout=20).status_code == 200, 60, "the door is not ready again")
