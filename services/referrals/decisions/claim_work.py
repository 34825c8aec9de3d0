"""Somebody takes a piece of work before beginning it: one holder gets it, for a limited time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from pydantic import Field

from kernel.calendar import day_of
from kernel.decide import Actor, Decision
from kernel.facts import Event
from schemas.work.claimed_v1 import WorkClaimed
from services.referrals.asking import Asked
from services.referrals.lead import SERVICE
from services.referrals.views import relations
from services.referrals.work_item import Item, view
from services.referrals.works import Works, fold


class Claim(Asked):
    """What is taken for how many seconds [P]; `claim_id` is the id that the claim's fact gets."""

    claim_id: str
    lease_seconds: int = Field(default=1800, ge=1, le=28_800)


def decide(state: Works, command: Claim, actor: Actor, now: datetime) -> Sequence[Event]:
    """Nothing is stated when the work is taken, or when the asker holds it already."""
    if _held(state, command, actor, now) is not None or _obstacles(state, command, actor, now):
        return []
    return [
        WorkClaimed(
            work=command.work,
            service_type=command.service_type,
            matter=command.matter,
            holder=command.holder,
            holder_org=actor.org,
            expires_at=now + timedelta(seconds=command.lease_seconds),
            reason=command.reason,
        )
    ]


def answer(state: Works, command: Claim, actor: Actor, now: datetime) -> Mapping[str, Any]:
    """The claim that the asker has, else what stands in the way, for the gate to choose from."""
    held = _held(state, command, actor, now)
    if held is not None:
        first = held.id == command.claim_id
        return {"first": first, "claim": {"claim_id": held.id, "fencing_token": held.token, "expires_at": held.until}}
    return {"shown": [item.row("", why) for item, why in _obstacles(state, command, actor, now)]}


def _held(state: Works, command: Claim, actor: Actor, now: datetime) -> Item | None:
    """The claim of this very request, also one that is over by now; else a live one of the asker for the same work."""
    if command.claim_id in state.claims:
        return state.claims[command.claim_id]
    wanted = command.wanted(actor, day_of(now))
    for claim in state.claims.values():
        mine = claim.org == actor.org and claim.holder == command.holder
        same = (claim.work, claim.service, claim.matter) == (wanted.work, wanted.service, wanted.matter)
        if mine and same and claim.live(now):
            return claim
    return None


def _obstacles(state: Works, command: Claim, actor: Actor, now: datetime) -> list[tuple[Item, str]]:
    """Others' claims, always; and work that another organisation is doing, unless there is a reason to do it again.

    Not a service: that somebody refuses a claim would tell anybody which one she is in. Intents tell the entitled.
    """
    found = []
    for item, why in state.in_the_way(command.wanted(actor, day_of(now)), now):
        doing = item.kind == "being_done" and item.work != SERVICE and item.org != actor.org and not command.reason
        if item.kind == "claimed" or doing:
            found.append((item, why))
    return found


decision = Decision(
    name="work.claim",
    command=Claim,
    fold=fold,
    decide=decide,
    answer=answer,
    shows=view,
    beside=(relations.view,),
)
