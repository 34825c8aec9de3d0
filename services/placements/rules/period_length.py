"""A period was agreed that is shorter or longer than the law allows: change it before it begins (R-LIM-4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime

from pydantic import Field

from kernel.calendar import add_months
from kernel.rules import Finding, Params, Resolved, Rule
from services.placements.schedule import DAY
from services.placements.state import State


class LengthParams(Params):
    """A period lasts from `min_months` to `max_months` at a time (L702/2020 13b§2)."""

    min_months: int = Field(default=3, ge=0, le=120)
    max_months: int = Field(default=24, ge=1, le=240)


def find(state: State, params: Resolved[LengthParams]) -> Iterator[Finding]:
    """Periods of placements and terms of plans, from the moment they were agreed or signed until they are over."""
    for placement in state.placements.values():
        first, end, told = placement.period_start, placement.end_on, placement.agreed_at
        if first is None or end is None or told is None:
            continue
        chosen = params.on(first, site=placement.site, organiser=placement.organiser or None)
        until = (placement.ended_on or end) + DAY
        facts = {"placement_id": placement.id, "site_id": placement.site, "provider_org": placement.provider_org}
        yield from _finding(placement.id, first, end, told, until, chosen, facts)
    for plan in state.plans.values():
        if plan.start_on is not None and plan.end_on is not None and plan.told is not None and plan.ended_on is None:
            chosen, of_plan = params.on(plan.start_on, site=plan.site), {"plan_id": plan.id, "lead_org": plan.org}
            yield from _finding(plan.id, plan.start_on, plan.end_on, plan.told, plan.end_on + DAY, chosen, of_plan)


def _finding(
    key: str, first: date, end: date, told: datetime, until: date, params: LengthParams, facts: Mapping[str, object]
) -> Iterator[Finding]:
    short = add_months(first, params.min_months) > end + DAY
    if not short and add_months(first, params.max_months) >= end + DAY:
        return
    more = {
        "step": "short" if short else "long",
        "start_on": first.isoformat(),
        "end_on": end.isoformat(),
        "months": params.min_months if short else params.max_months,
    }
    yield Finding(key, told, until, {**facts, **more}, params)


rule = Rule(
    id="R-LIM-4",
    version=1,
    name="period.length_unlawful",
    params=LengthParams(),
    find=find,
    listens=frozenset(
        {
            "placement.agreed",
            "placement.extended",
            "placement.ended",
            "plan.signed",
            "plan.ended",
            "plan.interrupted",
            "plan.superseded",
            "plan.renewed",
        }
    ),
    family="limit",
)
