"""New rules in a running instance: what they would tell is shown first, and nobody who is at work is left alone.

The tests of this file share one instance that runs a copy of the code, and their order counts.
"""

from __future__ import annotations

import json
import signal
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.test_line import CODES, COUNTY, Case
from tests.instance import Instance, wait_for


@dataclass(slots=True)
class Place:
    """The running instance, a person with an alert that somebody has claimed, and the code to change."""

    instance: Instance
    case: Case

    def newer(self, **files: tuple[str, str]) -> None:
        """A newer version of the code: in each file one text for another."""
        for name, (old, new) in files.items():
            path = self.instance.tree / "services/placements" / f"{name}.py"
            text = path.read_text()
            assert text.count(old) == 1, (name, old)
            path.write_text(text.replace(old, new))

    def json(self, *arguments: str) -> dict[str, Any]:
        """What a command answers."""
        found: dict[str, Any] = json.loads(self.instance.polku(*arguments, "--json").stdout)
        return found


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    with tempfile.TemporaryDirectory(prefix="polku-rules-", ignore_cleanup_errors=True) as home:
        tree = Instance.copy_of_the_code(Path(home))
        instance = Instance(Path(home), carrier="journal", clock="2026-03-02", tree=tree)
        try:
            instance.up()
            yield Place(instance, Case(instance, CODES[0]))
        finally:
            instance.down()


def test_what_newer_rules_would_tell_is_shown_before_they_run_and_nothing_changes(place: Place) -> None:
    case = place.case
    case.begin()
    case.missed("2026-03-02")
    case.missed("2026-03-03")
    place.instance.at("2026-03-04T06:00:00Z")
    wait_for(case.alerts, 60, "no alert came")
    place.instance.settled()  # another reason may join it, and changes its tag
    (alert,) = case.alerts()
    path = f"/v1/alerts/{alert['alert_id']}"
    tag = case.county.get(path).headers["etag"]
    assert case.county.post(f"{path}/claim", json={}, headers={"If-Match": tag}).status_code == 200
    place.instance.settled()

    place.newer(
        **{
            "rules/no_show_row": ("count: int = Field(default=2", "count: int = Field(default=3"),
            "rules/absence_count": ("count_sparse: int = Field(default=2", "count_sparse: int = Field(default=3"),
            "app": (_rule_set(place), "RULE_SET = 90"),
        }
    )
    shown = place.json("sweep", "--dry-run")

    assert (shown["alerts"]["come"], shown["alerts"]["go"]) == (0, 1)
    assert {line["organisation"] for line in shown["alerts"]["organisations"]} == {COUNTY}
    assert [a["status"] for a in case.alerts()] == ["claimed"]


def _rule_set(place: Place) -> str:
    text = (place.instance.tree / "services/placements/app.py").read_text()
    return next(line for line in text.splitlines() if line.startswith("RULE_SET = "))


def test_a_claimed_alert_that_new_rules_take_back_stays_in_sight_and_says_why(place: Place) -> None:
    place.instance.signal("placements", signal.SIGKILL)  # it starts again, now with the newer code
    (alert,) = wait_for(
        lambda: [a for a in place.case.alerts() if a["status"] == "withdrawn"], 60, "the new rules did not come"
    )

    assert alert["withdrawn_reason"] == "rule_changed"
    assert (alert["claimed_org"], alert["claimed_by"]) == (COUNTY, COUNTY)  # through its own system
    assert [(h["what"], h.get("reason")) for h in alert["history"]][-1] == ("withdrawn", "rule_changed")
    place.instance.settled()


def test_everybody_has_been_looked_at_and_all_is_right(place: Place) -> None:
    def swept() -> bool:
        lines = {s["processor"]: s for s in place.json("sweep")["sweeps"]}
        return bool(lines["placements"]["rules_followed"] == [90, 90] and not lines["placements"]["lanes_left"])

    wait_for(swept, 60, "the sweep does not end", every=0.5)
    assert place.instance.status()["sweeps"] == []
    place.instance.verify()
    shown = place.json("sweep", "--dry-run")
    assert (shown["persons"], shown["rules"]) == (0, [])


def test_what_would_have_been_is_told_for_the_days_that_are_over(place: Place) -> None:
    window = ("--from", "2026-03-01", "--to", "2026-03-04")
    found = place.json("what-if", "--rule", "R-ABS-2", "--set", "count=2", *window)

    assert (found["came"], found["gone"], found["moved"], found["persons"]) == (1, 0, 0, 1)
    assert [(w["week"], w["organisation"]) for w in found["weeks"]] == [("2026-W10", COUNTY)]
    wrong = place.instance.polku("what-if", "--rule", "R-ABS-2", "--set", "cuont=2", check=False)
    assert wrong.returncode == 2 and "cuont" in wrong.stderr
