"""What falls due when: booked reviews, statutory reviews, and the steps at the end of a period, begun or not."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from kernel.calendar import day_of
from kernel.facts import Fact
from kernel.rules import Finding
from kernel.views import Column, Rows, View
from schemas.reviews.cancelled_v1 import ReviewCancelled
from schemas.reviews.held_v1 import ReviewHeld
from schemas.reviews.no_show_v1 import ReviewNoShow
from schemas.reviews.rescheduled_v1 import ReviewRescheduled
from schemas.reviews.scheduled_v1 import ReviewScheduled

MEETING = "meeting"
KINDS = {
    "R-EVID-1": "ability_evidence",
    "R-END-2": "outcome",
    "R-LIM-3": "day_limit",
    "R-LIM-3-CAP": "day_limit",
    "R-LIM-5": "day_limit",
    "R-BEN-1": "day_limit",
}
"""Rule → what falls due by it."""

view = View(
    name="review_calendar",
    version=3,
    key=("rule", "item"),
    columns=(
        Column("rule", "text"),
        Column("item", "text"),
        Column("kind", "text"),
        Column("state", "text"),
        Column("on_day", "date"),
        Column("from_day", "date"),
        Column("plan_id", "uuid"),
        Column("placement_id", "uuid"),
        Column("booked_on", "date"),
        Column("starts_at", "timestamptz"),
        Column("minutes", "integer"),
        Column("place_mode", "text"),
        Column("org", "text"),
        Column("participants", "jsonb"),
        Column("compliance_gap_days", "integer"),
    ),
    title={"fi": "Tarkistuskalenteri", "sv": "Översynskalender", "en": "Review calendar"},
    filters=("rule", "kind", "state", "on_day", "plan_id", "placement_id", "org"),
    route="reviews",
)


@view.on(ReviewScheduled)
def scheduled(rows: Rows, fact: Fact) -> None:
    """A meeting is booked; booking it again moves it."""
    said: ReviewScheduled = fact.data
    rows.put(
        rule=MEETING,
        item=str(said.review_id),
        kind=said.kind,
        state="booked",
        on_day=day_of(said.starts_at),
        from_day=day_of(said.starts_at),
        plan_id=said.plan_id,
        placement_id=said.placement_id,
        starts_at=said.starts_at,
        minutes=said.minutes,
        place_mode=said.place_mode,
        org=fact.org,
        participants=[{"role": p.role, "org": p.org} for p in said.participants],
    )


@view.on(ReviewRescheduled)
def rescheduled(rows: Rows, fact: Fact) -> None:
    """It was moved."""
    said: ReviewRescheduled = fact.data
    known = rows.get(MEETING, str(said.review_id)) or {"from_day": day_of(said.starts_at), "org": fact.org}
    rows.put(
        **{
            **known,
            "rule": MEETING,
            "item": str(said.review_id),
            "kind": said.kind or known.get("kind"),
            "state": "booked",
            "on_day": day_of(said.starts_at),
            "plan_id": said.plan_id or known.get("plan_id"),
            "placement_id": said.placement_id or known.get("placement_id"),
            "starts_at": said.starts_at,
            "minutes": said.minutes,
        }
    )


@view.on(ReviewCancelled, ReviewNoShow)
def not_held(rows: Rows, fact: Fact) -> None:
    """It will not be held, or the client did not come."""
    said: ReviewCancelled | ReviewNoShow = fact.data
    if rows.get(MEETING, str(said.review_id)) is not None:
        state = "cancelled" if isinstance(said, ReviewCancelled) else "no_show"
        rows.put(rule=MEETING, item=str(said.review_id), state=state)


@view.on(ReviewHeld)
def held(rows: Rows, fact: Fact) -> None:
    """It was held, booked or not."""
    said: ReviewHeld = fact.data
    known = rows.get(MEETING, str(said.review_id)) or {}
    rows.put(
        rule=MEETING,
        item=str(said.review_id),
        kind=said.kind or known.get("kind"),
        state="held",
        on_day=day_of(fact.time),
        from_day=known.get("from_day") or day_of(fact.time),
        plan_id=said.plan_id or known.get("plan_id"),
        placement_id=said.placement_id or known.get("placement_id"),
        place_mode=said.mode,
        org=fact.org,
        participants=[{"role": p.role, "org": p.org} for p in said.participants] or known.get("participants"),
    )


@view.forecast("R-REV-1-OVERDUE")
def review_due(rows: Rows, rule: str, finding: Finding) -> None:
    """A plan's next statutory review: one row whether it is far, near, booked or late."""
    facts = finding.facts
    booked = _day(facts["booked_on"])
    rows.put(
        rule=rule,
        item=finding.key,
        kind="plan_review",
        state="booked" if booked else "due",
        on_day=_day(facts["due_on"]),
        from_day=_since(finding),
        plan_id=UUID(finding.key),
        booked_on=booked,
        org=facts["lead_org"],
        compliance_gap_days=_gap(_day(facts["due_on"]), _day(facts["agreed_next_on"])),
    )


@view.forecast("R-REV-2")
def contact_due(rows: Rows, rule: str, finding: Finding) -> None:
    """A meeting by what was agreed for her, her site or her organiser."""
    facts = finding.facts
    booked = _day(facts["booked_on"])
    rows.put(
        rule=rule,
        item=finding.key,
        kind=facts["kind"],
        state="booked" if booked else "due",
        on_day=_day(facts["due_on"]),
        from_day=_since(finding),
        placement_id=UUID(str(facts["placement_id"])),
        booked_on=booked,
    )


@view.forecast("R-END-1")
def period_step(rows: Rows, rule: str, finding: Finding) -> None:
    """A step towards the end of a period."""
    facts = finding.facts
    rows.put(
        rule=rule,
        item=finding.key,
        kind=facts["step"],
        state="due",
        on_day=_since(finding),
        from_day=_since(finding),
        placement_id=UUID(str(facts["placement_id"])),
        org=facts["provider_org"],
    )


@view.forecast(*KINDS)
def other(rows: Rows, rule: str, finding: Finding) -> None:
    """Evidence or an outcome to be told, or a limit that will be reached."""
    facts = finding.facts
    placement = facts.get("placement_id") or (finding.key if rule == "R-EVID-1" else None)
    rows.put(
        rule=rule,
        item=finding.key,
        kind=KINDS[rule],
        state="due",
        on_day=_since(finding),
        from_day=_since(finding),
        placement_id=UUID(str(placement)) if placement else None,
        org=facts.get("provider_org"),
    )


def _gap(due: date | None, agreed: date | None) -> int | None:
    """Days by which the next review was agreed later than the law allows; shown, because hiding it helps nobody."""
    return max(0, (agreed - due).days) if due is not None and agreed is not None else None


def _since(finding: Finding) -> date:
    return day_of(finding.since) if isinstance(finding.since, datetime) else finding.since


def _day(text: Any) -> date | None:
    return date.fromisoformat(text) if text else None
