"""Plans as pieces of work: in hand from the start of their preparation, or their signing, until they end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from kernel.calendar import day_of, midnight
from schemas.codes import EMPLOYMENT, SOCIAL
from services.referrals.items import Plan
from services.referrals.pieces import Pair, Piece
from services.referrals.state import State

MULTISECTOR = "multisector_employment_plan"


def pieces(state: State) -> Iterator[Piece]:
    """Every plan whose beginning was told."""
    for plan in state.plans.values():
        if plan.opened is not None:
            present = len(plan.joined)
            state_of = stage(plan)
            yield Piece(
                plan.id, plan.org, plan.org_type, plan.opened, plan.ended, state_of, present=present, source=plan
            )


def stage(plan: Plan) -> str:
    """in_preparation, in_force or ended, after everything that was told."""
    if plan.ended is not None:
        return "ended"
    return "in_force" if plan.signed is not None else "in_preparation"


def by_both_sides(pair: Pair, within_days: int) -> bool:
    """Employment authority and social work have begun the same kind of plan within so many days of each other."""
    earlier, later = pair
    sides = {"EA" if p.org_type in EMPLOYMENT else "SW" if p.org_type in SOCIAL else "" for p in pair}
    days = (day_of(later.opened) - day_of(earlier.opened)).days
    return earlier.source.type == later.source.type and sides == {"EA", "SW"} and days <= within_days


def over_by_then(pair: Pair) -> bool:
    """The earlier plan ended before the later one was begun, or on that very day."""
    earlier, later = pair
    return earlier.closed is not None and earlier.closed <= midnight(day_of(later.opened) + timedelta(days=1))
