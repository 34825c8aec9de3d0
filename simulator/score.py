"""Compares what the read models show with what the play knows: who did what twice, and who only seems to have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from simulator.life import WEEKDAYS
from simulator.partner import Door
from simulator.region import Region
from simulator.statement import HELSINKI, Statement
from simulator.story import Story
from simulator.telling import rows

DOUBLES = frozenset(f"D{n:02d}" for n in range(1, 19))
NOT_EXERCISED = "not exercised"
"""What is told of a rule in place of numbers, when nothing of it has happened and nothing was shown."""
UNANSWERED = timedelta(days=14)
"""A referral that nobody answers for so long, about a client without a worker, is nobody's work."""
ANSWERS = ("referral.received", "referral.accepted", "referral.rejected", "referral.withdrawn", "referral.redirected")
SAYING = frozenset(
    {*ANSWERS, "appointment.booked", "caseworker.assigned", "placement.terms_changed", "referral.submitted"}
)
"""Statements from which double work is seen that nobody planted."""


@dataclass(frozen=True, slots=True)
class Score:
    """One rule: persons (their numbers in the story) that should be found, were missed, or found without a reason."""

    rule: str
    expected: frozenset[int]
    missed: frozenset[int]
    unexpected: frozenset[int]

    @property
    def exercised(self) -> bool:
        """Whether the play had anything of it, or anything was shown."""
        return bool(self.expected or self.unexpected)

    @property
    def precision(self) -> float:
        """Of what was found, the share that is true; 1.0 when nothing was found."""
        true = len(self.expected) - len(self.missed)
        found = true + len(self.unexpected)
        return true / found if found else 1.0

    @property
    def recall(self) -> float:
        """Of what is true, the share that was found; 1.0 when nothing is true."""
        return 1 - len(self.missed) / len(self.expected) if self.expected else 1.0


def doubles_in(story: Story) -> dict[str, set[int]]:
    """Rule → persons about whom work is done twice, planted or not, as the play itself knows."""
    known: dict[str, set[int]] = {rule: set() for rule in DOUBLES}
    for case in story.planted.cases:
        if case.found:
            known[case.kind].add(case.person)
    known["D01"].update(story.planted.persons("two_referrers"))
    known["D03"].update(story.planted.persons("bypassed"))
    said = [s for s in story.statements if s.name in SAYING and not s.wrong]
    known["D12"].update(_asked_away(said))
    known["D17"].update(_unanswered(said, story.setting.end))
    return known


def _asked_away(statements: Iterable[Statement]) -> set[int]:
    """Clients who are asked to an appointment on a weekday on which they are at their site."""
    there: dict[int | None, set[str]] = {}
    asked: dict[int | None, set[str]] = {}
    for said in statements:
        data: Mapping[str, Any] = said.data
        if said.name == "placement.terms_changed":
            there.setdefault(said.person, set()).update(data.get("weekdays", ()))
        elif said.name == "appointment.booked":
            day = datetime.fromisoformat(data["starts_at"]).astimezone(HELSINKI).weekday()
            asked.setdefault(said.person, set()).add(WEEKDAYS[day])
    return {person for person, days in asked.items() if person is not None and days & there.get(person, set())}


def _unanswered(statements: Iterable[Statement], end: date) -> set[int]:
    """Clients of whom a referral was not answered for two weeks, while nobody works with them."""
    sent: dict[object, Statement] = {}
    answered: set[object] = set()
    cared_for: set[int | None] = set()
    for said in statements:
        if said.name == "referral.submitted":
            sent.setdefault(said.data["referral_id"], said)
        elif said.name in ANSWERS:
            answered.add(said.data["referral_id"])
        elif said.name == "caseworker.assigned":
            cared_for.add(said.person)
    left = [said for referral, said in sent.items() if referral not in answered and said.person not in cared_for]
    return {said.person for said in left if said.person is not None and _day(said) + UNANSWERED <= end}


def _day(said: Statement) -> date:
    return said.time.astimezone(HELSINKI).date()


async def score(door: Door, region: Region, story: Story, refs: Mapping[int, str]) -> list[Score]:
    """Precision and recall of every rule of double work, by person."""
    numbers = {ref: number for number, ref in refs.items()}
    shown: dict[str, set[int]] = {}
    for row in await rows(door, "duplicates", region.county):
        if (number := numbers.get(row["client_ref"])) is not None and not passing(row, story.setting.start):
            shown.setdefault(row["rule"], set()).add(number)
    return compare(doubles_in(story), shown)


def passing(row: Mapping[str, object], first: date) -> bool:
    """Found and withdrawn on the first day, on which partners bring along one after another what they have: a referral
    whose answer another partner tells some seconds later was never left alone.
    """
    found = datetime.fromisoformat(str(row["found_at"])).astimezone(HELSINKI).date()
    return row["state"] == "withdrawn" and found == first and str(row["settled_on"]) == first.isoformat()


def table(scores: Iterable[Score]) -> list[dict[str, object]]:
    """The scores ready for JSON; persons by their numbers in the story."""
    return [
        {
            "rule": s.rule,
            "expected": len(s.expected),
            "precision": round(s.precision, 4) if s.exercised else None,
            "recall": round(s.recall, 4) if s.exercised else None,
            "missed": sorted(s.missed),
            "unexpected": sorted(s.unexpected),
        }
        for s in scores
    ]


def compare(known: Mapping[str, Iterable[int]], shown: Mapping[str, Iterable[int]]) -> list[Score]:
    """A score for each rule that is known or shown, by name."""
    found = []
    for rule in sorted({*known, *shown}):
        true, seen = frozenset(known.get(rule, ())), frozenset(shown.get(rule, ()))
        found.append(Score(rule, true, true - seen, seen - true))
    return found
