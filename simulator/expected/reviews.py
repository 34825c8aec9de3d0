"""When plans must be gone through again by law (R-REV-1), and what a booked meeting changes (R-REV-4)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import partial

from simulator.expected.agreed import Agreed
from simulator.expected.calendar import DAY, begins, months_later
from simulator.expected.heard import Heard, Standing, day, said_on
from simulator.expected.meetings import meetings
from simulator.statement import Statement

THREE_MONTHS, NOTICE, BOOKED = 3, 21, 14
MULTISECTOR = "multisector_employment_plan"
SINCE = date(2022, 5, 2)
"""From that day on the law wants every plan to be gone through within three months (L1384/2021)."""
OTHER_PLANS = ("employment_plan", "integration_plan", "client_plan")
OVER = {"plan.ended": "ended_on", "plan.interrupted": "interrupted_on", "plan.superseded": "superseded_on"}
PLAN = ("plan.preparation_started", "plan.signed", "plan.reviewed", "plan.renewed", *OVER)


def plan_reviews(heard: Heard, agreed: Agreed, _: date) -> Iterator[Standing]:
    """Three weeks before it is due, unless a meeting is booked; and from the day after, until it is done."""
    held = [m for m in meetings(heard) if m.kind in ("plan_review", None)]
    for plan in heard.ids("plan_id", *PLAN):
        said = heard.of(*PLAN, plan_id=plan)
        last = _gone_through(said)
        if last is None or _over(said) or _kind(said) in OTHER_PLANS:
            continue
        hers = [m for m in held if m.plan == plan]
        last = max([last, *(m.held_on for m in hers if m.held_on)])
        due = _due(last, _kind(said), agreed)
        if due is None:
            continue
        number = partial(agreed.number, "R-REV-1", on=due)
        notice, late = due - timedelta(days=number("notice_days", NOTICE)), due + DAY
        in_time = due + timedelta(days=number("booked_days", BOOKED))
        booked = [m.booked_on for m in hers if m.kind and m.booked_on and last < m.booked_on <= in_time]
        if booked:
            notice, late = max(notice, max(booked) + DAY), max(late, max(booked) + DAY)
        if notice < late:
            yield Standing("R-REV-1", plan, begins(notice), begins(late))
        yield Standing("R-REV-1-OVERDUE", plan, begins(late))


def _kind(said: Sequence[Statement]) -> object:
    """Which kind of plan it is, by the newest word."""
    return next((s.data["plan_type"] for s in reversed(said) if s.data.get("plan_type")), None)


def _gone_through(said: Sequence[Statement]) -> date | None:
    """The day on which it was last signed or gone through."""
    days = []
    for one in said:
        if one.name == "plan.signed":
            signers = one.data.get("signed_by")
            signed = [day(s["on"]) for s in signers if s.get("on")] if isinstance(signers, list | tuple) else []
            days.append(max(signed, default=said_on(one)))
        elif one.name in ("plan.reviewed", "plan.renewed"):
            days.append(day(one.data["reviewed_on"]))
    return max(days, default=None)


def _over(said: Sequence[Statement]) -> bool:
    """Whether it is not in force any more, by the newest word; what is signed anew is."""
    over = False
    for one in said:
        if one.name in OVER:
            over = True
        elif one.name == "plan.signed":
            over = False
        elif one.name == "plan.renewed" and one.data.get("successor") not in (None, one.data["plan_id"]):
            over = True
    return over


def _due(last: date, kind: object, agreed: Agreed) -> date | None:
    """Three months on. Before May 2022 only plans of multi-sector teams had a limit: six months."""
    months = agreed.number("R-REV-1", "months", THREE_MONTHS, last)
    if months_later(last, months) >= SINCE:
        return months_later(last, agreed.number("R-REV-1", "months", months, months_later(last, months)))
    return min(months_later(last, 6), SINCE) if kind == MULTISECTOR else SINCE
