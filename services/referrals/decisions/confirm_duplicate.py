"""Somebody says that work really was being done twice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from kernel.decide import Actor, Decision, NotAllowed
from kernel.facts import Event
from schemas.duplicates.confirmed_v1 import DuplicateWorkConfirmed
from services.referrals.suspicions import Suspicions, fold


class Confirm(BaseModel):
    """Which suspicion, by the id of its raise."""

    model_config = ConfigDict(frozen=True)

    duplicate_id: str = Field(min_length=1, max_length=255)


def decide(state: Suspicions, command: Confirm, actor: Actor, _: datetime) -> Sequence[Event]:
    """Confirming again is nothing new; what was put aside cannot be confirmed."""
    found = state.named(command.duplicate_id)
    if found.state == "confirmed":
        return []
    if found.state != "suspected":
        raise NotAllowed(found.state, f"this has been {found.state} already")
    return [DuplicateWorkConfirmed(duplicate_id=found.id, key=found.key, holder=actor.user)]


decision = Decision(name="duplicate.confirm", command=Confirm, fold=fold, decide=decide)
