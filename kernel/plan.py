"""What one reaction is about to write: data only, prepared without a lock, committed all or nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from kernel.journal import NewFact
from kernel.views import Row

AT_ONCE = datetime(1900, 1, 1, tzinfo=UTC)
"""A wake-up that is due whatever the lane's time is."""

UNKNOWN = datetime(1, 1, 1, tzinfo=UTC)
"""Stands for a stored wake-up that was not read: nobody is ever woken then."""


@dataclass(frozen=True, slots=True)
class Hold:
    """Why a person waits: the fact that could not be applied, the cause as a code, and where in its data."""

    from_seq: int
    source: str
    id: str
    type: str
    cause: str
    pointer: str


@dataclass(slots=True)
class ViewChange:
    """Changes of one person's rows in one view; `rewrite` deletes all her rows first."""

    rewrite: bool
    put: list[Row]
    gone: list[tuple[Any, ...]]


@dataclass(slots=True)
class PersonPlan:
    """What one reaction writes about one person. `drop`: she was erased or merged away, her rows go. `stored` is the
    wake-up that the database has (UNKNOWN: nobody remembers), `waited` whether she may be on hold there.
    """

    subject: str
    views: dict[str, ViewChange] = field(default_factory=dict)
    wake: datetime | None = None
    stored: datetime | None = UNKNOWN
    waited: bool = True
    facts: list[NewFact] = field(default_factory=list)
    hold: Hold | None = None
    drop: bool = False


@dataclass(frozen=True, slots=True)
class Sweep:
    """Everybody of a lane who has facts of these types (None: of any) is to be looked at anew; why, as a code."""

    reason: str
    types: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Swept:
    """The next stretch of a sweep: whom it concerns, how many refs it passes, the last of them, and if it is over."""

    subjects: tuple[str, ...]
    passed: int
    after: str
    over: bool


@dataclass(slots=True)
class Plan:
    """One transaction of one lane. `last` None leaves the position where it is (wake-ups, releases)."""

    lane: int
    last: int | None
    hint: int | None = None
    persons: list[PersonPlan] = field(default_factory=list)
    facts: list[NewFact] = field(default_factory=list)
    sweep: Sweep | None = None
    swept: Swept | None = None
