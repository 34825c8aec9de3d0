"""By when the preparation of an activation plan must have begun (R-PLAN-2): notice and lateness by the same number."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from kernel.rules import Params
from services.referrals.planning import PLANNING
from services.referrals.starting import Activation


class DelayParams(Params):
    """`days` from Kela's report: the statute says "without delay" and gives no number (L189/2001 5§) [P]."""

    days: int = Field(default=30, ge=0, le=366)


def facts_of(due: Activation) -> dict[str, Any]:
    """What an alert tells."""
    return {
        "plan_type": "activation_plan",
        "ground": due.ground,
        "fulfilled_on": due.fulfilled_on.isoformat(),
        "reported_on": due.reported_on.isoformat(),
    }


LISTENS = frozenset(c.meta.name for c in PLANNING) | {"eligibility.reported"}
