"""Scheduled days in a row missed without notice: someone should call the client (R-ABS-2)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from pydantic import Field

from kernel.rules import Finding, Resolved, Rule
from services.placements.absence import Absences
from services.placements.spells import LISTENS, AbsenceParams, Measure
from services.placements.spells import find as spells
from services.placements.state import State


class RowParams(AbsenceParams):
    """`count` days in a row."""

    count: int = Field(default=2, ge=1, le=100)


def find(state: State, params: Resolved[RowParams]) -> Iterator[Finding]:
    """Rows of no-shows; days on which the service was not provided neither break nor lengthen them."""
    yield from spells(state, params, Measure(_days, _too_much, _below, _first, _over))


def _days(book: Absences) -> Sequence[date]:
    return book.unnoticed


def _first(book: Absences, day: date, _: RowParams) -> date:
    return book.in_row(day)[0]


def _too_much(book: Absences, day: date, params: RowParams, step: int) -> bool:
    return len(book.in_row(day)) >= step * params.count


def _below(book: Absences, day: date, params: RowParams, _: int) -> date:
    return _over(book, day, params)


def _over(book: Absences, day: date, _: RowParams) -> date:
    """A row goes on for as long as nobody records that it was broken."""
    return book.row_broken_on(day) or date.max


rule = Rule(
    id="R-ABS-2",
    version=1,
    name="absence.threshold_exceeded",
    params=RowParams(),
    find=find,
    listens=LISTENS,
    family="absence",
)
