"""A small demo on PostgreSQL alone: the same seed states the same facts, and everything wrong is refused."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from operate.instance import read

pytestmark = pytest.mark.timeout(600)  # of which a command may take 500: other tests play beside it
POLKU = str(Path(sys.executable).with_name("polku"))


def polku(*words: str, state: Path, timeout: int = 500) -> subprocess.CompletedProcess[str]:
    line = [POLKU, words[0], "--state", str(state), *words[1:]]
    return subprocess.run(line, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=timeout, check=False)


def answered(*words: str, state: Path) -> Any:
    done = polku(*words, state=state)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, subprocess.CompletedProcess[str]]]:
    state = tmp_path_factory.mktemp("demo") / "state"
    try:
        yield state, polku("demo", "--carrier", "journal", "--weeks", "2", "--scale", "3", state=state)
    finally:
        polku("down", state=state)


Demo = tuple[Path, subprocess.CompletedProcess[str]]


def test_a_demo_ends_with_a_summary_and_leaves_the_system_up(demo: Demo) -> None:
    state, done = demo

    assert done.returncode == 0, done.stderr
    for part in ("FACTS", "REFERRALS", "ALERTS", "ONE ALERT", "WORK DONE TWICE", "LAG AND LATENCY", "WHERE TO LOOK"):
        assert part in done.stdout
    found = answered("status", "--json", state=state)
    assert {p["state"] for p in found["processes"]} == {"running"}


def test_whatever_is_wrong_is_refused_and_nothing_else(demo: Demo) -> None:
    facts = answered("demo", "--json", state=demo[0])["summary"]["facts"]

    assert facts["accepted"] > 500
    assert facts["refused"] > 20
    assert (facts["unexpected"], facts["let_through"], facts["taken_twice"]) == (0, [], 0)


async def test_what_authorities_say_comes_through_x_road_and_each_fact_has_its_message(demo: Demo) -> None:
    facts = answered("demo", "--json", state=demo[0])["summary"]["facts"]
    connection = await asyncpg.connect(read(demo[0]).settings("status").dsn("polku_operator"))
    try:
        known = await connection.fetchval(
            """SELECT count(DISTINCT (f ->> 'source', f ->> 'id')) FROM door.xroad, jsonb_array_elements(facts) f"""
        )
        once = await connection.fetchval("SELECT count(*) = count(DISTINCT message) FROM door.xroad")
    finally:
        await connection.close()

    assert sum(facts["by_channel"].values()) == facts["accepted"]
    assert known == facts["by_channel"]["xroad"] > 100
    assert once


def test_partners_that_poll_hear_everything_once_in_order_and_nothing_of_strangers(demo: Demo) -> None:
    feeds = answered("demo", "--json", state=demo[0])["summary"]["feeds"]

    assert feeds["entries"] > 1_000 and feeds["readers"] > 10
    wrong = ("out_of_order", "doubled", "missed", "about_strangers", "withdrawals_unheard")
    assert {name: feeds[name] for name in wrong} == dict.fromkeys(wrong, 0)


def test_the_rows_that_a_play_leaves_are_the_fold_of_its_facts(demo: Demo) -> None:
    found = answered("verify", "--json", state=demo[0])

    numbers = ("lost", "doubled", "out_of_order", "differing")
    assert [found[name] for name in numbers] == [0, 0, 0, 0], found["differences"][:5]
    assert not found["held"]


def test_a_second_demo_on_the_same_state_tells_what_was_played(demo: Demo) -> None:
    again = polku("demo", state=demo[0])

    assert again.returncode == 0, again.stderr
    assert "has been played here already" in again.stdout


def test_a_driven_clock_moves_forward_only(demo: Demo) -> None:
    state, _ = demo
    before = answered("clock", "--json", state=state)
    back = polku("clock", "--to", "2026-01-01", state=state)
    after = answered("clock", "--json", "--to", "2026-09-29", state=state)

    assert before == {"clock": "driven", "now": "2026-09-28T08:00:00+03:00", "day": "2026-09-28"}
    assert answered("status", "--json", state=state)["now"] == after["now"]
    assert back.returncode != 0
    assert "only moves forward" in back.stderr
    assert after["now"] == "2026-09-29T00:00:00+03:00"


def test_a_play_needs_an_instance_with_a_driven_clock(tmp_path: Path) -> None:
    missing = polku("simulate", state=tmp_path / "none")
    real = tmp_path / "real"
    real.mkdir()
    chosen = {"id": "x", "created": "x", "carrier": "journal", "clock": "real", "workers": 1, "ports": {}}
    (real / "instance.json").write_text(json.dumps(chosen))
    on_real = polku("simulate", state=real)
    moved = polku("clock", "--to", "2026-09-29", state=real)

    assert (missing.returncode, on_real.returncode, moved.returncode) == (1, 1, 1)
    assert "no instance was made here" in missing.stderr
    assert "runs on the real clock" in on_real.stderr
    assert "runs on the real clock" in moved.stderr


@pytest.mark.parametrize("words", [("--weeks", "0"), ("--scale", "2001"), ("--seed", "x")])
def test_a_wrong_option_is_refused_by_name(words: tuple[str, str], tmp_path: Path) -> None:
    done = polku("simulate", *words, state=tmp_path / "none")

    assert done.returncode != 0
    assert words[0] in done.stderr


@pytest.fixture
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An instance on which nothing was played: a play knows only its own persons."""
    state = tmp_path_factory.mktemp("region") / "state"
    try:
        up = polku("up", "--carrier", "journal", "--clock", "2026-03-02", "--detach", state=state)
        assert up.returncode == 0, up.stderr
        yield state
    finally:
        polku("down", state=state)


def test_a_region_can_be_played_rebuilt_and_verified_with_one_command(fresh: Path, tmp_path: Path) -> None:
    found = answered("region", "--json", "--weeks", "1", "--scale", "1", "--out", str(tmp_path), state=fresh)

    assert found["play"]["days"] == 7
    assert found["play"]["facts"]["unexpected"] == 0
    assert found["rebuild"]["wrong"] == []
    assert [found["verify"][name] for name in ("lost", "doubled", "out_of_order", "differing", "held")] == [0] * 5
    assert found["processes"]["placements"]["peak_mib"] > 20
    assert found["processes"]["postgres"]["cpu_seconds"] > 0
    assert json.loads((tmp_path / "region.json").read_text())["verify"] == found["verify"]
    assert "| placements |" in (tmp_path / "region.md").read_text()
