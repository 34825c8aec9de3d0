"""By when a multi-sector plan must be made (R-PLAN-1): the notice and the lateness count by the same numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from pydantic import Field

from kernel.calendar import add_months, midnight
from kernel.rules import Params, Resolved
from services.referrals.lead import of_plan
from services.referrals.pieces import Piece
from services.referrals.planned import MULTISECTOR, pieces
from services.referrals.planning import PLANNING
from services.referrals.starting import multisector_dues
from services.referrals.state import State
from services.referrals.suspect import LEADING


class ClockParams(Params):
    """`months` from the start of the support (L381/2023 4§: three); told `notice_days` before [P]."""

    months: int = Field(default=3, ge=1, le=12)
    notice_days: int = Field(default=21, ge=0, le=366)


@dataclass(frozen=True, slots=True)
class Clock:
    """One plan to be made by `due_on`; `made` None: not yet."""

    key: str
    notice_on: date
    due_on: date
    made: datetime | None
    params: ClockParams
    facts: dict[str, Any]


def clocks(state: State, params: Resolved[ClockParams]) -> Iterator[Clock]:
    """One for each time that multi-sector support began."""
    for due in multisector_dues(state):
        due_on = add_months(due.started_on, params.on(due.started_on).months)
        chosen = params.on(due_on)
        made = due.made if due.made is None or isinstance(due.made, datetime) else midnight(due.made)
        facts = {
            "plan_type": MULTISECTOR,
            "started_on": due.started_on.isoformat(),
            "due_on": due_on.isoformat(),
            "lead": of_plan(state, params, due_on, _begun(state), multisector=True),
        }
        notice_on = due_on - timedelta(days=chosen.notice_days)
        yield Clock(due.started_on.isoformat(), notice_on, due_on, made, chosen, facts)


def _begun(state: State) -> list[Piece]:
    """The preparations of such a plan that nobody has ended."""
    return [p for p in pieces(state) if p.source.type == MULTISECTOR and p.closed is None]


LISTENS = (
    LEADING
    | frozenset(c.meta.name for c in PLANNING)
    | {
        *("multisector.started", "multisector.ended"),
        *(f"need_assessment.{s}" for s in ("requested", "started", "completed")),
    }
)
