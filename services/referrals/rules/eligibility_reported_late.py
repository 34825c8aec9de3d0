"""Kela told later than the law says that the days for an activation plan were full (R-PLAN-3)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from pydantic import Field

from kernel.calendar import add_months, day_of
from kernel.rules import Finding, Params, Resolved, Rule
from services.referrals.state import State


class ListParams(Params):
    """`months` after the month of fulfilment whose last day is the limit (L189/2001 5§: the next calendar month);
    `open_days`: how long the note stays.
    """

    months: int = Field(default=1, ge=0, le=12)
    open_days: int = Field(default=30, ge=1, le=366)


def find(state: State, params: Resolved[ListParams]) -> Iterator[Finding]:
    """For those who watch the feed: it is a matter of the report, not of the client."""
    for report in state.client.eligible:
        chosen = params.on(day_of(report.at))
        first = report.fulfilled_on.replace(day=1)
        limit = add_months(first, chosen.months + 1) - timedelta(days=1)
        if report.reported_on > limit:
            facts = {
                "told_by": report.org,
                "ground": report.ground,
                "fulfilled_on": report.fulfilled_on.isoformat(),
                "reported_on": report.reported_on.isoformat(),
                "due_on": limit.isoformat(),
                "days_late": (report.reported_on - limit).days,
            }
            until = day_of(report.at) + timedelta(days=chosen.open_days)
            yield Finding(report.id, report.at, until, facts, chosen)


rule = Rule(
    id="R-PLAN-3",
    version=2,
    name="eligibility.reported_late",
    params=ListParams(),
    find=find,
    listens=frozenset({"eligibility.reported"}),
    family="plan",
)
