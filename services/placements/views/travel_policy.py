"""How each organiser pays for travel, and since when: what differs within the region shows side by side."""

from __future__ import annotations

from kernel.facts import Fact
from kernel.views import Column, Rows, View
from schemas.travel.policy_set_v2 import TravelPolicySet

view = View(
    name="travel_policy",
    version=1,
    key=("scope", "means", "valid_from"),
    columns=(
        Column("scope", "text"),
        Column("means", "text"),
        Column("valid_from", "date"),
        Column("organiser_org", "text"),
        Column("basis", "text"),
        Column("cap_cents_per_day", "integer"),
        Column("cap_cents_per_month", "integer"),
        Column("ticket_type", "text"),
        Column("receipts_required", "boolean"),
    ),
    title={"fi": "Matkakorvausten perusteet", "sv": "Grunder för reseersättning", "en": "Travel policies"},
    filters=("organiser_org", "means", "basis", "valid_from"),
    person=False,
)


@view.on(TravelPolicySet)
def policy(rows: Rows, fact: Fact) -> None:
    """A policy holds until the next one of the same scope and means; both eras stay, so that each replays."""
    said: TravelPolicySet = fact.data
    scope = said.scope
    rows.put(
        scope=scope.site or scope.organiser or scope.region or "all",
        means=said.means,
        valid_from=said.valid_from,
        organiser_org=fact.org,
        basis=said.basis,
        cap_cents_per_day=said.cents,
        cap_cents_per_month=said.cents_per_month,
        ticket_type=said.ticket_type,
        receipts_required=said.receipts_required,
    )
