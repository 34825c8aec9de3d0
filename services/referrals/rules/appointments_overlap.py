"""Two appointments of the client overlap, or one falls on a day that she spends at her place (D12)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from pydantic import Field

from kernel.calendar import day_of, midnight
from kernel.rules import Finding, Params, Resolved, Rule
from services.referrals.pieces import Pair, Piece
from services.referrals.placing import PLACING, Placement
from services.referrals.state import State
from services.referrals.suspect import COMMON, NAME, Double, Kind, findings
from services.referrals.undertakings import Work, overlap

TWO, ON_A_DAY = Kind("D12", "medium", ""), Kind("D12", "low", "")


class AppointmentParams(Params):
    """`minutes`: appointments that overlap by fewer are left alone."""

    minutes: int = Field(default=1, ge=1, le=1440)


def find(state: State, params: Resolved[AppointmentParams]) -> Iterator[Finding]:
    """Appointments by different organisations; towards the site nothing is told but that an absence is agreed."""
    yield from findings(TWO, _overlapping(state, params), state, params)
    yield from findings(ON_A_DAY, _on_a_day(state, params), state, params)


def _overlapping(state: State, params: Resolved[AppointmentParams]) -> Iterator[Double]:
    for pair, first, last in _neighbours(sorted(_pieces(state), key=lambda p: (p.source.at, p.id))):
        chosen = params.on(day_of(first))
        if pair[0].org != pair[1].org and last - first >= timedelta(minutes=chosen.minutes):
            yield Double(pair, pair[1].opened, last, chosen, {"on": day_of(first).isoformat(), "with": "other"})


def _neighbours(by_time: list[Piece]) -> Iterator[tuple[Pair, datetime, datetime]]:
    """Each two that overlap, the one booked earlier first, and from when to when: a year has many appointments."""
    for n, one in enumerate(by_time):
        for other in by_time[n + 1 :]:
            both = overlap(one.source, other.source)
            if both is None and other.source.at >= one.source.at + timedelta(minutes=one.source.minutes):
                break
            if both is not None:
                earlier, later = sorted((one, other), key=lambda p: (p.opened, p.id))
                yield (earlier, later), *both


def _on_a_day(state: State, params: Resolved[AppointmentParams]) -> Iterator[Double]:
    for piece in _pieces(state):
        on = day_of(piece.source.at)
        for place in state.placements.values():
            provider = place.provider or place.org
            if place.opened is None or provider == piece.org or not _there(place, on):
                continue
            kind = place.org_type if provider == place.org else "provider"
            at_site = Piece(place.id, provider, kind, place.opened, state=place.state)
            since = max(piece.opened, place.opened)
            more = {"on": on.isoformat(), "with": "attendance_day"}
            yield Double((at_site, piece), since, _end(piece.source), params.on(on), more)


def _pieces(state: State) -> Iterator[Piece]:
    """Appointments that stand; one that was cancelled is nobody's any more."""
    for work in state.other.appointments.values():
        if work.at is not None and work.opened is not None and work.closed is None:
            yield Piece(work.id, work.org, work.org_type, work.opened, None, "booked", source=work)


def _there(place: Placement, on: date) -> bool:
    pattern = place.pattern(on)
    within = place.start_on is not None and place.start_on <= on and (place.last_on is None or on <= place.last_on)
    return within and pattern is not None and on.weekday() in pattern.weekdays


def _end(work: Work) -> datetime:
    """The first midnight after it: until then somebody can still move it."""
    return midnight(day_of(work.at) + timedelta(days=1)) if work.at is not None else datetime.max


rule = Rule(
    id="D12",
    version=1,
    name=NAME,
    params=AppointmentParams(),
    find=find,
    listens=frozenset(c.meta.name for c in PLACING) | COMMON | {"appointment.booked", "appointment.cancelled"},
    family="duplicate",
)
