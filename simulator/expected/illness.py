"""Illness without a certificate, a child's illness that lasts too long, and a supervisor's worry (R-ABS-5, 6, 7)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from simulator.expected.absence import GRACE, QUIET
from simulator.expected.agreed import Agreed
from simulator.expected.calendar import DAY, begins, local_day, working_days
from simulator.expected.heard import Heard, Standing
from simulator.expected.stays import Stay, stays

ILL, CHILD_ILL = "own_illness", "child_illness_u10"


def illnesses(heard: Heard, agreed: Agreed, _: date) -> Iterator[Standing]:
    """Every illness at every stay."""
    for stay in stays(heard, agreed):
        for row, back_on in _rows(stay, ILL):
            yield from _certificate(stay, row, back_on)
        for row, back_on in _rows(stay, CHILD_ILL):
            yield from _child(stay, row, back_on)


def concerns(heard: Heard, agreed: Agreed, _: date) -> Iterator[Standing]:
    """A worry needs no number; it ends with the stay."""
    for stay in stays(heard, agreed):
        for said in stay.told.get("absence.concern_raised", ()):
            end = begins(stay.ended_on + DAY) if stay.ended_on else None
            if stay.ended_on is None or local_day(said.time) <= stay.ended_on:
                yield Standing("R-ABS-7", f"{stay.id}:{said.time.isoformat()}", said.time, end)


def _rows(stay: Stay, reason: str) -> Iterator[tuple[Sequence[date], date | None]]:
    """Expected days one after another on which she was away for the reason, with the first day told after them."""
    row: list[date] = []
    for on in sorted(d for d in stay.days if stay.expected(d)):
        ill = stay.days[on]["status"] == "absent" and stay.days[on].get("reason") == reason
        if row and (not ill or any(stay.expected_from(row[-1] + DAY, on - DAY))):
            yield row, on
            row = []
        row = [*row, on] if ill else row
    if row:
        yield row, None


def _certificate(stay: Stay, row: Sequence[date], back_on: date | None) -> Iterator[Standing]:
    """More than three days from the first to the last need one; a week after the first it is the own worker's."""
    first, last = row[0], row[-1]
    allowed = stay.number("R-ABS-5", "days", 3, last)
    needed = next((d for d in row if (d - first).days + 1 > allowed), None)
    told = [stay.days[d].get("certificate") for d in row]
    if needed is None or "received" in told or told[-1] == "not_needed" or _in_grace(stay, "R-ABS-5", last):
        return
    end = _quiet_after(stay, "R-ABS-5", last, back_on)
    yield _standing("R-ABS-5", stay, first, needed + DAY, end)
    week = first + timedelta(days=stay.number("R-ABS-5", "worker_days", 7, last))
    yield _standing("R-ABS-5-LATE", stay, first, max(week, needed + DAY), end)


def _child(stay: Stay, row: Sequence[date], back_on: date | None) -> Iterator[Standing]:
    """Four working days at a time are a good reason; from the fifth on it is one no longer."""
    first, last = row[0], row[-1]
    allowed = stay.number("R-ABS-6", "child_illness_days", 4, last)
    off = stay.closed
    too_long = [d for d in row if working_days(first, d) - sum(first <= c <= d for c in off) > allowed]
    if too_long and not _in_grace(stay, "R-ABS-6", last):
        yield _standing("R-ABS-6", stay, first, too_long[0] + DAY, _quiet_after(stay, "R-ABS-6", last, back_on))


def _in_grace(stay: Stay, rule: str, on: date) -> bool:
    return on <= stay.nth_expected(stay.number(rule, "grace_days", GRACE, on))


def _quiet_after(stay: Stay, rule: str, last: date, back_on: date | None) -> date | None:
    return back_on and back_on + timedelta(days=stay.number(rule, "rearm_days", QUIET, last))


def _standing(rule: str, stay: Stay, first: date, since: date, end: date | None) -> Standing:
    return Standing(rule, f"{stay.id}:{first.isoformat()}", begins(since), begins(end) if end else None)
