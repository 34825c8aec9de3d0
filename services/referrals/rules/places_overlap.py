"""Two places that the client has at once take the same weekday, or more days a week than the law allows (D10)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from pydantic import Field

from kernel.calendar import day_of, midnight
from kernel.rules import Dated, Finding, Params, Resolved, Rule
from services.referrals.lead import ARRANGING
from services.referrals.pieces import Pair, Piece, pairs
from services.referrals.placing import PLACING, Pattern, Placement
from services.referrals.state import State
from services.referrals.suspect import COMMON, NAME, Double, Kind, findings

KIND = Kind("D10", "high", ARRANGING)
NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class PlacesParams(Params):
    """`days_per_week`: so many at most, all places together."""

    days_per_week: int = Field(default=4, ge=1, le=7)


VERSIONS = (
    # L189/2001 13§ as before L1369/2014: five days a week until 30.6.2015
    Dated(PlacesParams(days_per_week=5), None, date(2015, 6, 30), "statute"),
)


def find(state: State, params: Resolved[PlacesParams]) -> Iterator[Finding]:
    """Places of different organisations whose days overlap, as far as their weeks are known."""
    yield from findings(KIND, _doubles(state, params), state, params)


def _doubles(state: State, params: Resolved[PlacesParams]) -> Iterator[Double]:
    for pair in pairs(_pieces(state)):
        one, other = (p.source for p in pair)
        if (one.org, one.provider) == (other.org, other.provider):
            continue
        if (clash := _clash(one, other, params)) is not None:
            first, more = clash
            last = min(d for d in (one.last_on, other.last_on, date.max - timedelta(days=1)) if d is not None)
            known = max(pair[1].opened, *_told(one, first), *_told(other, first))
            chosen = params.on(max(first, day_of(known)))
            yield Double(_by_provider(pair), known, midnight(last + timedelta(days=1)), chosen, more)


def _pieces(state: State) -> Iterator[Piece]:
    for p in state.placements.values():
        if p.opened is not None and p.start_on is not None:
            yield Piece(p.id, p.org, p.org_type, p.opened, None, p.state, source=p)


def _by_provider(pair: Pair) -> Pair:
    """Both organisers are told; where one organiser has both places, the providers tell them apart."""
    one, other = pair
    if one.org != other.org:
        return pair
    return (_run(one), _run(other))


def _run(piece: Piece) -> Piece:
    placement = piece.source
    org = placement.provider or piece.org
    kind = piece.org_type if org == piece.org else "provider"
    return Piece(piece.id, org, kind, piece.opened, None, piece.state, source=placement)


def _clash(one: Placement, other: Placement, params: Resolved[PlacesParams]) -> tuple[date, dict[str, Any]] | None:
    """The first day from which the weeks do not fit together, and how."""
    first = max(d for d in (one.start_on, other.start_on) if d is not None)
    last = min((d for d in (one.last_on, other.last_on) if d is not None), default=date.max)
    changes = {p.first for p in (*one.patterns, *other.patterns) if first < p.first <= last}
    for day in sorted({first, *changes}):
        weeks = (one.pattern(day), other.pattern(day))
        if day > last or weeks[0] is None or weeks[1] is None:
            continue
        same = weeks[0].weekdays & weeks[1].weekdays
        days = _days(weeks[0]) + _days(weeks[1])
        if same or days > params.on(day).days_per_week:
            same_names = [NAMES[n] for n in sorted(same)]
            return day, {"from_on": day.isoformat(), "same_weekdays": same_names, "days_per_week": days}
    return None


def _days(pattern: Pattern) -> int:
    return len(pattern.weekdays) or pattern.days


def _told(placement: Placement, day: date) -> list[datetime]:
    pattern = placement.pattern(day)
    return [pattern.told] if pattern is not None else []


rule = Rule(
    id="D10",
    version=1,
    name=NAME,
    params=PlacesParams(),
    find=find,
    listens=frozenset(c.meta.name for c in PLACING) | COMMON,
    family="duplicate",
    versions=VERSIONS,
)
