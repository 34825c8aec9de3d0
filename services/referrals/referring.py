"""Referrals as pieces of work, and when two of them are the same matter on purpose (D01, D05)."""

from __future__ import annotations

from collections.abc import Iterator

from services.referrals.items import DROPPED, Referral
from services.referrals.pieces import Piece
from services.referrals.state import State


def pieces(state: State) -> Iterator[Piece]:
    """Every referral that was submitted, in hand until it is decided."""
    for r in state.referrals.values():
        if r.opened is not None:
            dropped = r.outcome in DROPPED
            state_of = r.outcome or "open"
            yield Piece(r.id, r.org, r.org_type, r.opened, r.closed, state_of, dropped, source=r)


def legitimate(one: Referral, other: Referral) -> bool:
    """A revision by the same referrer, the same case sent twice, or one sent on to the other."""
    return (
        one.org == other.org
        or (one.external is not None and one.external == other.external)
        or other.org in one.sent_on
        or one.org in other.sent_on
    )
