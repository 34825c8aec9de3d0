"""A client starts before everything is done that must be done before: do what is missing (R-LIM-6)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Literal, get_args

from pydantic import Field

from kernel.rules import Finding, Params, Resolved, Rule
from services.placements.placement import Placement
from services.placements.schedule import DAY
from services.placements.state import State

Item = Literal["plan", "benefits", "shop_steward", "insurance", "agreement"]
ITEMS: tuple[Item, ...] = get_args(Item)


class StartParams(Params):
    """What must be there: a signed plan (L189/2001 9§), information on benefits (9§2), the shop steward informed (16§),
    the insurance (23§), the agreement (local). A plan counts when it was signed up to `plan_days` before the start.
    """

    items: list[Item] = Field(default=list(ITEMS), max_length=len(ITEMS))
    plan_days: int = Field(default=366, ge=0, le=1100)


def find(state: State, params: Resolved[StartParams]) -> Iterator[Finding]:
    """Placements that have started, from their first day until nothing is missing or they are over."""
    for placement in state.placements.values():
        if placement.started_on is None:
            continue
        chosen = params.on(placement.started_on, site=placement.site, organiser=placement.organiser or None)
        done = _done(state, placement, placement.started_on - timedelta(days=chosen.plan_days))
        missing = [item for item in ITEMS if item in chosen.items and item not in done]
        last = placement.ended_on or placement.end_on
        if not missing or (last is not None and last < placement.started_on):
            continue
        facts = {
            "placement_id": placement.id,
            "site_id": placement.site,
            "provider_org": placement.provider_org,
            "started_on": placement.started_on.isoformat(),
            "missing": missing,
        }
        yield Finding(placement.id, placement.started_on, last and last + DAY, facts, chosen)


def _done(state: State, placement: Placement, first: date) -> set[Item]:
    """What has been done, be it late: what was told in time and what came after the start both mend it."""
    done = set[Item]()
    plans = _plans(state, placement, first)
    if plans:
        done.add("plan")
    if any(plan in plans for plan, _ in state.informed):
        done.add("benefits")
    if placement.steward_on is not None:
        done.add("shop_steward")
    if placement.insured_on is not None:
        done.add("insurance")
    if placement.agreed_at is not None:
        done.add("agreement")
    return done


def _plans(state: State, placement: Placement, first: date) -> Sequence[str]:
    """Signed plans with the work activity in them, for this site or without saying where."""
    return [
        plan.id
        for plan in state.plans.values()
        if plan.signed_on is not None
        and plan.signed_on >= first
        and plan.with_activity
        and plan.site in {None, placement.site}
    ]


rule = Rule(
    id="R-LIM-6",
    version=1,
    name="placement.start_incomplete",
    params=StartParams(),
    find=find,
    listens=frozenset(
        {
            "placement.agreed",
            "placement.extended",
            "placement.started",
            "placement.ended",
            "placement.shop_steward_informed",
            "placement.insurance_confirmed",
            "client.informed_of_benefits",
            "plan.signed",
        }
    ),
    family="start",
)
