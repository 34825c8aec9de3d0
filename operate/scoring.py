"""What a play has shown, held against its own model: double work by person, every other rule by matter and day."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from operate.instance import Instance
from operate.shown import shown
from simulator.exercise import due
from simulator.expected import compare
from simulator.expected.judge import judge
from simulator.expected.watch import Marks
from simulator.play import Played
from simulator.region import Region
from simulator.score import DOUBLES, NOT_EXERCISED, Score

DOUBLE = re.compile(r"D\d\d")
"""Rules of double work, which have a score of their own."""


def alerts(instance: Instance, region: Region, played: Played, processes: int = 1) -> list[compare.Alerting]:
    """What the alerts showed against the play's own model of them; nothing when nobody watched."""
    if played.watch is None or played.people is None:
        return []
    if isinstance(played.watch, Marks):
        seen = asyncio.run(shown(instance.settings("simulate"), played.watch.days, played.refs))
    else:
        seen = played.watch.shown
    closed = compare.kept(played.people.closed)
    return judge(region, played.story, played.people.said, seen.without(DOUBLE.fullmatch), closed, processes)


def right(scores: Sequence[Score], found: Sequence[compare.Alerting]) -> bool:
    """Nothing missed and nothing found without a reason."""
    return not any(s.missed or s.unexpected for s in scores) and all(a.right for a in found)


def untried(played: Played, scores: Sequence[Score], found: Sequence[compare.Alerting]) -> list[str]:
    """Rules and kinds of double work that a play of this length should have met, and did not; by name.

    A play that was cut short has no score of double work.
    """
    must = due(played.report.days) - (frozenset() if scores else DOUBLES)
    met = {s.rule for s in scores if s.expected} | {a.rule for a in found if a.expected}
    return sorted(must - met)


def lines(scores: Sequence[Score]) -> Iterator[str]:
    """One line for each rule of double work: how many there are, and what was missed or found without a reason."""
    for s in scores:
        if not s.exercised:
            yield f"  {s.rule}: {NOT_EXERCISED}"
            continue
        wrong = f"; missed {sorted(s.missed)}" if s.missed else ""
        wrong += f"; unexpected {sorted(s.unexpected)}" if s.unexpected else ""
        yield f"  {s.rule}: {len(s.expected)} persons, precision {s.precision:.2f}, recall {s.recall:.2f}{wrong}"


def page(summary: Mapping[str, Any]) -> str:
    """The score of a play as a page in Markdown."""
    size = f"--weeks {summary['weeks']} --scale {summary['scale']} --seed {summary['seed']}"
    hands = "" if summary["hands"] is None else f" --hands {summary['hands']}"
    command = f"polku simulate {size}{hands} --score"
    head = [
        "# What was found, beside what the play knows",
        "",
        f"Made by `{command}` from {summary['from']} to {summary['to']}:",
        f"{summary['clients']} persons, {summary['facts']['accepted']} facts stated by {summary['partners']} partners,",
        f"{summary['facts']['unexpected']} of them refused without a reason.",
    ]
    parts = (not_met(summary["not_exercised"]), double_work(summary["score"]), other_rules(summary["alerts"]))
    return "\n".join([*head, *(line for part in parts for line in part)]) + "\n"


def not_met(rules: Sequence[str]) -> Iterator[str]:
    """In words what the score says nothing about, though it should."""
    if rules:
        yield from ("", f"**Not exercised, though a play of this length should: {', '.join(rules)}.**")


def double_work(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """D01 to D18 by person."""
    yield from ("", "## Double work", "", "| rule | persons | precision | recall |", "|---|---|---|---|")
    for row in rows:
        yield f"| {row['rule']} | {row['expected']} | {_share(row['precision'])} | {_share(row['recall'])} |"
    yield from _differences(rows)


def other_rules(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Every other rule by matter: a person and a key, right on every day."""
    yield from ("", "## Every other rule", "", "| rule | matters | open in the end | precision | recall |")
    yield "|---|---|---|---|---|"
    for row in rows:
        shares = f"{_share(row['precision'])} | {_share(row['recall'])}"
        yield f"| {row['rule']} | {row['expected']} | {row['open']} | {shares} |"
    yield from _differences(rows)


def _share(value: float | None) -> str:
    return NOT_EXERCISED if value is None else str(value)


def _differences(rows: Sequence[Mapping[str, Any]], most: int = 20) -> Iterator[str]:
    """By name what is not right."""
    for row in rows:
        for name in ("missed", "unexpected"):
            for n, one in enumerate(row[name]):
                if n == 0:
                    yield ""
                if n < most:
                    about = f"person {one['person']} on {one['day']}, `{one['key']}`" if isinstance(one, dict) else one
                    yield f"- {row['rule']} {name}: {about}"
