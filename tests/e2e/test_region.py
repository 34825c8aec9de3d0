"""A region at work for some weeks: every kind of double work is found, and nothing that only looks like it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from simulator.cases_rules import PLANTERS

pytestmark = pytest.mark.timeout(600)  # of which a command may take 500: other tests play beside it
POLKU = str(Path(sys.executable).with_name("polku"))


def polku(*words: str, state: Path, timeout: int = 500) -> subprocess.CompletedProcess[str]:
    line = [POLKU, words[0], "--state", str(state), *words[1:]]
    return subprocess.run(line, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=timeout, check=False)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Any]]:
    state = tmp_path_factory.mktemp("region") / "state"
    up = polku("up", "--carrier", "journal", "--clock", "2026-03-02", "--detach", state=state)
    assert up.returncode == 0, up.stderr
    try:
        done = polku("simulate", "--weeks", "4", "--scale", "2", "--score", "--json", state=state)
        assert done.stdout, done.stderr
        yield state, json.loads(done.stdout)
    finally:
        polku("down", state=state)


def test_precision_and_recall_of_every_rule_of_double_work_are_one(played: tuple[Path, Any]) -> None:
    scores = {s["rule"]: s for s in played[1]["score"]}

    assert set(scores) == {f"D{n:02d}" for n in range(1, 19)}
    assert {r: s for r, s in scores.items() if (s["precision"], s["recall"]) != (1.0, 1.0)} == {}
    assert all(s["expected"] for s in scores.values())


def test_every_other_rule_speaks_on_the_right_days_and_on_no_other(played: tuple[Path, Any]) -> None:
    alerts = {a["rule"]: a for a in played[1]["alerts"]}

    met = {r: a for r, a in alerts.items() if a["expected"] or a["shown"]}
    assert {r: a for r, a in met.items() if (a["precision"], a["recall"]) != (1.0, 1.0)} == {}
    assert all((a["precision"], a["recall"]) == (None, None) for r, a in alerts.items() if r not in met)
    assert len(met) > 40
    assert played[1]["not_exercised"] == []
    assert {p.kind for p in PLANTERS if not alerts[p.kind]["expected"]} == set()
    assert played[1]["facts"]["unexpected"] == 0


def test_lists_of_what_organisations_tell_and_of_times_that_clash_are_filled_by_it(played: tuple[Path, Any]) -> None:
    door = json.loads(polku("status", "--json", state=played[0]).stdout)["door"]
    token = polku("token", "--org", "9000003-8", state=played[0]).stdout.strip()

    for name in ("employer-cooperation", "path-templates", "capacity", "schedule-overlap", "travel-policy"):
        given = {"Authorization": f"Bearer {token}"}
        answer = httpx.get(f"{door}/v1/{name}", headers=given, trust_env=False, timeout=30)
        assert answer.json()["items"], name


def test_what_it_leaves_is_the_fold_of_its_facts(played: tuple[Path, Any]) -> None:
    found = json.loads(polku("verify", "--json", state=played[0]).stdout)

    assert (found["lost"], found["doubled"], found["out_of_order"], found["differing"]) == (0, 0, 0, 0), found


def test_what_the_alerts_showed_can_be_read_from_the_journal_afterwards(tmp_path: Path) -> None:
    up = polku("up", "--carrier", "journal", "--clock", "2026-03-02", "--detach", state=tmp_path / "state")
    assert up.returncode == 0, up.stderr
    try:
        line = ("region", "--weeks", "2", "--scale", "2", "--hands", "1", "--no-rebuild", "--json")
        done = polku(*line, "--out", str(tmp_path), state=tmp_path / "state")
        found = json.loads(done.stdout)
    finally:
        polku("down", state=tmp_path / "state")

    assert done.returncode == 0, done.stderr
    assert [a["rule"] for a in found["alerts"] if a["missed"] or a["unexpected"]] == []
    assert sum(a["expected"] > 0 for a in found["alerts"]) > 10
    assert "| R-REF-1 |" in (tmp_path / "region.md").read_text(encoding="utf-8")
