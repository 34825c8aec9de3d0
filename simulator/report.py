"""What happened to everything that was said: taken, taken before, refused and why, and how long it took."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from simulator.statement import Statement

XROAD, TOKEN, KAFKA, CSV, FORM = "xroad", "token", "kafka", "csv", "form"
"""The channels by which facts come: three at the door, a topic of one's own, the page for people."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why the door refused something: where in the event, a stable code, a plain sentence."""

    pointer: str
    code: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """One refused statement: who, of which type, with which mistake of the play in it (empty: none was meant)."""

    org: str
    name: str
    wrong: str
    status: int
    problems: Sequence[Problem]


@dataclass(slots=True)
class Hearing:
    """What partners heard in their feeds, and what should be nothing: entries out of the order of one's own receipts,
    heard twice, about persons with whom the reader has nothing to do, own facts and withdrawals that were never heard.

    `places` holds by organisation the lane and seq of what it has stated and not heard yet.
    """

    places: dict[str, dict[tuple[str, str], tuple[int, int]]] = field(default_factory=dict)
    readers: int = 0
    requests: int = 0
    entries: int = 0
    deleted: int = 0
    disordered: int = 0
    doubled: int = 0
    strangers: int = 0
    missed: int = 0
    unheard: int = 0
    seconds: float = 0.0

    def stated(self, statement: Statement, receipt: Mapping[str, Any]) -> None:
        """Somebody who polls has a new receipt about a person. A withdrawal is heard as what it takes back."""
        waiting = self.places.get(statement.org) if statement.name != "fact.retracted" else None
        if waiting is not None and statement.person is not None and not statement.twice:
            waiting[statement.source, statement.id] = (receipt["lane"], receipt["seq"])


@dataclass(slots=True)
class Report:
    """Counts of a play. `latencies` are seconds from sending to the answer of single requests, `visible` seconds from
    the receipt until a read model shows the fact, `settling` seconds until nothing was under way after each day.
    """

    accepted: Counter[str] = field(default_factory=Counter)
    types: Counter[str] = field(default_factory=Counter)
    channels: Counter[str] = field(default_factory=Counter)
    replayed: int = 0
    refusals: list[Refusal] = field(default_factory=list)
    let_through: list[Statement] = field(default_factory=list)
    not_replayed: int = 0
    retries: int = 0
    actions: Counter[str] = field(default_factory=Counter)
    latencies: list[float] = field(default_factory=list)
    visible: list[float] = field(default_factory=list)
    settling: list[float] = field(default_factory=list)
    on_topic: int = 0
    in_files: int = 0
    on_forms: int = 0
    feeds: Hearing = field(default_factory=Hearing)
    days: int = 0
    seconds: float = 0.0

    def took(self, statement: Statement, *, replayed: bool = False, by: str = TOKEN) -> None:
        """A statement was taken, that came by a channel."""
        if replayed:
            self.replayed += 1
            return
        if statement.twice:
            self.not_replayed += 1
        if statement.wrong:
            self.let_through.append(statement)
        self.accepted[statement.org] += 1
        self.types[statement.name] += 1
        self.channels[by] += 1

    def refused(self, statement: Statement, status: int, problems: Sequence[Problem]) -> None:
        """A statement was refused."""
        self.refusals.append(Refusal(statement.org, statement.name, statement.wrong, status, tuple(problems)))

    @property
    def unexpected(self) -> list[Refusal]:
        """Refusals of what was meant to be right."""
        return [r for r in self.refusals if not r.wrong]

    @property
    def total(self) -> int:
        """Facts accepted."""
        return sum(self.accepted.values())


def percentile(values: Sequence[float], share: float) -> float | None:
    """The value below which that share (0…1) of the values lies; None without values."""
    if not values:
        return None
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
