"""When a client should be met again by each kind of agreed cadence (R-REV-3), and what was met or booked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from pydantic import Field

from kernel.calendar import add_months, day_of
from kernel.rules import Params, Resolved
from schemas.review_policies.set_v1 import ReviewPolicySet
from services.placements.cadence import Policy, Valid, valid_policies
from services.placements.placement import Placement
from services.placements.plans import ASSESSMENTS
from services.placements.schedule import DAY, schedule_of
from services.placements.state import State

YEAR = 12


class ContactParams(Params):
    """`months` where nobody has agreed a cadence; a meeting booked up to `booked_days` after the due day is enough.

    A contract event asks for a contact within `event_days` of it; a period of at least `long_months` for an interim
    assessment at its midpoint; `before_period_end` for a review in the last `end_days`, told `end_notice_days` before.
    With `pauses` an interval stands still while the service does (survey, row 15); without it goes on.
    """

    months: int = Field(default=3, ge=1, le=12)
    booked_days: int = Field(default=14, ge=0, le=366)
    event_days: int = Field(default=14, ge=0, le=366)
    long_months: int = Field(default=6, ge=1, le=60)
    end_days: int = Field(default=84, ge=0, le=366)
    end_notice_days: int = Field(default=28, ge=0, le=366)
    pauses: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """One placement that has begun. Days on which she was met: `contacts` by social work in whatever way, `reviews` at
    a booked review, `assessments` at an assessment; `booked` days to come; `params` those of a day.
    """

    placement: Placement
    begun: date
    contacts: Sequence[date]
    reviews: Sequence[date]
    assessments: Sequence[date]
    booked: Sequence[date]
    params: Resolved[ContactParams]

    def on(self, day: date) -> ContactParams:
        """The parameters valid on a day at this place."""
        return self.params.on(day, site=self.placement.site, organiser=self.placement.organiser or None)


@dataclass(frozen=True, slots=True)
class Due:
    """A kind of contact that is due on a day, as agreed at a level (client, site, organiser, region, default)."""

    policy: Policy
    level: str
    on: date


def case_of(state: State, placement: Placement, params: Resolved[ContactParams]) -> Case | None:
    """What is known of a placement's meetings; None before it has begun."""
    begun = placement.started_on or placement.start_on
    if begun is None:
        return None
    hers = [r for r in state.reviews.values() if r.placement in {None, placement.id}]
    held = [(r.kind, r.held_on) for r in hers if r.held_on is not None]
    return Case(
        placement,
        begun,
        contacts=sorted({*state.background.contacts, *placement.assessed, *(d for _, d in held)}),
        reviews=[d for _, d in held],
        assessments=[*placement.assessed, *(d for kind, d in held if kind in ASSESSMENTS)],
        booked=[r.booked_on for r in hers if r.booked_on is not None],
        params=params,
    )


def dues(state: State, case: Case) -> Iterator[Due]:
    """The first due day of each kind, under the policies that hold on that day."""
    usual = Policy("max_interval", case.on(case.begun).months)
    told: set[str] = set()
    general = case.params.reference(ReviewPolicySet)
    for valid in valid_policies(case.placement, general, state.background.policies, usual):
        for policy in valid.policies:
            due = _due(case, policy, valid)
            if policy.kind not in told and due is not None and due < valid.end:
                told.add(policy.kind)
                yield Due(policy, valid.level, max(due, valid.first))


def _due(case: Case, policy: Policy, valid: Valid) -> date | None:
    match policy.kind:
        case "max_interval" | "usual_interval":
            met = max([case.begun, *case.contacts])
            return _put_off(case, met, add_months(met, policy.months or YEAR))
        case "n_times_per_window":
            return _enough(case, policy)
        case "at_contract_event":
            return _after_event(case, valid)
        case "by_period_length":
            return _midpoint(case)
        case "before_period_end":
            return _before_end(case)
    return None  # on demand: nobody need be told


def _put_off(case: Case, since: date, due: date) -> date | None:
    """As many days later as the service paused since, if that was agreed; None while a pause has no end."""
    if not case.on(due).pauses:
        return due
    for first, last in sorted(schedule_of(case.placement, case.params).pauses):
        if first < due and last == date.max:
            return None
        if first < due and last >= since:
            due += last - max(first, since + DAY) + DAY
    return due


def _enough(case: Case, policy: Policy) -> date | None:
    """When the window that slides on holds too few; the beginning stands for all that was not asked for before."""
    wanted = policy.at_least or 0
    if not wanted:
        return None
    days = [*[case.begun] * wanted, *(d for d in case.contacts if d > case.begun)]
    return add_months(days[-wanted], policy.window_months or YEAR)


def _after_event(case: Case, valid: Valid) -> date | None:
    """Some days after the agreement was made or extended, unless she was met around then, or late."""
    event = case.placement.agreed_at and day_of(case.placement.agreed_at)
    if event is None or not valid.first <= event < valid.end:
        return None
    days = timedelta(days=case.on(event).event_days)
    return None if any(event - days <= d for d in case.contacts) else event + days


def _midpoint(case: Case) -> date | None:
    """Half way through a long period, unless she was assessed after its first quarter."""
    first, end = case.placement.period_start or case.begun, case.placement.end_on
    if end is None or add_months(first, case.on(first).long_months) > end + DAY:
        return None
    half = (end - first) / 2
    return None if any(first + half / 2 <= d <= end for d in case.assessments) else first + half


def _before_end(case: Case) -> date | None:
    end = case.placement.end_on
    if end is None:
        return None
    chosen = case.on(end)
    first = end - timedelta(days=chosen.end_days)
    held = any(first <= d <= end for d in (*case.reviews, *case.assessments))
    return None if held else end - timedelta(days=chosen.end_notice_days)
