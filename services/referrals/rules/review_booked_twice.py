"""Two organisations have each booked the same review: one meeting is enough (D07)."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from kernel.calendar import day_of
from kernel.rules import Finding, Params, Resolved, Rule
from services.referrals.lead import REVIEW
from services.referrals.meetings import MEETINGS, Meeting
from services.referrals.pieces import Pair, Piece, of_two
from services.referrals.state import State
from services.referrals.suspect import COMMON, NAME, Double, Kind, findings

PLAN_REVIEW = "plan_review"


class BookingParams(Params):
    """`within_days`: meetings so many days from each other at most are one review."""

    within_days: int = Field(default=21, ge=0, le=366)


def find(state: State, params: Resolved[BookingParams]) -> Iterator[Finding]:
    """Bookings of one kind about one plan or place, of which neither has the other organisation at the table."""
    for double in _doubles(state, params):
        task = REVIEW if double.pair[0].source.kind == PLAN_REVIEW else "contact"
        yield from findings(Kind("D07", "medium", task), (double,), state, params)


def _doubles(state: State, params: Resolved[BookingParams]) -> Iterator[Double]:
    for pair in of_two(_pieces(state)):
        one, other = (p.source for p in pair)
        chosen = params.on(day_of(pair[1].opened))
        days = abs((day_of(one.at) - day_of(other.at)).days)
        if one.topic != other.topic or days > chosen.within_days or _joint(pair):
            continue
        kept = min(pair, key=lambda p: (-p.present, p.source.at, p.id))
        until = min((p.closed for p in pair if p.closed is not None), default=None)
        more = {"review_kind": one.kind, "plan_id": one.plan, "placement_id": one.placement, "keep": kept.id}
        yield Double(pair, pair[1].opened, until, chosen, more)


def _pieces(state: State) -> Iterator[Piece]:
    """Meetings that were booked for a time and about something."""
    for m in state.meetings.values():
        if m.opened is not None and m.at is not None and m.kind and m.topic:
            yield Piece(
                m.id, m.org, m.org_type, m.opened, m.over, _stage(m), m.dropped is not None, len(m.roles), source=m
            )


def _stage(meeting: Meeting) -> str:
    return "held" if meeting.held else "cancelled" if meeting.dropped else "booked"


def _joint(pair: Pair) -> bool:
    return pair[1].org in pair[0].source.orgs or pair[0].org in pair[1].source.orgs


rule = Rule(
    id="D07",
    version=1,
    name=NAME,
    params=BookingParams(),
    find=find,
    listens=frozenset(c.meta.name for c in MEETINGS) | COMMON,
    family="duplicate",
)
