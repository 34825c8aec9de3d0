"""The client is asked for the same document a second time, by somebody else (D15)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from pydantic import Field

from kernel.calendar import day_of
from kernel.rules import Finding, Params, Resolved, Rule
from services.referrals.pieces import Piece, of_two, over
from services.referrals.state import State
from services.referrals.suspect import COMMON, NAME, Double, Kind, findings

KIND = Kind("D15", "low")


class DocumentParams(Params):
    """`gap_days` between the two requests at most."""

    gap_days: int = Field(default=30, ge=0, le=366)


def find(state: State, params: Resolved[DocumentParams]) -> Iterator[Finding]:
    """Requests of one type of document by different organisations, with who has it already and since when."""
    yield from findings(KIND, _doubles(state, params), state, params)


def _doubles(state: State, params: Resolved[DocumentParams]) -> Iterator[Double]:
    for pair in of_two(_pieces(state)):
        earlier, later = pair
        chosen = params.on(day_of(later.opened))
        days = (day_of(later.opened) - day_of(earlier.opened)).days
        if earlier.source.topic != later.source.topic or days > chosen.gap_days:
            continue
        asked = tuple(replace(p, closed=p.opened + timedelta(days=chosen.gap_days)) for p in pair)
        more = {"document_type": earlier.source.topic, **_exists(state, earlier.source.topic)}
        yield Double(pair, later.opened, over((asked[0], asked[1])), chosen, more)


def _exists(state: State, kind: str) -> dict[str, str | None]:
    """Where it is already: the newest one that somebody noted."""
    noted = [(on, org) for type_, on, org in state.other.noted if type_ == kind and on is not None]
    newest = max(noted, default=None)
    return {"exists_since": newest[0].isoformat() if newest else None, "holder_org": newest[1] if newest else None}


def _pieces(state: State) -> Iterator[Piece]:
    for work in state.other.requests.values():
        if work.opened is not None:
            yield Piece(work.id, work.org, work.org_type, work.opened, None, "requested", source=work)


rule = Rule(
    id="D15",
    version=1,
    name=NAME,
    params=DocumentParams(),
    find=find,
    listens=COMMON | {"document.requested", "document.noted"},
    family="duplicate",
)
