"""A plan that needs social work was made or reviewed without it: the social instructor was bypassed (D03)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from pydantic import Field

from kernel.calendar import day_of, midnight
from kernel.rules import Finding, Params, Resolved, Rule
from schemas.codes import SOCIAL
from services.referrals.items import WORKERS, Plan
from services.referrals.lead import PREPARATION
from services.referrals.pieces import Piece
from services.referrals.planned import MULTISECTOR
from services.referrals.state import State
from services.referrals.suspect import COMMON, NAME, Kind, common

KIND = Kind("D03", "high", PREPARATION)


class BypassParams(Params):
    """`invite_days` from the start of the preparation until somebody of social work must have been asked."""

    invite_days: int = Field(default=14, ge=0, le=366)


def find(state: State, params: Resolved[BypassParams]) -> Iterator[Finding]:
    """At signing, after a preparation without invitation, and at a review without social work at the table."""
    for plan in state.plans.values():
        if plan.needs_worker:
            for finding in (*_preparation(plan, params), *_signing(plan, params), *_review(plan, params)):
                if finding.key not in state.settled:
                    yield _told(state, plan, finding, params)


def _preparation(plan: Plan, params: Resolved[BypassParams]) -> Iterator[Finding]:
    """Until somebody of social work is asked, or the plan is signed: from then on the signing tells it.

    A preparation that social work has begun itself has it at the table.
    """
    if plan.started is None or plan.org_type in SOCIAL:
        return
    chosen = params.on(day_of(plan.started))
    since = midnight(day_of(plan.started) + timedelta(days=chosen.invite_days))
    until = min((t for t in (*plan.asked, plan.signed) if t is not None), default=None)
    if until is None or until > since:
        facts = _facts(plan, "preparation", plan.lead, plan.started)
        yield Finding(f"{plan.id}:preparation", since, until, facts, chosen)


def _signing(plan: Plan, params: Resolved[BypassParams]) -> Iterator[Finding]:
    """Asking somebody afterwards does not mend it."""
    if plan.signed is None or plan.signed_by_worker:
        return
    on = day_of(plan.signed)
    if plan.org_type not in SOCIAL and not any(day_of(asked) <= on for asked in plan.asked):
        yield Finding(
            f"{plan.id}:signed", plan.signed, None, _facts(plan, "signed", plan.signer, plan.signed), params.on(on)
        )


def _review(plan: Plan, params: Resolved[BypassParams]) -> Iterator[Finding]:
    """The newest review for which it was told who took part."""
    told = [r for r in plan.reviews if r.roles]
    newest = max(told, key=lambda r: (r.on, r.at), default=None)
    if newest is None or newest.roles & WORKERS:
        return
    facts = {**_facts(plan, "reviewed", newest.org, newest.at), "reviewed_on": newest.on}
    yield Finding(f"{plan.id}:reviewed:{newest.on}", newest.at, None, facts, params.on(day_of(newest.at)))


def _facts(plan: Plan, step: str, org: str, at: datetime) -> dict[str, Any]:
    return {"step": step, "plan_id": plan.id, "plan_type": plan.type, "org": org, "opened_at": plan.started or at}


def _told(state: State, plan: Plan, finding: Finding, params: Resolved[BypassParams]) -> Finding:
    """With who should lead the plan, and who may know."""
    more = dict(finding.facts)
    org, opened = str(more.pop("org")), more.pop("opened_at")
    kind = plan.org_type if org == plan.org else "employment_authority"
    piece = Piece(plan.id, org, kind, opened, state=str(more["step"]), present=len(plan.joined))
    day = day_of(finding.since) if isinstance(finding.since, datetime) else finding.since
    multisector = plan.type == MULTISECTOR
    facts = common(KIND, f"D03:{finding.key}", [piece], state, params, day, multisector=multisector)
    return replace(finding, facts={**facts, **more})


rule = Rule(
    id="D03",
    version=2,
    name=NAME,
    params=BypassParams(),
    find=find,
    listens=frozenset(
        {
            "plan.preparation_started",
            "plan.participant_invited",
            "plan.participant_attended",
            "plan.participant_declined",
            "plan.signed",
            "plan.reviewed",
        }
    )
    | COMMON,
    family="duplicate",
)
