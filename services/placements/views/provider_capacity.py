"""Places at each site: how many there are, kept for somebody, and free, with what is done there."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from kernel.facts import Fact
from kernel.views import Column, Rows, View
from schemas.places.closed_v1 import PlaceClosed
from schemas.places.opened_v1 import PlaceOpened
from schemas.places.reserved_v1 import PlaceReserved
from schemas.sites.described_v1 import SiteDescribed

view = View(
    name="provider_capacity",
    version=1,
    key=("site_id",),
    columns=(
        Column("site_id", "uuid"),
        Column("municipality", "text"),
        Column("provider_org", "text"),
        Column("host_org_type", "text"),
        Column("content", "text[]"),
        Column("places", "integer"),
        Column("reserved", "integer"),
        Column("free", "integer"),
        Column("opened", "integer"),
        Column("closed", "integer"),
        Column("told_at", "timestamptz"),
    ),
    title={"fi": "Vapaat paikat", "sv": "Lediga platser", "en": "Free places"},
    filters=("municipality", "provider_org", "host_org_type", "site_id"),
    person=False,
    route="capacity",
)
EMPTY: dict[str, Any] = {"opened": 0, "closed": 0, "reserved": 0, "places": 0, "free": 0, "content": []}


def _put(rows: Rows, fact: Fact, site: UUID, **columns: Any) -> None:
    row = {**EMPTY, "provider_org": fact.org, **(rows.get(site) or {}), **columns}
    row["places"] = max(0, row["opened"] - row["closed"])
    row["free"] = max(0, row["places"] - row["reserved"])
    rows.put(**{**row, "site_id": site, "told_at": fact.time})


@view.on(SiteDescribed)
def described(rows: Rows, fact: Fact) -> None:
    """Where it is and whose."""
    said: SiteDescribed = fact.data
    _put(
        rows,
        fact,
        said.site_id,
        municipality=said.municipality,
        host_org_type=said.host_org_type,
        provider_org=said.provider_org or fact.org,
        content=sorted({*said.content, *((rows.get(said.site_id) or EMPTY)["content"])}),
    )


@view.on(PlaceOpened, PlaceClosed, PlaceReserved)
def changed(rows: Rows, fact: Fact) -> None:
    """Places were added, taken away, or kept for somebody."""
    said: PlaceOpened | PlaceClosed | PlaceReserved = fact.data
    known = rows.get(said.site_id) or EMPTY
    name = {PlaceOpened: "opened", PlaceClosed: "closed", PlaceReserved: "reserved"}[type(said)]
    content = sorted({*known["content"], *said.content}) if name == "opened" else known["content"]
    _put(rows, fact, said.site_id, **{name: known[name] + said.places, "content": content})
