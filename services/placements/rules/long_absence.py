"""Away for many scheduled days in a row, for whatever reason: the plan should be looked at again (R-ABS-4)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from pydantic import Field

from kernel.rules import Finding, Resolved, Rule
from services.placements.absence import Absences
from services.placements.spells import LISTENS, AbsenceParams, Measure
from services.placements.spells import find as spells
from services.placements.state import State


class LongParams(AbsenceParams):
    """`count` scheduled days in a row, or a row that spans `calendar_days` from its first day to its last."""

    count: int = Field(default=10, ge=1, le=366)
    calendar_days: int = Field(default=21, ge=1, le=366)


def find(state: State, params: Resolved[LongParams]) -> Iterator[Finding]:
    """Rows of missed days; days on which the service was not provided neither break nor lengthen them."""
    yield from spells(state, params, Measure(_days, _too_much, _below, _first, _over))


def _days(book: Absences) -> Sequence[date]:
    return book.missed


def _first(book: Absences, day: date, _: LongParams) -> date:
    return book.in_row(day, "missed")[0]


def _too_much(book: Absences, day: date, params: LongParams, step: int) -> bool:
    if not book.past_grace(day, params.grace_days):
        return False
    row = book.in_row(day, "missed")
    return len(row) >= step * params.count or (day - row[0]).days + 1 >= step * params.calendar_days


def _below(book: Absences, day: date, params: LongParams, _: int) -> date:
    return _over(book, day, params)


def _over(book: Absences, day: date, _: LongParams) -> date:
    """A row goes on for as long as nobody records that she came."""
    return book.row_broken_on(day, "missed") or date.max


rule = Rule(
    id="R-ABS-4",
    version=1,
    name="absence.long",
    params=LongParams(),
    find=find,
    listens=LISTENS,
    family="absence",
)
