"""An appointment falls on a day on which the client is expected at her place: fit the two together (survey, row 37)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from pydantic import Field

from kernel.calendar import day_of
from kernel.rules import Finding, Params, Resolved, Rule
from services.placements.beside import Appointment
from services.placements.placement import AGREED_REASONS, Placement
from services.placements.schedule import DAY, Schedule, schedule_of
from services.placements.spells import LISTENS
from services.placements.state import State


class ConflictParams(Params):
    """Appointments shorter than `minutes` are left alone."""

    minutes: int = Field(default=1, ge=1, le=1440)


def find(state: State, params: Resolved[ConflictParams]) -> Iterator[Finding]:
    """From the booking until the day is over; that it is an appointment is all that is told."""
    booked = [(a, a.starts_at) for a in state.beside.appointments.values() if a.starts_at is not None]
    if not booked:
        return
    for placement in state.placements.values():
        schedule = schedule_of(placement, params)
        for appointment, starts_at in booked:
            day = day_of(starts_at)
            chosen = params.on(day, site=placement.site, organiser=placement.organiser or None)
            if appointment.minutes >= chosen.minutes and clashes(placement, schedule, day):
                yield _finding(placement, appointment, starts_at, day, chosen)


def clashes(placement: Placement, schedule: Schedule, day: date) -> bool:
    """She is expected on that day and nobody has agreed that she stays away."""
    mark = placement.days.get(day)
    return schedule.expected(day) and (mark is None or mark.reason not in AGREED_REASONS)


def _finding(
    placement: Placement, appointment: Appointment, starts_at: datetime, day: date, params: ConflictParams
) -> Finding:
    facts = {"on": day.isoformat(), "starts_at": starts_at.isoformat(), "minutes": appointment.minutes}
    return Finding(f"{placement.id}:{appointment.id}", appointment.told, day + DAY, facts, params)


rule = Rule(
    id="R-SCH-1",
    version=1,
    name="schedule.conflict_detected",
    params=ConflictParams(),
    find=find,
    listens=LISTENS | {"appointment.booked", "appointment.cancelled"},
    family="service",
)
