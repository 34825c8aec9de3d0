"""Two referrers have turned to the same provider about the same client: it should see one matter (D05)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from pydantic import Field

from kernel.calendar import day_of
from kernel.rules import Finding, Params, Resolved, Rule
from services.referrals.items import Referral
from services.referrals.lead import ARRANGING
from services.referrals.pieces import Pair, Piece, apart, of_two, over
from services.referrals.referring import legitimate
from services.referrals.referring import pieces as referred
from services.referrals.state import REFERRING, State
from services.referrals.suspect import COMMON, NAME, Double, Kind, findings

KIND = Kind("D05", "medium", ARRANGING)


class ProviderParams(Params):
    """`gap_days`: a contact counts for so many days, a referral so many days beyond its decision."""

    gap_days: int = Field(default=14, ge=0, le=366)


def find(state: State, params: Resolved[ProviderParams]) -> Iterator[Finding]:
    """Referrals and outgoing contacts about a referral, to one provider and about one service."""
    yield from findings(KIND, _doubles(state, params), state, params)


def _doubles(state: State, params: Resolved[ProviderParams]) -> Iterator[Double]:
    for pair in of_two([*_referrals(state), *_contacts(state, params)]):
        chosen = params.on(day_of(pair[1].opened))
        provider, service = _topic(pair[0])
        if _topic(pair[1]) != (provider, service) or apart(pair, _gap(pair, chosen)) or _one_matter(pair):
            continue
        more = {"asked_org": provider, "service_type": service}
        yield Double(pair, pair[1].opened, over(pair), chosen, more)


def _referrals(state: State) -> Iterator[Piece]:
    return (p for p in referred(state) if p.source.provider)


def _contacts(state: State, params: Resolved[ProviderParams]) -> Iterator[Piece]:
    """A contact with a provider stays in hand for the length of the gap."""
    for said, work in state.other.contacts:
        asked = said.direction == "out" and said.purpose_code == "referral" and said.org not in {None, work.org}
        if asked and work.opened is not None:
            last = work.opened + timedelta(days=params.on(day_of(work.opened)).gap_days)
            yield Piece(work.id, work.org, work.org_type, work.opened, last, "contact", source=said)


def _topic(piece: Piece) -> tuple[str | None, Any]:
    if isinstance(piece.source, Referral):
        return piece.source.provider, piece.source.service
    return piece.source.org, piece.source.service_type


def _gap(pair: Pair, params: ProviderParams) -> int:
    """The end of a contact has the gap in it already."""
    return params.gap_days if isinstance(pair[0].source, Referral) else 0


def _one_matter(pair: Pair) -> bool:
    one, other = (p.source for p in pair)
    return isinstance(one, Referral) and isinstance(other, Referral) and legitimate(one, other)


rule = Rule(
    id="D05",
    version=1,
    name=NAME,
    params=ProviderParams(),
    find=find,
    listens=frozenset(c.meta.name for c in REFERRING) | COMMON | {"contact.logged"},
    family="duplicate",
)
