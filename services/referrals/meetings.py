"""Meetings at which a plan or a place is gone through: who booked them, for when, and who was there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kernel.facts import Fact
from schemas.reviews.cancelled_v1 import ReviewCancelled
from schemas.reviews.held_v1 import ReviewHeld
from schemas.reviews.no_show_v1 import ReviewNoShow
from schemas.reviews.rescheduled_v1 import ReviewRescheduled
from schemas.reviews.scheduled_v1 import ReviewScheduled

MEETINGS = (ReviewCancelled, ReviewHeld, ReviewNoShow, ReviewRescheduled, ReviewScheduled)


@dataclass(slots=True)
class Meeting:
    """`at` is when it is booked for, `held` when it took place; `orgs` and `roles` of those who take part."""

    id: str
    kind: str | None = None
    plan: str | None = None
    placement: str | None = None
    org: str = ""
    org_type: str = ""
    opened: datetime | None = None
    at: datetime | None = None
    held: datetime | None = None
    holder: str = ""
    dropped: datetime | None = None
    orgs: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()

    @property
    def topic(self) -> str | None:
        """What is gone through; None when that was not told."""
        matter = self.plan or self.placement
        return f"{self.kind}:{matter}" if matter else None

    @property
    def over(self) -> datetime | None:
        """When it was held, cancelled or came to nothing."""
        return min((t for t in (self.held, self.dropped) if t is not None), default=None)


def learn(meetings: dict[str, Meeting], fact: Fact) -> None:
    """Take in that a meeting was booked, moved, held or came to nothing."""
    data: Any = fact.data
    meeting = meetings.setdefault(str(data.review_id), Meeting(str(data.review_id)))
    if meeting.opened is None:
        meeting.org, meeting.org_type, meeting.opened = fact.org, fact.org_type, fact.time
    meeting.kind = data.kind or meeting.kind
    meeting.plan = str(data.plan_id) if data.plan_id else meeting.plan
    match fact.data:
        case ReviewScheduled() | ReviewRescheduled() as said:
            meeting.placement = str(said.placement_id) if said.placement_id else meeting.placement
            meeting.at, meeting.dropped = said.starts_at, None
            _at_the_table(meeting, said)
        case ReviewHeld() as said:
            meeting.placement = str(said.placement_id) if said.placement_id else meeting.placement
            meeting.held, meeting.holder = fact.time, fact.org
            _at_the_table(meeting, said)
        case ReviewCancelled() | ReviewNoShow():
            meeting.dropped = fact.time


def _at_the_table(meeting: Meeting, said: ReviewScheduled | ReviewRescheduled | ReviewHeld) -> None:
    if said.participants:
        meeting.orgs = frozenset(p.org for p in said.participants if p.org)
        meeting.roles = frozenset(p.role for p in said.participants)
