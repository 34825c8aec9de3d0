"""When plans must be gone through again by law (R-REV-1), and what a booked meeting changes (R-REV-4)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial

from simulator.expected.agreed import Agreed
from simulator.expected.calendar import DAY, begins, months_later
from simulator.expected.heard import Heard, Standing
from simulator.expected.meetings import meetings
from simulator.expected.plans import MULTISECTOR, plans

THREE_MONTHS, NOTICE, BOOKED = 3, 21, 14
SINCE = date(2022, 5, 2)
"""From that day on the law wants every plan to be gone through within three months (L1384/2021)."""
OTHER_PLANS = ("employment_plan", "integration_plan", "client_plan")


def plan_reviews(heard: Heard, agreed: Agreed, _: date) -> Iterator[Standing]:
    """Three weeks before it is due, unless a meeting is booked; and from the day after, until it is done."""
    reviews = [m for m in meetings(heard) if m.kind in ("plan_review", None)]
    for plan in plans(heard):
        if plan.last_on is None or plan.over_on is not None or plan.kind in OTHER_PLANS:
            continue
        hers = [m for m in reviews if m.plan == plan.id]
        last = max([plan.last_on, *(m.held_on for m in hers if m.held_on)])
        due = _due(last, plan.kind, agreed)
        number = partial(agreed.number, "R-REV-1", on=due)
        notice, late = due - timedelta(days=number("notice_days", NOTICE)), due + DAY
        in_time = due + timedelta(days=number("booked_days", BOOKED))
        booked = [m.booked_on for m in hers if m.kind and m.booked_on and last < m.booked_on <= in_time]
        if booked:
            notice, late = max(notice, max(booked) + DAY), max(late, max(booked) + DAY)
        if notice < late:
            yield Standing("R-REV-1", plan.id, begins(notice), begins(late))
        yield Standing("R-REV-1-OVERDUE", plan.id, begins(late))


def _due(last: date, kind: object, agreed: Agreed) -> date:
    """Three months on. Before May 2022 only plans of multi-sector teams had a limit: six months."""
    months = agreed.number("R-REV-1", "months", THREE_MONTHS, last)
    if months_later(last, months) >= SINCE:
        return months_later(last, agreed.number("R-REV-1", "months", months, months_later(last, months)))
    return min(months_later(last, 6), SINCE) if kind == MULTISECTOR else SINCE
