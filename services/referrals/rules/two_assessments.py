"""Two assessments of what the client needs are open, or a new one begins soon after another was done (D06)."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from kernel.calendar import day_of
from kernel.rules import Finding, Params, Resolved, Rule
from services.referrals.pieces import Piece, apart, over, pairs
from services.referrals.state import State
from services.referrals.suspect import COMMON, NAME, Double, Kind, findings

KIND = Kind("D06", "medium", "need_assessment")


class AssessmentParams(Params):
    """`gap_days`: what was found so many days ago at most can be used again."""

    gap_days: int = Field(default=90, ge=0, le=366)


def find(state: State, params: Resolved[AssessmentParams]) -> Iterator[Finding]:
    """Social (L1301/2014 36§) beside multi-sector (L381/2023 4§), or one kind by two organisations."""
    yield from findings(KIND, _doubles(state, params), state, params)


def _doubles(state: State, params: Resolved[AssessmentParams]) -> Iterator[Double]:
    for pair in pairs(_pieces(state)):
        earlier, later = pair
        chosen = params.on(day_of(later.opened))
        differ = earlier.org != later.org or earlier.source.topic != later.source.topic
        if differ and not apart(pair, chosen.gap_days):
            kinds = [p.source.topic for p in pair]
            yield Double(pair, later.opened, over(pair), chosen, {"assessment_kinds": kinds})


def _pieces(state: State) -> Iterator[Piece]:
    for work in state.other.assessments.values():
        if work.opened is not None:
            yield Piece(work.id, work.org, work.org_type, work.opened, work.closed, work.outcome, source=work)


rule = Rule(
    id="D06",
    version=1,
    name=NAME,
    params=AssessmentParams(),
    find=find,
    listens=COMMON | {f"need_assessment.{s}" for s in ("requested", "started", "completed")},
    family="duplicate",
)
