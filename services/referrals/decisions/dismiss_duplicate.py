"""Somebody says that no work is done twice, and why: the pair is not brought up again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from kernel.decide import Actor, Decision, NotAllowed
from kernel.facts import Event
from schemas.codes import DismissReason
from schemas.duplicates.dismissed_v1 import DuplicateWorkDismissed
from services.referrals.suspicions import Suspicions, fold


class Dismiss(BaseModel):
    """Which suspicion, by the id of its raise, and the reason."""

    model_config = ConfigDict(frozen=True)

    duplicate_id: str = Field(min_length=1, max_length=255)
    reason: DismissReason


def decide(state: Suspicions, command: Dismiss, actor: Actor, _: datetime) -> Sequence[Event]:
    """Dismissing again is nothing new; what has been resolved was real."""
    found = state.named(command.duplicate_id)
    if found.state == "dismissed":
        return []
    if found.state == "resolved":
        raise NotAllowed("resolved", "this has been resolved already")
    return [
        DuplicateWorkDismissed(duplicate_id=found.id, key=found.key, reason=command.reason, holder=actor.user),
    ]


decision = Decision(name="duplicate.dismiss", command=Dismiss, fold=fold, decide=decide)
