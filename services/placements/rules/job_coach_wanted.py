"""The client's direction to work is clear and she has no job coach: name one (R-COACH)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from pydantic import Field

from kernel.calendar import day_of
from kernel.rules import Finding, Params, Resolved, Rule
from services.placements.plans import REVIEW_FACTS
from services.placements.schedule import DAY
from services.placements.state import State

COACHING = "job_coaching"


class CoachParams(Params):
    """`directions`: recommendations that say that her direction to work is clear."""

    directions: list[str] = Field(
        default=["open_labour_market", "wage_subsidised_work", "work_trial", "job_coaching"], max_length=50
    )


def find(state: State, params: Resolved[CoachParams]) -> Iterator[Finding]:
    """From the newest recommendation on while a placement runs, until a coach or the service is there."""
    advised = _newest(state)
    if advised is None:
        return
    told, codes = advised
    since = day_of(told)
    chosen = params.on(since)
    if not codes & set(chosen.directions) or _coached(state, since):
        return
    for placement in state.placements.values():
        first, last = placement.first, placement.ended_on or placement.end_on
        if first <= since and (last is None or since <= last):
            facts = {"placement_id": placement.id, "since_on": since.isoformat()}
            yield Finding(placement.id, told, last and last + DAY, facts, chosen)


def _newest(state: State) -> tuple[datetime, frozenset[str]] | None:
    """The newest word on how she should go on, at an assessment, a needs assessment or a review."""
    said = [a for a in state.background.advice if a[1]]
    said += [(r.held_at, r.recommendation) for r in state.reviews.values() if r.held_at and r.recommendation]
    return max(said, key=lambda a: a[0], default=None)


def _coached(state: State, day: date) -> bool:
    if any(c.last is None or c.last >= day for c in state.beside.coaches):
        return True
    if any(kind == COACHING for kind, _, _ in state.beside.supports):
        return True
    return any(s.type == COACHING and (s.ended_on is None or s.ended_on >= day) for s in state.beside.services.values())


rule = Rule(
    id="R-COACH",
    version=1,
    name="job_coach.wanted",
    params=CoachParams(),
    find=find,
    listens=frozenset(
        {
            *(c.meta.name for c in REVIEW_FACTS),
            "assessment.held",
            "need_assessment.completed",
            "caseworker.assigned",
            "caseworker.ended",
            "support.assigned",
            "parallel_service.agreed",
            "parallel_service.started",
            "parallel_service.held",
            "parallel_service.ended",
            "placement.agreed",
            "placement.started",
            "placement.extended",
            "placement.ended",
        }
    ),
    family="service",
)
