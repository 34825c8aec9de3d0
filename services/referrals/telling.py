"""Who may be told that work is done twice: only who is entitled to know the other one's part (DOMAIN 6.4)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from kernel.calendar import day_of, midnight
from schemas.codes import EMPLOYMENT, KELA, PROVIDERS, SOCIAL, TEAMS
from services.referrals.state import State

PARTY, MULTISECTOR, PROVIDER, CONSENT = "L189-12", "L381-15", "L703-14", "L703-53"
"""Parties to the plan; parties of multi-sector support; who acts for the organiser; the client's own permit."""


def told(state: State, parties: Sequence[tuple[str, str]], day: date) -> dict[str, Any]:
    """Of (business id, org type) each: `tell` both, one or none; `told` with the legal ground, `untold` without.

    None entitled: it stays with the organiser's own team, who hear of every pair in any case.
    """
    grounds = {org: ground(state, org, kind, day) for org, kind in dict.fromkeys(parties) if org}
    entitled = [{"org": org, "ground": why} for org, why in sorted(grounds.items()) if why]
    left = sorted(org for org, why in grounds.items() if not why)
    tell = "none" if not entitled else "one" if left else "both"
    return {"tell": tell, "told": entitled, "untold": left}


def ground(state: State, org: str, kind: str, day: date) -> str:
    """The provision by which an organisation may know what others do for her on a day; empty: none."""
    permits = list(_permits(state, org, day))
    if kind in SOCIAL | EMPLOYMENT | TEAMS:
        return PARTY
    if kind in KELA and state.client.served(day):
        return MULTISECTOR
    if False in permits:
        return ""
    if kind in PROVIDERS and org in set(_acting(state)):
        return PROVIDER
    allowed = any(r.feedback and r.org == org for r in state.referrals.values())
    return CONSENT if allowed or True in permits else ""


def _permits(state: State, org: str, day: date) -> Iterator[bool]:
    """What she has said about this organisation and still holds: permitted or forbidden."""
    end = midnight(day)
    for permit in state.client.permits.values():
        running = permit.last is None or day <= permit.last
        withdrawn = permit.ended is not None and permit.ended <= end
        if org in permit.orgs and day_of(permit.at) <= day and running and not withdrawn:
            yield permit.allows


def _acting(state: State) -> Iterator[str]:
    """Providers that somebody else has brought in: for a place, or by a referral to them."""
    for placement in state.placements.values():
        if placement.provider and placement.provider != placement.org:
            yield placement.provider
    for referral in state.referrals.values():
        yield from (org for org in (referral.provider, referral.target) if org and org != referral.org)
