"""From days on which too much was missed to the time for which that stays a matter (R-ABS-9, R-ABS-11)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Generic, TypeVar

from pydantic import Field

from kernel.rules import Finding, Params, Resolved
from services.placements.absence import Absences, absences_of
from services.placements.schedule import DAY
from services.placements.state import State

AGO = timedelta(days=7)
"""A matter that ended longer ago than this before the newest statement is not looked at any more."""


class AbsenceParams(Params):
    """`rearm_days`: days below the threshold until the matter is over; `grace_days`: first expected days that count
    for nothing but a row of no-shows; `child_illness_days`: working days at a time that a child's illness excuses.
    """

    rearm_days: int = Field(default=14, ge=0, le=366)
    grace_days: int = Field(default=5, ge=0, le=100)
    child_illness_days: int = Field(default=4, ge=0, le=366)  # L1290/2002 10:3§


P = TypeVar("P", bound=AbsenceParams)


@dataclass(frozen=True)
class Measure(Generic[P]):
    """One way to say that too much was missed. All look at a window that ends on a missed day.

    `days`: the days that may be such a last day. `too_much`: whether it is, at `step` times the threshold. `below`:
    when it was, the first day on which it no longer is; the end of time when no day is known. `window`: first day of
    the window. `over`: a day from which no window can hold the day any more, later for a later day.
    """

    days: Callable[[Absences], Sequence[date]]
    too_much: Callable[[Absences, date, P, int], bool]
    below: Callable[[Absences, date, P, int], date]
    window: Callable[[Absences, date, P], date]
    over: Callable[[Absences, date, P], date]


@dataclass(frozen=True, slots=True)
class Spell:
    """A matter: from the midnight after the first day to a midnight or open; `last` is the newest day that counts."""

    since: date
    until: date
    last: date


def find(state: State, params: Resolved[P], measure: Measure[P]) -> Iterator[Finding]:
    """The matters of all placements, and under a key of its own each that is twice as bad."""
    for placement in state.placements.values():
        where = {"site": placement.site, "organiser": placement.organiser or None}

        def on(day: date, where: dict[str, str | None] = where) -> P:
            return params.on(day, **where)

        if not placement.dates:
            continue
        book = absences_of(placement, params, on(placement.newest).child_illness_days)
        for step, suffix in ((1, ""), (2, ":double")):
            spells = _spells(book, measure, on, step, state.told_on - AGO)
            for spell in spells:
                yield _finding(placement.id + suffix, book, measure, spell, on(spell.last))
            if not spells:
                break  # what is not too much is not twice too much


def _spells(book: Absences, measure: Measure[P], on: Callable[[date], P], step: int, horizon: date) -> list[Spell]:
    """Newest first; days whose effect ended before the horizon are not looked at."""
    spells: list[Spell] = []
    end = _later(book.schedule.last, 1)
    for day in reversed(measure.days(book)):
        params = on(day)
        before = spells[-1].since if spells else horizon
        if _later(min(measure.over(book, day, params), end), params.rearm_days) < before:
            break
        if not measure.too_much(book, day, params, step):
            continue
        if spells and _later(day, 1 + params.rearm_days) >= before:  # too near to be anything of its own
            spells[-1] = Spell(day + DAY, spells[-1].until, spells[-1].last)
            continue
        until = _later(min(measure.below(book, day, params, step), end), params.rearm_days)
        if spells and until >= before:
            spells[-1] = Spell(day + DAY, spells[-1].until, spells[-1].last)
        elif until > horizon:
            spells.append(Spell(day + DAY, until, day))
    return spells


def _later(day: date, days: int) -> date:
    """A later day; the end of time stays where it is."""
    return day + timedelta(days=days) if (date.max - day).days > days else date.max


def _finding(key: str, book: Absences, measure: Measure[P], spell: Spell, params: P) -> Finding:
    first = measure.window(book, spell.last, params)
    facts = book.facts(first, spell.last, len(book.in_row(spell.last)) if spell.last in book.unnoticed else 0)
    until = None if spell.until == date.max else spell.until
    return Finding(key, spell.since, until, facts, params)


LISTENS = frozenset(
    {
        "attendance.day_recorded",
        "attendance.day_corrected",
        "placement.agreed",
        "placement.extended",
        "placement.started",
        "placement.ended",
        "placement.terms_changed",
        "placement.suspended",
        "placement.resumed",
        "service.suspended",
        "service.resumed",
        "closing_days.set",
    }
)
"""What may change a matter of absence."""
