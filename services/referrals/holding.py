"""What a holder may still do with a claim: nothing, once it is over or was not its own."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from kernel.decide import Actor, NotAllowed, NotThere
from services.referrals.work_item import Item, Wanted
from services.referrals.works import Works


class Held(BaseModel):
    """Which claim, and the token that its holder was given (left out: the id alone speaks for it)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    claim_id: str
    fencing_token: int | None = Field(default=None, ge=1)


def held(state: Works, command: Held, actor: Actor, now: datetime) -> Item:
    """The live claim. NotThere for another organisation's, NotAllowed for one that is over or has another token."""
    claim = state.claims.get(command.claim_id)
    if claim is None or claim.org != actor.org:
        raise NotThere(command.claim_id)
    if command.fencing_token is not None and command.fencing_token != claim.token:
        raise NotAllowed("fencing_token", "this is not the token that the claim was given")
    if not claim.live(now):
        raise NotAllowed("claim_over", "this claim has expired or was released: claim the work again")
    return claim


def only(state: Works, claim: Item, now: datetime) -> None:
    """After two refs of one person were merged two claims may meet: NotAllowed for the younger."""
    wanted = Wanted(claim.work, claim.org, claim.holder, now.date(), claim.service, claim.matter)
    for other, _ in state.in_the_way(wanted, now, claim.id):
        if other.kind == "claimed" and (other.since, other.token, other.id) < (claim.since, claim.token, claim.id):
            raise NotAllowed("claim_over", "the person was found to be known twice, and an older claim holds the work")
