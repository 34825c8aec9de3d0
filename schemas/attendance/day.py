"""What is said of one day at the site, whether told first or corrected."""

from __future__ import annotations

from kernel.facts import Event
from schemas.codes import AbsenceReason, AttendanceStatus, Certificate
from schemas.fields import Day, Id, Minutes


class AttendanceDay(Event):
    """One day of a placement. `notified_by_client`: she told of her absence by the end of the day."""

    placement_id: Id
    date: Day
    status: AttendanceStatus
    minutes_scheduled: Minutes | None = None
    minutes_present: Minutes | None = None
    reason: AbsenceReason | None = None
    notified_by_client: bool = False
    certificate: Certificate | None = None

    def about(self) -> tuple[object, ...]:
        """One day of one placement."""
        return ("attendance", self.placement_id, self.date)
