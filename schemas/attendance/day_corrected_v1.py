"""What was said of a day at the site was wrong, and this is how it was."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from kernel.facts import Meta
from schemas import examples
from schemas.attendance.day import AttendanceDay
from schemas.codes import DAY_RANK, PROVIDERS, SITES


class AttendanceDayCorrected(AttendanceDay):
    """A day of a placement anew; the envelope's `corrects` names the event that was wrong."""

    meta: ClassVar[Meta] = Meta(
        name="attendance.day_corrected",
        stated_by=SITES | PROVIDERS,
        data_class="sensitive",
        label={"fi": "Päivä korjattu", "sv": "Dag rättad", "en": "Day corrected"},
        rank=DAY_RANK,
    )

    @classmethod
    def example(cls) -> Self:
        """She had been at an agreed job interview."""
        return cls(
            placement_id=examples.PLACEMENT,
            date=date(2025, 3, 4),
            status="absent",
            minutes_scheduled=300,
            minutes_present=0,
            reason="job_interview",
            notified_by_client=True,
            certificate="not_needed",
        )
