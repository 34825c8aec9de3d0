"""How each day of a placement went, as whoever counts most has said it."""

from __future__ import annotations

from kernel.facts import Fact
from kernel.views import Column, Rows, View
from schemas.attendance.day import AttendanceDay
from schemas.attendance.day_corrected_v1 import AttendanceDayCorrected
from schemas.attendance.day_recorded_v1 import AttendanceDayRecorded

view = View(
    name="attendance_calendar",
    version=1,
    key=("placement_id", "date"),
    columns=(
        Column("placement_id", "uuid"),
        Column("date", "date"),
        Column("status", "text"),
        Column("minutes_scheduled", "integer"),
        Column("minutes_present", "integer"),
        Column("notified_by_client", "boolean"),
        Column("reason", "text", "sensitive"),
        Column("certificate", "text", "sensitive"),
        Column("recorded_by", "text"),
        Column("recorded_at", "timestamptz"),
        Column("corrected", "boolean"),
    ),
    title={"fi": "Läsnäolokalenteri", "sv": "Närvarokalender", "en": "Attendance calendar"},
    filters=("placement_id", "date", "status"),
)


@view.on(AttendanceDayRecorded, AttendanceDayCorrected)
def recorded(rows: Rows, fact: Fact) -> None:
    """A day was told; only the statement that counts comes here, so a correction takes the place of what was wrong."""
    day: AttendanceDay = fact.data
    rows.put(
        placement_id=day.placement_id,
        date=day.date,
        status=day.status,
        minutes_scheduled=day.minutes_scheduled,
        minutes_present=day.minutes_present,
        notified_by_client=day.notified_by_client,
        reason=day.reason,
        certificate=day.certificate,
        recorded_by=fact.org,
        recorded_at=fact.recorded,
        corrected=isinstance(day, AttendanceDayCorrected) or fact.corrects is not None,
    )
