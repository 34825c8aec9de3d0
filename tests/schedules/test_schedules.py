"""Random schedules of zombies, losses, repeats, crashes and people: at rest all is as if nothing had happened."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.schedules.steps import Step
from tests.schedules.tell import failing, hunt

KEPT = sorted((Path(__file__).parent / "kept").glob("*.json"))


def test_nothing_is_lost_doubled_or_out_of_order_under_random_schedules(block: range) -> None:
    seed, schedule, wrong = hunt(block)

    assert not wrong, f"seed {seed}; keep it as tests/schedules/kept/<what goes wrong>.json: {json.dumps(schedule)}"


@pytest.mark.parametrize("kept", KEPT, ids=[k.stem for k in KEPT])
def test_a_schedule_that_failed_once_fails_no_more(kept: Path) -> None:
    schedule: list[Step] = [(kind, a, b) for kind, a, b in json.loads(kept.read_text())]

    assert failing(schedule) == []
