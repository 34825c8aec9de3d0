"""The figures that people read are those that were kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.measure import Bar, Result
from bench.page import BEGIN, END, PAGE, REPORT, keep, page, read
from operate.commands.bench import names


def test_the_page_shows_the_figures_that_are_kept() -> None:
    text = PAGE.read_text(encoding="utf-8")

    assert page(text, read(REPORT)) == text, "run `polku bench --page`"


def test_every_benchmark_is_explained_on_the_page() -> None:
    text = PAGE.read_text(encoding="utf-8")

    assert [n for n in names() if f"| `{n}` |" not in text] == []


def test_a_missed_bar_and_one_that_was_not_measured_are_told_as_such(tmp_path: Path) -> None:
    report = tmp_path / "bench.json"
    bars = (Bar("ours", 2.0, "theirs"), Bar("ours", 20, most=True), Bar("ours", 5.0, "absent"))
    keep(
        report,
        "one",
        "polku bench one",
        [Result("one", "facts/s", {"ours": [10.0, 30.0], "theirs": [10.0, 10.0]}, bars)],
    )

    told = page(f"{BEGIN}\n{END}\n", read(report))

    assert "| one | ours ≥ 2 × theirs | 2 | 1 to 3 | met |" in told
    assert "| one | ours ≤ 20 | 20 | 10 to 30 | met |" in told
    assert "| one | ours ≥ 5 × absent | |  | not measured |" in told


def test_a_page_without_a_place_for_figures_is_refused() -> None:
    with pytest.raises(ValueError, match="needs"):
        page("nothing", {})
