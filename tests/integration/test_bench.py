"""Benchmarks run at a tiny size, and tell what they measured in one document."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from operate.commands.bench import names

pytestmark = pytest.mark.timeout(600)  # of which a command may take 500: other tests work beside it
POLKU = str(Path(sys.executable).with_name("polku"))


def bench(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([POLKU, "bench", *words], capture_output=True, text=True, timeout=500, check=False)


@pytest.mark.parametrize("name", ["append", "door", "parse", "reaction", "rebuild", "wakeups"])
def test_a_benchmark_measures_everything_in_every_round(name: str, tmp_path: Path) -> None:
    done = bench(name, "--facts", "600", "--rounds", "2", "--json", "--no-fetch", "--plot", str(tmp_path / "p.svg"))

    assert done.returncode == 0, done.stderr
    results = json.loads(done.stdout)
    assert [r["name"] for r in results] == ([name, "door_p99"] if name == "door" else [name])
    assert all(len(f["rounds"]) == 2 and f["min"] > 0 for r in results for f in r["figures"].values())
    assert all(r["ratios"].keys() and r["bars"] for r in results)
    assert (tmp_path / "p.svg").read_text().startswith("<svg")


@pytest.mark.parametrize("name", ["relay", "plain_view"])
def test_a_benchmark_through_kafka_measures_ours_beside_the_limit(name: str) -> None:
    done = bench(name, "--facts", "1200", "--rounds", "1", "--json", "--no-fetch")

    assert done.returncode == 0, done.stderr
    (result,) = json.loads(done.stdout)
    assert any(f.startswith("limit") for f in result["figures"])
    assert all(f["min"] > 0 for f in result["figures"].values())
    told = {n for n in ("Kafka Connect", "stock Faust") for f in result["figures"] if f.startswith(n)}
    missing = [n for n in result["notes"] if "not measured, not installed" in n]
    assert name == "relay" or len(told) + len(missing) == 2


@pytest.mark.parametrize("name", ["alert", "contention", "growth", "latency", "line", "memory"])
def test_a_benchmark_of_a_whole_line_or_of_growth_measures_every_round(name: str) -> None:
    rounds = 2 if name == "latency" else 1  # one of its figures was measured once, whatever the number of rounds
    done = bench(name, "--facts", "200", "--rounds", str(rounds), "--json", "--no-fetch")

    assert done.returncode == 0, done.stderr
    results = json.loads(done.stdout)
    assert all(r["name"].startswith(name) for r in results)
    assert all(len(f["rounds"]) == rounds for r in results for f in r["figures"].values())
    if name in ("growth", "memory"):  # what is so small meets any bar
        assert all(not r["bars"] and any(n.startswith("no bar") for n in r["notes"]) for r in results)
    else:
        assert any(b["met"] is not None for r in results for b in r["bars"])


def test_every_benchmark_is_tried_here() -> None:
    text = Path(__file__).read_text(encoding="utf-8")

    assert [n for n in names() if f'"{n}"' not in text] == []


def test_a_peer_that_is_not_installed_is_named_and_the_others_are_measured(tmp_path: Path) -> None:
    line = [POLKU, "bench", "append", "--facts", "200", "--rounds", "1", "--json", "--no-fetch"]
    empty = {**os.environ, "XDG_CACHE_HOME": str(tmp_path)}
    done = subprocess.run(line, capture_output=True, text=True, timeout=500, check=False, env=empty)

    assert done.returncode == 0, done.stderr
    (result,) = json.loads(done.stdout)
    assert [n for n in result["notes"] if "not measured" in n] == [
        "emmett: not measured, not installed",
        "eventsourcing: not measured, not installed",
    ]
    assert "batches of 500" in result["figures"]


def test_without_a_name_it_says_what_there_is_and_refuses_what_there_is_not() -> None:
    assert "append" in bench().stdout
    wrong = bench("nothing")
    assert wrong.returncode == 2
    assert "nothing" in wrong.stderr
