"""A plan was gone through by one actor while another, who was not there, has the same review before it (D08)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from pydantic import Field

from kernel.calendar import add_months, day_of, midnight
from kernel.rules import Finding, Params, Resolved, Rule
from schemas.codes import EMPLOYMENT
from services.referrals.items import WORKERS, Plan
from services.referrals.lead import OFFICER, REVIEW
from services.referrals.meetings import MEETINGS
from services.referrals.pieces import Piece
from services.referrals.planning import PLANNING
from services.referrals.state import State
from services.referrals.suspect import COMMON, NAME, Double, Kind, findings

KIND = Kind("D08", "medium", REVIEW)
PLAN_REVIEW = "plan_review"


class ReviewedParams(Params):
    """`within_days` after the review held the other one is due; `months` from one review to the next by statute, where
    no day was agreed (L189/2001 9§3, L381/2023 6§).
    """

    within_days: int = Field(default=30, ge=0, le=366)
    months: int = Field(default=3, ge=1, le=12)


@dataclass(frozen=True, slots=True)
class Held:
    """A review that took place: by whom, and which organisations and roles were there."""

    id: str
    org: str
    org_type: str
    at: datetime
    orgs: frozenset[str]
    roles: frozenset[str]

    def there(self, org: str, org_type: str) -> bool:
        """Whether somebody of this organisation was there, as far as roles without an organisation can tell."""
        role = frozenset({OFFICER}) if org_type in EMPLOYMENT else WORKERS
        return org == self.org or org in self.orgs or (not self.orgs and bool(role & self.roles))


def find(state: State, params: Resolved[ReviewedParams]) -> Iterator[Finding]:
    """For each review held, what others have booked, and what the plan's own leader has to do by then."""
    yield from findings(KIND, _doubles(state, params), state, params)


def _doubles(state: State, params: Resolved[ReviewedParams]) -> Iterator[Double]:
    for plan in state.plans.values():
        for held in _held(state, plan):
            on = day_of(held.at)
            chosen = params.on(on)
            window = on + timedelta(days=chosen.within_days)
            done = Piece(held.id, held.org, held.org_type, held.at, held.at, "held")
            for other, until, due_on in (*_booked(state, plan, held, window), *_due(plan, held, window, chosen)):
                more = {"plan_id": plan.id, "plan_type": plan.type, "due_on": due_on.isoformat()}
                yield Double((done, other), held.at, until, chosen, more)


def _held(state: State, plan: Plan) -> Iterator[Held]:
    """Meetings at which the plan was gone through."""
    for m in state.meetings.values():
        if m.held is not None and m.plan == plan.id and m.kind in {PLAN_REVIEW, None}:
            kind = m.org_type if m.holder == m.org else ""
            yield Held(m.id, m.holder, kind, m.held, m.orgs, m.roles)


def _booked(state: State, plan: Plan, held: Held, window: date) -> Iterator[tuple[Piece, datetime | None, date]]:
    """The same review that another organisation has booked for the days after it."""
    for m in state.meetings.values():
        if m.at is None or m.opened is None or m.plan != plan.id or m.kind != PLAN_REVIEW or m.id == held.id:
            continue
        later = held.at < m.at and day_of(m.at) <= window and (m.over is None or m.over > held.at)
        if later and not held.there(m.org, m.org_type) and held.org not in m.orgs:
            yield Piece(m.id, m.org, m.org_type, m.opened, m.over, "booked"), m.over, day_of(m.at)


def _due(plan: Plan, held: Held, window: date, params: ReviewedParams) -> Iterator[tuple[Piece, datetime | None, date]]:
    """The review that whoever signed the plan must hold by a day, when its people were not there."""
    if plan.last_on is None or plan.signed is None or not (held.roles or held.orgs) or plan.last_on > day_of(held.at):
        return
    due_on = plan.next_on or add_months(plan.last_on, params.months)
    ended = plan.ended is not None and plan.ended <= held.at
    if ended or not day_of(held.at) <= due_on <= window or plan.signer != plan.org:
        return
    if not held.there(plan.signer, plan.org_type):
        piece = Piece(plan.id, plan.signer, plan.org_type, plan.signed, plan.ended, "due")
        yield piece, midnight(due_on + timedelta(days=1)), due_on


rule = Rule(
    id="D08",
    version=1,
    name=NAME,
    params=ReviewedParams(),
    find=find,
    listens=frozenset(c.meta.name for c in (*MEETINGS, *PLANNING)) | COMMON,
    family="duplicate",
)
