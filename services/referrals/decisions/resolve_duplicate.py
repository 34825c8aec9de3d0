"""Work is not done twice any more, and it is told which piece goes on and what became of the other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from kernel.decide import Actor, Decision, NotAllowed
from kernel.facts import Event
from schemas.codes import ResolveAction
from schemas.duplicates.resolved_v1 import DuplicateWorkResolved
from services.referrals.suspicions import Suspicions, fold


class Resolve(BaseModel):
    """Which suspicion, by the id of its raise, the piece of work that goes on, and what was done with the other."""

    model_config = ConfigDict(frozen=True)

    duplicate_id: str = Field(min_length=1, max_length=255)
    kept_item: UUID | None = None
    action: ResolveAction


def decide(state: Suspicions, command: Resolve, actor: Actor, _: datetime) -> Sequence[Event]:
    """Only what a person has confirmed can be resolved; doing it again is nothing new."""
    found = state.named(command.duplicate_id)
    if found.state == "resolved":
        return []
    if found.state != "confirmed":
        raise NotAllowed(found.state, "only what has been confirmed can be resolved")
    if command.kept_item is not None and str(command.kept_item) not in found.items:
        raise NotAllowed("not_of_this_pair", "kept_item is none of the pieces of work in question")
    return [
        DuplicateWorkResolved(
            duplicate_id=found.id,
            key=found.key,
            kept_item=command.kept_item,
            action=command.action,
            holder=actor.user,
        )
    ]


decision = Decision(name="duplicate.resolve", command=Resolve, fold=fold, decide=decide)
