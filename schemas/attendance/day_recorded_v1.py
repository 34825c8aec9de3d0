"""How a day at the site went: present, partly, absent, swapped, or the service was not provided."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from kernel.facts import Meta
from schemas import examples
from schemas.attendance.day import AttendanceDay
from schemas.codes import DAY_RANK, PROVIDERS, SITES


class AttendanceDayRecorded(AttendanceDay):
    """A day of a placement was recorded; reasons and certificates are sensitive."""

    meta: ClassVar[Meta] = Meta(
        name="attendance.day_recorded",
        stated_by=SITES | PROVIDERS,
        data_class="sensitive",
        label={"fi": "Päivä kirjattu", "sv": "Dag antecknad", "en": "Day recorded"},
        rank=DAY_RANK,
    )

    @classmethod
    def example(cls) -> Self:
        """A Tuesday missed without notice."""
        return cls(
            placement_id=examples.PLACEMENT,
            date=date(2025, 3, 4),
            status="absent",
            minutes_scheduled=300,
            minutes_present=0,
            reason="unknown",
            notified_by_client=False,
            certificate="not_needed",
        )
