"""Benchmarks run at a tiny size, and tell what they measured in one document."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

POLKU = str(Path(sys.executable).with_name("polku"))


def bench(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([POLKU, "bench", *words], capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize("name", ["append", "parse", "rebuild", "wakeups"])
def test_a_benchmark_measures_everything_in_every_round(name: str, tmp_path: Path) -> None:
    done = bench(name, "--facts", "600", "--rounds", "2", "--json", "--plot", str(tmp_path / "p.svg"))

    assert done.returncode == 0, done.stderr
    (result,) = json.loads(done.stdout)
    assert result["name"] == name
    assert all(len(f["rounds"]) == 2 and f["min"] > 0 for f in result["figures"].values())
    assert result["ratios"].keys() and result["bars"]
    assert (tmp_path / "p.svg").read_text().startswith("<svg")


def test_without_a_name_it_says_what_there_is_and_refuses_what_there_is_not() -> None:
    assert "append" in bench().stdout
    wrong = bench("nothing")
    assert wrong.returncode == 2
    assert "nothing" in wrong.stderr
