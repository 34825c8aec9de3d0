"""A holder lets its work go before the time is up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from kernel.decide import Actor, Decision
from kernel.facts import Event
from schemas.work.released_v1 import WorkReleased
from services.referrals.holding import Held, held
from services.referrals.works import Works, fold


def decide(state: Works, command: Held, actor: Actor, now: datetime) -> Sequence[Event]:
    """Twice is once. A claim that has run out cannot be let go: whoever holds the work by now is another."""
    claim = state.claims.get(command.claim_id)
    if claim is not None and claim.org == actor.org and claim.kind == "done":
        return []
    return [WorkReleased(claim_id=UUID(held(state, command, actor, now).id))]


decision = Decision(name="work.release", command=Held, fold=fold, decide=decide)
