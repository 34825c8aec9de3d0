"""From when to when somebody must be there for a client: as long as anything is going on for her."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from kernel.calendar import day_of
from services.referrals.coverage import DAY, Span
from services.referrals.state import State


def running(state: State) -> list[Span]:
    """Stretches of days, each with first and last day (None: still going on), that do not touch each other."""
    joined: list[Span] = []
    for first, last in sorted(_matters(state), key=lambda s: (s[0], s[1] or date.max)):
        if joined and (joined[-1][1] is None or first <= joined[-1][1] + DAY):
            begin, end = joined[-1]
            joined[-1] = (begin, None if end is None or last is None else max(end, last))
        else:
            joined.append((first, last))
    return joined


def _matters(state: State) -> Iterator[Span]:
    """Plans that belong to social work too, places, and referrals that were taken on; not what was dropped."""
    for plan in state.plans.values():
        if plan.needs_worker and plan.opened is not None:
            yield _span(day_of(plan.opened), None if plan.ended is None else day_of(plan.ended) - DAY)
    for place in state.placements.values():
        if place.opened is not None and place.state != "offered":
            yield _span(day_of(place.opened), place.ended_on)
    for referral in state.referrals.values():
        if referral.outcome == "accepted" and referral.closed is not None:
            yield _span(day_of(referral.closed), _followed(state, referral.closed))


def _followed(state: State, accepted: datetime) -> date | None:
    """The day on which a place or an outcome tells more than the referral; None: it is all there is yet."""
    places = [p.opened for p in state.placements.values() if p.state != "offered" and p.opened is not None]
    outcomes = [at for _, at, _ in state.other.outcomes]
    return min((day_of(t) for t in (*places, *outcomes) if t >= accepted), default=None)


def _span(first: date, last: date | None) -> Span:
    return first, last if last is None or last >= first else first
