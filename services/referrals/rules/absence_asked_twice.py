"""Two actors clear up the same absence, and none of them has taken it on (D09)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from pydantic import Field

from kernel.calendar import day_of
from kernel.rules import Finding, Params, Resolved, Rule
from services.referrals.pieces import Pair, Piece, of_two, over
from services.referrals.state import State
from services.referrals.suspect import COMMON, NAME, Double, Kind, findings

KIND = Kind("D09", "low", "absence_clarification")


class AbsenceParams(Params):
    """`gap_days` between the two contacts at most."""

    gap_days: int = Field(default=5, ge=0, le=366)


def find(state: State, params: Resolved[AbsenceParams]) -> Iterator[Finding]:
    """Contacts about one alert by different organisations; a claim before the second one, or after, ends it."""
    yield from findings(KIND, _doubles(state, params), state, params)


def _doubles(state: State, params: Resolved[AbsenceParams]) -> Iterator[Double]:
    for pair in of_two(_pieces(state, params)):
        second = pair[1].opened
        together = pair[0].closed is not None and day_of(second) <= day_of(pair[0].closed)
        if pair[0].source != pair[1].source or not together:
            continue
        claims = state.other.claims.get(pair[0].source, [])
        if not any(claim <= second for claim in claims):
            yield Double(pair, second, _until(pair, claims), params.on(day_of(second)), {"alert_id": pair[0].source})


def _pieces(state: State, params: Resolved[AbsenceParams]) -> Iterator[Piece]:
    """A contact about an absence is in hand for the length of the gap."""
    for said, work in state.other.contacts:
        if said.purpose_code == "absence" and said.alert_id and work.opened is not None:
            last = work.opened + timedelta(days=params.on(day_of(work.opened)).gap_days)
            yield Piece(work.id, work.org, work.org_type, work.opened, last, "contact", source=str(said.alert_id))


def _until(pair: Pair, claims: list[datetime]) -> datetime | None:
    ends = [t for t in (over(pair), *claims) if t is not None]
    return min(ends, default=None)


rule = Rule(
    id="D09",
    version=1,
    name=NAME,
    params=AbsenceParams(),
    find=find,
    listens=COMMON | {"contact.logged", "alert.claimed"},
    family="duplicate",
)
