"""Words for telling what happened at a site."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from schemas.attendance.day_corrected_v1 import AttendanceDayCorrected
from schemas.attendance.day_recorded_v1 import AttendanceDayRecorded
from schemas.placements.agreed_v1 import PlacementAgreed
from schemas.placements.started_v1 import PlacementStarted
from schemas.placements.terms_changed_v1 import PlacementTermsChanged
from services.placements.state import fold
from tests.unit.given import COUNTY, WORKSHOP, Story

PLACEMENT = UUID("0d8f6f0e-7c1b-4a53-9a0e-2f5d1c3b7a05")
OTHER = UUID("0d8f6f0e-7c1b-4a53-9a0e-2f5d1c3b7a06")
SITE = UUID("5b7a0001-0000-4000-8000-000000000001")
START, END = date(2025, 9, 1), date(2026, 8, 31)
FOUR_DAYS = ("mon", "tue", "wed", "thu")
KEY, DOUBLE = str(PLACEMENT), f"{PLACEMENT}:double"


def story() -> Story:
    """Nothing has happened yet."""
    return Story(fold)


def placed(weekdays: tuple[str, ...] = FOUR_DAYS, placement: UUID = PLACEMENT, start: date = START) -> Story:
    """She comes on these weekdays since long ago: the first days, which do not count, are over."""
    return place(story(), weekdays, placement, start)


def place(told: Story, weekdays: tuple[str, ...], placement: UUID = PLACEMENT, start: date = START) -> Story:
    """A placement agreed by the county and started by the workshop."""
    agreed = PlacementAgreed(placement_id=placement, site_id=SITE, start_on=start, end_on=END, provider_org=WORKSHOP[0])
    told.told(agreed, terms(start, weekdays, placement), on=start, by=COUNTY)
    return told.told(PlacementStarted(placement_id=placement, started_on=start), on=start)


def terms(first: date, weekdays: tuple[str, ...], placement: UUID = PLACEMENT) -> PlacementTermsChanged:
    """A weekly pattern from a day on."""
    return PlacementTermsChanged.model_validate(
        {
            "placement_id": placement,
            "days_per_week": len(weekdays),
            "weekdays": weekdays,
            "minutes_per_day": 300,
            "from": first,
        }
    )


def day(on: date, status: str = "absent", placement: UUID = PLACEMENT, **more: Any) -> AttendanceDayRecorded:
    """One day as the site records it: missed without notice, unless told otherwise."""
    return AttendanceDayRecorded.model_validate({"placement_id": placement, "date": on, "status": status, **more})


def corrected(on: date, status: str, placement: UUID = PLACEMENT, **more: Any) -> AttendanceDayCorrected:
    """One day anew."""
    return AttendanceDayCorrected.model_validate({"placement_id": placement, "date": on, "status": status, **more})


def missed(told: Story, *on: date, **more: Any) -> Story:
    """Days missed, each recorded on the day itself."""
    for one in on:
        told.told(day(one, **more), on=one)
    return told


def came(told: Story, *on: date, **more: Any) -> Story:
    """Days on which she came, each recorded on the day itself."""
    for one in on:
        told.told(day(one, "present", **more), on=one)
    return told


def march(number: int) -> date:
    """A day of March 2026: the second is a Monday, clocks change on the 29th."""
    return date(2026, 3, number)
