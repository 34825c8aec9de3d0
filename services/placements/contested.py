"""Days of which two systems have told different things: what differs, and whose word counts (D18)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from kernel.facts import Fact
from schemas.attendance.day import AttendanceDay

COMPARED = ("status", "minutes_present", "reason", "notified_by_client")
"""What two systems may both tell of a day; what one of them leaves out is no difference."""


@dataclass(frozen=True, slots=True)
class Contested:
    """One day: `parties` are (organisation, its type) with the one whose word counts first, `fields` what differs."""

    day: date
    since: datetime
    parties: tuple[tuple[str, str], ...]
    fields: tuple[str, ...]


def differing(known: dict[date, Contested], fact: Fact, day: AttendanceDay) -> None:
    """Keep the day when another system's statement differs; the site's word goes before the provider's office, and
    that before everybody else (`schemas.codes.DAY_RANK`).
    """
    others = [r for r in fact.rivals if r.source != fact.source and isinstance(r.data, AttendanceDay)]
    if fact.corrects is not None:  # whoever corrects a day has looked at it: what was said before is answered
        others = [r for r in others if r.recorded > fact.recorded]
    fields = sorted({f for r in others for f in COMPARED if _differs(_told(day, f), _told(r.data, f))})
    if not fields:
        known.pop(day.date, None)
        return
    parties = dict.fromkeys(((fact.org, fact.org_type), *((r.org, r.org_type) for r in others)))
    since = max(f.time for f in (fact, *others))
    known[day.date] = Contested(day.date, since, tuple(parties), tuple(fields))


def _told(day: AttendanceDay, field: str) -> Any:
    """What was really said: a default is not, and an unknown reason tells nothing."""
    value = getattr(day, field) if field in day.model_fields_set else None
    return None if value == "unknown" else value


def _differs(one: Any, other: Any) -> bool:
    return one is not None and other is not None and one != other
