"""Who must get an activation plan, and by when it must be begun (R-PLAN-2): notice and lateness by the same numbers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, get_args

from pydantic import Field

from kernel.calendar import day_of
from kernel.rules import Dated, Params, Resolved
from schemas.codes import EligibilityGround
from services.referrals.lead import INSTRUCTOR, OFFICER, of_plan
from services.referrals.planning import PLANNING
from services.referrals.starting import Activation, activation_dues
from services.referrals.state import State
from services.referrals.suspect import LEADING

REFORM = date(2026, 1, 1)
"""HE 109/2025, StVM 27/2025; its exact day and act number are not verified: an agreed parameter may move it."""
EVERY_GROUND: list[str] = sorted(get_args(EligibilityGround))
SOCIAL_ASSISTANCE_GROUNDS = ["o25_sa12m", "u25_sa4m"]


class DelayParams(Params):
    """`days` from Kela's report: the statute says "without delay" and gives no number (L189/2001 5§) [P]; `grounds`
    that call for an activation plan (L189/2001 3§).
    """

    days: int = Field(default=30, ge=0, le=366)
    grounds: list[str] = Field(default=EVERY_GROUND)


VERSIONS = (
    # from the reform on only for those who get social assistance; others enter through a multi-sector plan
    Dated(DelayParams(grounds=SOCIAL_ASSISTANCE_GROUNDS), REFORM, None, "statute"),
)


def late(state: State, params: Resolved[DelayParams]) -> Iterator[tuple[Activation, DelayParams, date]]:
    """Each plan that the law of the report's day calls for, with the last day on which it is in time."""
    for due in activation_dues(state, lambda day: params.on(day).grounds):
        chosen = params.on(day_of(due.at))
        yield due, chosen, day_of(due.at) + timedelta(days=chosen.days)


def facts_of(state: State, params: Resolved[DelayParams], due: Activation) -> dict[str, Any]:
    """What an alert tells. Who leads follows from the benefit; where none was told, from what made the plan due."""
    role = INSTRUCTOR if due.ground in SOCIAL_ASSISTANCE_GROUNDS else OFFICER
    by_ground = {"role": role, "org": None, "why": "statute"}
    return {
        "plan_type": "activation_plan",
        "ground": due.ground,
        "fulfilled_on": due.fulfilled_on.isoformat(),
        "reported_on": due.reported_on.isoformat(),
        "lead": of_plan(state, params, day_of(due.at)) or by_ground,
    }


LISTENS = frozenset(c.meta.name for c in PLANNING) | {"eligibility.reported"} | LEADING
