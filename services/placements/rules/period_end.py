"""A period comes to its end: assess it in time, and decide how the client goes on (R-END-1)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Self

from pydantic import Field, model_validator

from kernel.rules import Finding, Params, Resolved, Rule
from services.placements.placement import Placement
from services.placements.plans import VISIT
from services.placements.state import State

NOTICE, BOOKED, HELD, DECIDED = "notice", "assessment_booked", "assessment_held", "continuation_decided"
STEPS = (NOTICE, BOOKED, HELD, DECIDED)


class EndParams(Params):
    """`days` before the end for each step: notice, assessment booked, assessment held, continuation decided. An
    assessment counts when it is held at most `assessment_days` before the end.
    """

    days: list[int] = Field(default=[56, 28, 14, 0], min_length=4, max_length=4)
    assessment_days: int = Field(default=84, ge=0, le=366)

    @model_validator(mode="after")
    def _one_after_the_other(self) -> Self:
        if self.days != sorted(self.days, reverse=True) or self.days[-1] < 0:
            raise ValueError("days go down, one for each step, to zero at the least")
        return self


def find(state: State, params: Resolved[EndParams]) -> Iterator[Finding]:
    """The steps that are not done yet, each from its own day; an extension moves them, an end or decision ends them."""
    for placement in state.placements.values():
        if placement.end_on is None or placement.ended_on is not None:
            continue
        end = min(placement.end_on, _latest_assessment(state, placement) or date.max)
        chosen = params.on(end, site=placement.site, organiser=placement.organiser or None)
        if _decided(state, placement, end - timedelta(days=chosen.days[0])):
            continue
        done = _done(state, placement, end - timedelta(days=chosen.assessment_days))
        for step, days in zip(STEPS, chosen.days, strict=True):
            if step not in done:
                yield _finding(placement, step, end, days, chosen)


def _finding(placement: Placement, step: str, end: date, days: int, params: EndParams) -> Finding:
    facts = {
        "placement_id": placement.id,
        "site_id": placement.site,
        "provider_org": placement.provider_org,
        "step": step,
        "days_before": days,
        "end_on": placement.end_on.isoformat() if placement.end_on else None,
        "assess_by": end.isoformat(),
    }
    return Finding(f"{placement.id}:{step}", end - timedelta(days=days), None, facts, params)


def _latest_assessment(state: State, placement: Placement) -> date | None:
    """The plan's latest day for assessing the effects and deciding how to go on (L702/2020 9§1(6))."""
    terms = [
        plan
        for plan in state.plans.values()
        if plan.latest_assessment_on is not None and plan.site == placement.site and _overlap(plan.start_on, placement)
    ]
    newest = max(terms, key=lambda p: (p.start_on or date.min, p.id), default=None)
    return newest.latest_assessment_on if newest else None


def _overlap(terms_start: date | None, placement: Placement) -> bool:
    """The terms speak of this period: they begin within it, or at most a month before."""
    start, end = placement.start_on or placement.started_on, placement.end_on
    if terms_start is None or start is None or end is None:
        return False
    return start - timedelta(days=31) <= terms_start <= end


def _decided(state: State, placement: Placement, first: date) -> bool:
    """How she goes on: an outcome was recorded, or the next period of the episode agreed."""
    if any(o.placement == placement.id or (o.placement is None and o.on >= first) for o in state.outcomes):
        return True
    return any(
        other.id != placement.id
        and other.episode == placement.episode is not None
        and placement.end_on is not None
        and (other.start_on or date.min) > (placement.start_on or date.min)
        and (other.end_on or date.max) > placement.end_on
        for other in state.placements.values()
    )


def _done(state: State, placement: Placement, first: date) -> set[str]:
    """Steps that need no alert: an assessment that is held was booked; one half way through is not the final one."""
    meetings = [r for r in state.reviews.values() if r.kind == VISIT and r.placement in {None, placement.id}]
    held = [*placement.assessed, *(r.held_on for r in meetings if r.held_on)]
    if any(day >= first for day in held):
        return {BOOKED, HELD}
    return {BOOKED} if any(r.booked_on and r.booked_on >= first for r in meetings) else set()


rule = Rule(
    id="R-END-1",
    version=3,
    name="period.end_approaching",
    steps={BOOKED: "assessment.due", HELD: "assessment.missing"},
    params=EndParams(),
    find=find,
    listens=frozenset(
        {
            "placement.agreed",
            "placement.extended",
            "placement.ended",
            "plan.signed",
            "review.scheduled",
            "review.cancelled",
            "review.held",
            "assessment.held",
            "outcome.recorded",
        }
    ),
    family="period_end",
)
