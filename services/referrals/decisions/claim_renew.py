"""A holder needs more time for the work it has claimed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from pydantic import Field

from kernel.decide import Actor, Decision
from kernel.facts import Event
from schemas.work.renewed_v1 import WorkRenewed
from services.referrals.holding import Held, held, only
from services.referrals.works import Works, fold


class Renew(Held):
    """For how many seconds from now [P]."""

    lease_seconds: int = Field(default=1800, ge=1, le=28_800)


def decide(state: Works, command: Renew, actor: Actor, now: datetime) -> Sequence[Event]:
    """Only a live claim grows; it never shrinks by being renewed."""
    claim = held(state, command, actor, now)
    only(state, claim, now)
    until = now + timedelta(seconds=command.lease_seconds)
    if claim.until is not None and until <= claim.until:
        return []
    return [WorkRenewed(claim_id=UUID(claim.id), expires_at=until)]


def answer(state: Works, command: Renew, _: Actor, __: datetime) -> Mapping[str, Any]:
    """The claim as it stands now; its token stays what it was."""
    claim = state.claims[command.claim_id]
    return {"claim": {"claim_id": claim.id, "fencing_token": claim.token, "expires_at": claim.until}}


decision = Decision(name="work.renew", command=Renew, fold=fold, decide=decide, answer=answer)
