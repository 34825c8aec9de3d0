"""The alarms that operations get: well-formed, tested, and about metrics that exist."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from prometheus_client.registry import REGISTRY

from kernel import observe
from operate import anomalies
from services.gateway import feed

ALARMS = Path(__file__).resolve().parents[2] / "deploy" / "alarms"
SUFFIXES = ("", "_total", "_bucket", "_count", "_sum", "_created")
METRIC = re.compile(r"\b(?:polku|http_server)_[a-z0-9_]+")
IN_QUOTES = re.compile(r'"[^"]*"')


def run(tool: str, *arguments: str) -> str:
    """What a tool says; skipped by name where it is missing, never in CI."""
    if shutil.which(tool) is None and not os.environ.get("CI"):
        pytest.skip(f"{tool} is not installed")
    done = subprocess.run([tool, *arguments], cwd=ALARMS, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("name", ["recording.yml", "alerts.yml"])
def test_prometheus_takes_the_rules(name: str) -> None:
    assert "SUCCESS" in run("promtool", "check", "rules", name)


def test_the_alarms_ring_and_stay_silent_when_they_should() -> None:
    assert "SUCCESS" in run("promtool", "test", "rules", "t.yml")


def test_alertmanager_takes_its_configuration() -> None:
    assert "SUCCESS" in run("amtool", "check-config", "am.yml")


def used() -> set[str]:
    """Metrics that the expressions of all rules read."""
    found: set[str] = set()
    for name in ("recording.yml", "alerts.yml"):
        lines = [line.partition("#")[0] for line in (ALARMS / name).read_text().splitlines()]
        text = "\n".join(line for line in lines if "annotations:" not in line and "record:" not in line)
        found |= set(METRIC.findall(IN_QUOTES.sub('""', text)))
    return found


def existing() -> set[str]:
    """Names under which the metrics of `kernel.observe`, and what clock and door add to them, are shown."""
    assert observe.received
    assert anomalies.found
    assert feed.polled
    names = {m.name for m in REGISTRY.collect()} | set(getattr(REGISTRY, "_names_to_collectors", {}))
    return {name + suffix for name in names for suffix in SUFFIXES}


def not_yet() -> set[str]:
    """Metrics that the list in the README gives a reason for."""
    rows = re.findall(r"^\| `([a-z_]+)` \| \S.*\|$", (ALARMS / "README.md").read_text(), re.M)
    return set(rows)


def test_every_metric_of_a_rule_exists_or_is_listed_as_not_yet_with_its_reason() -> None:
    assert len(used()) > 20, "the expressions were not read"
    assert used() - existing() - not_yet() == set()


def test_what_is_listed_as_not_yet_is_used_and_does_not_exist() -> None:
    assert not_yet() & existing() == set()
    assert not_yet() - used() == set()
