"""What is told of a rule: a story in which it speaks, since when, and numbers by which it would not, or not yet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from kernel.rules import Rule
from tests.unit.given import Story


@dataclass(frozen=True)
class Case:
    """`begins`: the first moment of what it finds (a date: its midnight). `numbers` count from `decides` on, the day
    whose parameters decide; stated from the day after they change nothing. `near`: the same story with a little less.
    `seen`: when the numbers make a difference, if not at once.
    """

    rule: Rule[Any, Any]
    tell: Callable[[], Story]
    begins: date | datetime
    numbers: Mapping[str, Any] = field(default_factory=dict)
    decides: date | None = None
    near: Callable[[], Story] | None = None
    seen: date | datetime | None = None
