"""Who should go on with work that two have begun: what the lead rules propose, for a person to decide (DOMAIN 6.5)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from kernel.rules import Resolved
from schemas.codes import EMPLOYMENT, SOCIAL
from schemas.responsibilities.agreed_v1 import ResponsibilityAgreed
from schemas.responsibilities.defaults import of_service
from services.referrals.client import SOCIAL_ASSISTANCE, UNEMPLOYMENT
from services.referrals.pieces import Piece
from services.referrals.state import State

SERVICE = "parallel_service"
PREPARATION, REVIEW, ARRANGING = "plan_preparation", "plan_review", "placement_arrangement"
ARRANGED_BY_ORGANISER = frozenset({ARRANGING, "insurance", "shop_steward"})
OFFICER, INSTRUCTOR, OWN_WORKER = "employment_officer", "social_instructor", "own_worker"


def propose(
    state: State, params: Resolved[Any], task: str, pieces: Sequence[Piece], day: date, *, multisector: bool = False
) -> dict[str, Any]:
    """`role`, `org` and `why` (agreed, statute, default, earliest, own_worker) of the proposed lead; it binds nobody.

    `task` is a code of what is agreed upon between organisations, or empty.
    """
    return (
        _agreed(state, params, task, day)
        or _by_statute(state, task, pieces, day, multisector=multisector)
        or _by_default(task, pieces, day)
        or _earliest(pieces)
        or _own_worker(state, day)
    )


def of_plan(
    state: State, params: Resolved[Any], day: date, pieces: Sequence[Piece] = (), *, multisector: bool = False
) -> dict[str, Any] | None:
    """Who leads a plan that is to be made; None where that is left to the own worker."""
    found = propose(state, params, PREPARATION, pieces, day, multisector=multisector)
    return None if found["why"] == OWN_WORKER else found


def _agreed(state: State, params: Resolved[Any], task: str, day: date) -> dict[str, Any] | None:
    """The newest agreement for the area in which she lives."""
    area = state.client.municipality(day)
    found = None
    for fact in params.reference(ResponsibilityAgreed):
        said: ResponsibilityAgreed = fact.data
        valid = said.valid_from <= day and (said.valid_to is None or day <= said.valid_to)
        if valid and task and said.task_kind == task and said.area == area:
            found = {"role": said.lead_role, "org": said.lead_org or fact.org, "why": "agreed"}
    return found


def _by_statute(
    state: State, task: str, pieces: Sequence[Piece], day: date, *, multisector: bool
) -> dict[str, Any] | None:
    """The benefit decides on plans (THL handbook); reviews are the authority's, places the county's (L189/2001)."""
    if task in ARRANGED_BY_ORGANISER:
        return _of(pieces, INSTRUCTOR, SOCIAL)
    if task == REVIEW:
        return _of(pieces, OFFICER, EMPLOYMENT)
    if task != PREPARATION or multisector:  # of multi-sector plans the management group agrees
        return None
    if state.client.lives_on(UNEMPLOYMENT, day):
        return _of(pieces, OFFICER, EMPLOYMENT)
    if state.client.lives_on(SOCIAL_ASSISTANCE, day):
        return _of(pieces, INSTRUCTOR, SOCIAL)
    return None


def _of(pieces: Sequence[Piece], role: str, kinds: frozenset[str]) -> dict[str, Any]:
    org = next((p.org for p in pieces if p.org_type in kinds), None)
    return {"role": role, "org": org, "why": "statute"}


def _by_default(task: str, pieces: Sequence[Piece], day: date) -> dict[str, Any] | None:
    """Social guidance and social rehabilitation belong to adult social work (survey, row 50)."""
    if task != SERVICE:
        return None
    found = of_service(next((p.source.topic for p in pieces if p.source is not None), ""), day)
    return {**_of(pieces, found.lead_role, SOCIAL), "why": "default"} if found else None


def _earliest(pieces: Sequence[Piece]) -> dict[str, Any] | None:
    """Who has most of those at the table that are needed; of equals who began first. Undecided: nobody."""
    best = min(pieces, key=lambda p: (-p.present, p.opened, p.id), default=None)
    alike = [p for p in pieces if best is not None and (p.present, p.opened) == (best.present, best.opened)]
    return {"role": None, "org": best.org, "why": "earliest"} if best is not None and len(alike) == 1 else None


def _own_worker(state: State, day: date) -> dict[str, Any]:
    own = max(state.client.working(day, frozenset({OWN_WORKER})), key=lambda w: (w.first, w.id), default=None)
    return {"role": OWN_WORKER, "org": own.org if own else None, "why": "own_worker"}
