"""Real processes, killed and frozen under load: what was promised stands, and the alerts are right."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.chaos.report import written
from tests.chaos.run import LONG, SHORT, run


@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", [11, 12, 13] if os.environ.get("POLKU_LONG") else [11])
async def test_whatever_is_killed_or_frozen_what_was_promised_stands_and_the_alerts_are_those_of_the_model(
    seed: int,
) -> None:
    with TemporaryDirectory(prefix="polku-chaos-", ignore_cleanup_errors=True) as home:
        outcome = await run(seed, LONG if os.environ.get("POLKU_LONG") else SHORT, Path(home))
    print("\n" + written([outcome]))

    assert outcome.wrong == []
    assert len(outcome.faults) >= 5
    assert sum(outcome.counters[n] for n in ("polku_fenced", "polku_tail_healed", "polku_gap_healed")) > 0, (
        "no fault met work in flight"
    )
