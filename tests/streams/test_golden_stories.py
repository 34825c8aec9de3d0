"""Each history of `tests/streams/*.story` rings on the days that law and custom say, and on no others."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from kernel.calendar import midnight
from schemas.system.fact_retracted_v1 import FactRetracted
from tests.streams.story_file import STREAMS, newest, read
from tests.streams.timeline import open_at, told

STORIES = sorted(STREAMS.glob("*.story"))
SHORT = ("2026-aktivointisuunnitelman-uudistus", "kaksi-viitetta-yhdistetaan-ja-tiedot-poistetaan")
ERAS = ("2014", "2019", "2021", "2022", "2023", "2024", "2025", "2026")
POLICIES = (
    *("max_interval", "usual_interval", "on_demand", "at_contract_event", "by_period_length", "n_times_per_window"),
    "before_period_end",
)


def expected(story: Path) -> list[str]:
    lines = story.with_suffix(".expected").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.strip() and not line.startswith("#")]


@pytest.mark.parametrize("path", STORIES, ids=lambda p: p.stem)
def test_what_rings_and_what_is_shown_is_what_was_judged_by_the_law(path: Path) -> None:
    assert [line for line in told(read(path)) if line] == expected(path)


@pytest.mark.parametrize("path", STORIES, ids=lambda p: p.stem)
def test_a_history_tells_its_story_in_two_languages_and_each_line_in_finnish_words(path: Path) -> None:
    story = read(path)

    assert len(story.head) > 6
    assert any(line.startswith("Laki / law: ") for line in story.head)
    assert [line.label for line in story.lines] == [newest()[line.type].meta.label["fi"] for line in story.lines]


@pytest.mark.parametrize("name", SHORT)
def test_no_line_of_a_history_may_be_left_out_of_the_fold(name: str) -> None:
    story = read(STREAMS / f"{name}.story")
    whole = expected(STREAMS / f"{name}.story")

    for line in story.lines:
        without = replace(story, lines=tuple(other for other in story.lines if other is not line))
        assert [said for said in told(without) if said] != whole, line


@pytest.mark.parametrize("path", STORIES, ids=lambda p: p.stem)
def test_what_is_told_late_on_the_last_day_comes_to_the_same_end(path: Path) -> None:
    story = read(path)
    facts, now = story.facts(), midnight(story.until + timedelta(days=1))

    late = [replace(f, recorded=now - timedelta(seconds=1, microseconds=-n)) for n, f in enumerate(facts)]
    assert open_at(late, now) == open_at(facts, now)


@pytest.mark.parametrize("path", STORIES, ids=lambda p: p.stem)
def test_nothing_rings_when_everything_has_been_taken_back(path: Path) -> None:
    story = read(path)
    facts, now = story.facts(), midnight(story.until + timedelta(days=1))
    back = FactRetracted.meta.type
    stated = [f for f in facts if f.subject and f.type != back and f.name not in {"client.merged", "subject.erased"}]
    gone = [
        replace(f, id=f"back-{f.id}", type=back, data=FactRetracted(id=f.id, reason="wrong_person"), recorded=now)
        for f in stated
    ]

    assert open_at([f for f in (*facts, *gone) if f.name != "subject.erased"], now) == {}


def test_there_is_a_history_for_each_era_of_the_law_and_each_way_of_keeping_in_touch() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in STORIES)

    assert {path.name[:4] for path in STORIES} >= set(ERAS)
    assert [kind for kind in POLICIES if f"kind={kind}" not in text] == []
