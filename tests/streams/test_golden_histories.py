"""Whole histories as partners stated them, with what must be open at each moment: `tests/streams/*.jsonl`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from kernel.calendar import HELSINKI
from kernel.discover import events, units
from kernel.facts import Event, Fact
from kernel.rules import Fold, Rule
from services.placements.state import fold as placements
from services.referrals.state import fold as referrals
from tests.unit.given import Story

STREAMS = sorted(Path(__file__).parent.glob("*.jsonl"))


@dataclass(frozen=True)
class Expected:
    """At this instant these keys are open, by rule."""

    at: datetime
    open: dict[str, list[str]]


@cache
def types() -> dict[str, type[Event]]:
    return events("schemas")


@cache
def rules() -> dict[str, tuple[Fold[Any], Rule[Any, Any]]]:
    found = {r.id: (placements, r) for r in units("services.placements.rules", Rule)}
    return {**found, **{r.id: (referrals, r) for r in units("services.referrals.rules", Rule)}}


def lines(stream: Path) -> Iterator[Fact | Expected]:
    for n, line in enumerate(stream.read_text().splitlines(), start=1):
        told = json.loads(line)
        if "at" in told:
            yield Expected(datetime.fromisoformat(told["at"]), told["open"])
        else:
            yield fact(told["event"], told["org_type"], n)


def fact(event: dict[str, Any], org_type: str, n: int) -> Fact:
    kind = types()[event["type"]]
    assert org_type in kind.meta.stated_by
    return Fact(
        lane=1,
        seq=n,
        subject=event["subject"],
        source=event["source"],
        id=event["id"],
        type=event["type"],
        time=datetime.fromisoformat(event["time"]),
        recorded=datetime.fromisoformat(event["recordedtime"]),
        data=kind.model_validate_json(json.dumps(event["data"])),
        corrects=event.get("corrects"),
        org_type=org_type,
    )


@pytest.mark.parametrize("stream", STREAMS, ids=lambda s: s.stem)
def test_what_is_open_at_each_moment_is_what_the_history_says(stream: Path) -> None:
    told: list[Fact] = []
    for line in lines(stream):
        if isinstance(line, Fact):
            told.append(line)
            continue
        for rule_id, expected in line.open.items():
            fold, rule = rules()[rule_id]
            story = Story(fold, told)
            at = line.at.astimezone(HELSINKI)
            assert sorted(story.open(rule, line.at)) == sorted(expected), f"{rule_id} at {at}"


@pytest.mark.parametrize("stream", STREAMS, ids=lambda s: s.stem)
def test_the_last_moment_does_not_depend_on_the_order_of_arrival(stream: Path) -> None:
    every = list(lines(stream))
    told = [f for f in every if isinstance(f, Fact)]
    last = [e for e in every if isinstance(e, Expected)][-1]

    for order in (told[::-1], told[::2] + told[1::2]):
        for rule_id, expected in last.open.items():
            fold, rule = rules()[rule_id]
            assert sorted(Story(fold, order).open(rule, last.at)) == sorted(expected)
