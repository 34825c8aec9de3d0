"""Days that benefits depend on: days of participation month by month, paid days as the payer tells them, limits."""

from __future__ import annotations

from typing import Any

from kernel.calendar import day_of
from kernel.facts import Fact
from kernel.rules import Finding
from kernel.views import Column, Rows, View
from schemas.attendance.day import AttendanceDay
from schemas.attendance.day_corrected_v1 import AttendanceDayCorrected
from schemas.attendance.day_recorded_v1 import AttendanceDayRecorded
from schemas.benefits.status_reported_v1 import BenefitStatusReported

ATTENDED = frozenset({"present", "partial"})
DAYS, PAID = "participation", "paid"

view = View(
    name="benefit_day_counters",
    version=1,
    key=("rule", "item"),
    columns=(
        Column("rule", "text"),
        Column("item", "text"),
        Column("counter", "text", "benefit"),
        Column("month", "text"),
        Column("days", "integer"),
        Column("dates", "text[]"),
        Column("paid_days", "integer", "benefit"),
        Column("payer", "text", "benefit"),
        Column("from_day", "date", "benefit"),
        Column("to_day", "date", "benefit"),
        Column("warn", "integer"),
        Column("cap", "integer"),
        Column("told_on", "date"),
    ),
    title={"fi": "Etuuspäivät", "sv": "Förmånsdagar", "en": "Benefit days"},
    filters=("rule", "counter", "month"),
)


@view.on(AttendanceDayRecorded, AttendanceDayCorrected)
def day(rows: Rows, fact: Fact) -> None:
    """A day of participation counts once, at however many places; it is counted here, and decided by the payer."""
    said: AttendanceDay = fact.data
    if said.status not in ATTENDED:
        return
    month, on = f"{said.date:%Y-%m}", said.date.isoformat()
    known: dict[str, Any] = rows.get(DAYS, month) or {"dates": []}
    if on not in known["dates"]:
        dates = sorted([*known["dates"], on])
        rows.put(rule=DAYS, item=month, counter="expense_allowance", month=month, days=len(dates), dates=dates)


@view.on(BenefitStatusReported)
def reported(rows: Rows, fact: Fact) -> None:
    """Days paid of a benefit, by its newest report."""
    said: BenefitStatusReported = fact.data
    rows.put(
        rule=PAID,
        item=f"{said.benefit_type}:{said.from_.isoformat()}",
        counter=said.benefit_type,
        paid_days=said.paid_days,
        payer=said.payer,
        from_day=said.from_,
        to_day=said.to,
        told_on=day_of(fact.time),
    )


@view.forecast("R-LIM-3", "R-BEN-1")
def limit(rows: Rows, rule: str, finding: Finding) -> None:
    """A limit that is near or reached: days of participation within twelve months, or of the increased part."""
    if finding.since == finding.until:
        return  # foreseen only: it stands in the calendar
    facts = finding.facts
    rows.put(
        rule=rule,
        item=finding.key,
        counter="participation_12_months" if rule == "R-LIM-3" else "benefit_increase",
        days=facts["days"] if rule == "R-LIM-3" else None,
        paid_days=facts["days"] if rule == "R-BEN-1" else None,
        warn=facts["warn"],
        cap=facts["cap"],
        told_on=day_of(finding.since),  # type: ignore[arg-type]  # dates are instants by now
    )
