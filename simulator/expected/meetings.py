"""Meetings with a client as they were booked, moved, held or dropped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from simulator.expected.calendar import local_day
from simulator.expected.heard import Heard, said_on

ASSESSING = ("assessment_visit", "interim_assessment")
KINDS = ("review.scheduled", "review.rescheduled", "review.held", "review.cancelled", "review.no_show")


@dataclass
class Meeting:
    """One meeting by its id: the day for which it is booked while it is to come, the day on which it was held."""

    id: str
    kind: str | None = None
    plan: str | None = None
    placement: str | None = None
    booked_on: date | None = None
    held_on: date | None = None
    held_at: datetime | None = None
    advice: Sequence[str] = ()


def meetings(heard: Heard) -> list[Meeting]:
    """All of hers."""
    found: dict[str, Meeting] = {}
    for said in heard.of(*KINDS):
        id_ = str(said.data["review_id"])
        meeting = found.setdefault(id_, Meeting(id_))
        meeting.kind = _text(said.data.get("kind")) or meeting.kind
        meeting.plan = _text(said.data.get("plan_id")) or meeting.plan
        if said.name in ("review.scheduled", "review.rescheduled", "review.held"):
            meeting.placement = _text(said.data.get("placement_id")) or meeting.placement
        meeting.booked_on = None
        if said.name in ("review.scheduled", "review.rescheduled"):
            meeting.booked_on = local_day(datetime.fromisoformat(str(said.data["starts_at"])))
        elif said.name == "review.held":
            meeting.held_on, meeting.held_at = said_on(said), said.time
            advice = said.data.get("recommendation")
            meeting.advice = tuple(map(str, advice)) if isinstance(advice, list | tuple) else ()
    return list(found.values())


def _text(value: object) -> str | None:
    return None if value is None else str(value)
