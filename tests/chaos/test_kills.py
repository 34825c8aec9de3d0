"""Real processes, killed and frozen one after another under load: nothing is lost, doubled or out of order.

The report at the end tells how often fence, gap and tail were really exercised.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import asyncpg
import httpx
import pytest

from tests.chaos.load import Load
from tests.instance import Instance, wait_for

FROZEN = 9.0
"""Seconds of SIGSTOP: longer than the session timeout, so that somebody else takes over."""
COUNTERS = ("polku_fenced", "polku_gap_healed", "polku_tail_healed", "polku_duplicates_dropped")


@pytest.fixture(scope="module")
def instance() -> Iterator[Instance]:
    """Two workers of each processor on real Kafka."""
    with TemporaryDirectory(prefix="polku-chaos-", ignore_cleanup_errors=True) as home:
        made = Instance(Path(home), carrier="kafka", clock="2026-05-04")
        made.environment["POLKU_SESSION_TIMEOUT"] = "6"
        try:
            yield made.up("--workers", "2")
        finally:
            made.down()


def exercised(instance: Instance) -> Counter[str]:
    """Sums of the healing counters over all processes that serve now."""
    found: Counter[str] = Counter()
    text = httpx.get(str(instance.status()["metrics"]), timeout=10).text
    for name in COUNTERS:
        for value in re.findall(rf"^{name}_total(?:\{{[^}}]*\}})? ([0-9.e+]+)$", text, re.MULTILINE):
            found[name] += int(float(value))
    return found


def killed(instance: Instance, role: str) -> None:
    """kill -9, then wait until the supervisor has put another one in its place."""
    pid = instance.signal(role, signal.SIGKILL)
    wait_for(lambda: _another(instance, role, pid), 40, f"{role} was not started again")


def _another(instance: Instance, role: str, pid: int) -> bool:
    return any(p["role"].startswith(role) and p["pid"] not in (None, pid) for p in instance.status()["processes"])


def frozen(instance: Instance, role: str) -> None:
    """SIGSTOP beyond the session timeout, then on as a zombie."""
    pid = instance.signal(role, signal.SIGSTOP)
    time.sleep(FROZEN)  # the fault itself, not a wait for luck
    try:
        os.kill(pid, signal.SIGCONT)
    except ProcessLookupError:
        return


def without_kafkas_data(instance: Instance) -> None:
    """The broker dies and its data directory is gone; workers are frozen, so that unread records are really lost."""
    pid = instance.signal("placements", signal.SIGSTOP)
    time.sleep(1)  # facts are relayed that this worker has not read
    broker = instance.signal("kafka", signal.SIGKILL)
    shutil.rmtree(instance.state / "kafka" / "data", ignore_errors=True)
    os.kill(pid, signal.SIGCONT)
    wait_for(lambda: _another(instance, "kafka", broker), 60, "the broker was not started again")


@pytest.mark.timeout(900)
def test_whatever_is_killed_or_frozen_nothing_is_lost_doubled_or_out_of_order(
    instance: Instance,
) -> None:
    load = Load(instance, persons=60, seed=7)
    load.prepare()
    load.start()
    seen, report = Counter[str](), []
    faults = [(killed, r) for r in ("gateway", "relay", "placements", "referrals", "notifications", "clock", "intake")]
    faults += [(frozen, "placements"), (frozen, "relay"), (killed, "kafka"), (killed, "postgres")]
    for fault, role in faults:
        before = len(load.accepted)
        fault(instance, role)
        wait_for(lambda b=before: len(load.accepted) > b + 5, 60, f"no fact was taken after {fault.__name__} {role}")
        report.append(f"{fault.__name__} {role}: {len(load.accepted) - before} facts taken meanwhile")
        seen |= exercised(instance)
    without_kafkas_data(instance)
    before = len(load.accepted)
    wait_for(lambda: len(load.accepted) > before + 5, 60, "no fact was taken after Kafka's data were lost")
    seen |= exercised(instance)
    load.stop()
    instance.settled(120)

    verified = instance.verify()
    stored = asyncio.run(_stored(instance))
    report.append(f"{len(load.accepted)} facts, {load.retries} retries, exercised: {dict(seen | exercised(instance))}")
    print("\n" + "\n".join(report))
    assert not load.false, "the same event got another receipt"
    assert {i: (r["lane"], r["seq"]) for i, r in load.accepted.items()} == {
        i: place for i, place in stored.items() if i in load.accepted
    }, "something promised is not where its receipt says"
    assert [verified[n] for n in ("lost", "doubled", "out_of_order", "differing")] == [0, 0, 0, 0]
    assert seen["polku_fenced"] + seen["polku_tail_healed"] > 0, "no fault met work in flight"


async def _stored(instance: Instance) -> dict[str, tuple[int, int]]:
    from operate.instance import read  # the test looks into the database as an operator would

    connection = await asyncpg.connect(read(instance.state).settings("test").dsn("polku_operator"))
    try:
        rows = await connection.fetch("SELECT id, lane, seq FROM journal.fact WHERE source LIKE '%:attendance'")
    finally:
        await connection.close()
    return {r["id"]: (r["lane"], r["seq"]) for r in rows}
