"""What services and sites there are, where, by whom, with which content and meals, and which are paused."""

from __future__ import annotations

from typing import Any

from kernel.facts import Fact
from kernel.views import Column, Rows, View
from schemas.services.offer_published_v1 import ServiceOfferPublished
from schemas.services.resumed_v1 import ServiceResumed
from schemas.services.suspended_v1 import ServiceSuspended
from schemas.sites.described_v1 import SiteDescribed
from schemas.sites.meal_offer_set_v1 import SiteMealOfferSet

OFFER, SITE, PAUSE = "offer", "site", "pause"

view = View(
    name="service_catalogue",
    version=1,
    key=("what", "item"),
    columns=(
        Column("what", "text"),
        Column("item", "text"),
        Column("service_type", "text"),
        Column("municipality", "text"),
        Column("provider_org", "text"),
        Column("host_org_type", "text"),
        Column("content", "text[]"),
        Column("segment", "text"),
        Column("is_local", "boolean"),
        Column("is_registered", "boolean"),
        Column("meal_offer", "text"),
        Column("meal_price_cents", "integer"),
        Column("paused_from", "date"),
        Column("paused_to", "date"),
        Column("valid_from", "date"),
        Column("valid_to", "date"),
        Column("source", "text"),
        Column("source_date", "date"),
    ),
    title={"fi": "Palvelut ja paikat", "sv": "Tjänster och platser", "en": "Services and sites"},
    filters=("what", "service_type", "municipality", "provider_org", "item"),
    person=False,
)


def _put(rows: Rows, what: str, item: object, **columns: Any) -> None:
    known = rows.get(what, str(item)) or {}
    rows.put(**{**known, **columns, "what": what, "item": str(item)})


@view.on(ServiceOfferPublished)
def offered(rows: Rows, fact: Fact) -> None:
    """A service in a locality, for as long as it is valid."""
    said: ServiceOfferPublished = fact.data
    _put(
        rows,
        OFFER,
        said.offer_id,
        service_type=said.service_type,
        municipality=said.municipality,
        provider_org=said.provider_org or fact.org,
        content=list(said.content),
        segment=said.segment,
        is_local=said.is_local,
        valid_from=said.valid_from,
        valid_to=said.valid_to,
        source=said.source,
        source_date=said.source_date,
    )


@view.on(SiteDescribed)
def described(rows: Rows, fact: Fact) -> None:
    """A place where days are spent."""
    said: SiteDescribed = fact.data
    _put(
        rows,
        SITE,
        said.site_id,
        municipality=said.municipality,
        provider_org=said.provider_org or fact.org,
        host_org_type=said.host_org_type,
        content=list(said.content),
        is_registered=said.is_registered,
    )


@view.on(SiteMealOfferSet)
def fed(rows: Rows, fact: Fact) -> None:
    """What there is to eat."""
    said: SiteMealOfferSet = fact.data
    _put(rows, SITE, said.site_id, meal_offer=said.offer, meal_price_cents=said.price_cents)


@view.on(ServiceSuspended)
def paused(rows: Rows, fact: Fact) -> None:
    """A site, or all that an organisation runs, is closed for a while."""
    said: ServiceSuspended = fact.data
    _put(rows, *_scope(fact), paused_from=said.from_, paused_to=said.to, provider_org=fact.org)


@view.on(ServiceResumed)
def resumed(rows: Rows, fact: Fact) -> None:
    """It goes on."""
    said: ServiceResumed = fact.data
    row = rows.get(*_scope(fact))
    if row is not None and row.get("paused_from") is not None and row["paused_from"] <= said.from_:
        _put(rows, *_scope(fact), paused_from=None, paused_to=None)


def _scope(fact: Fact) -> tuple[str, str]:
    site = fact.data.scope.site
    return (SITE, site) if site else (PAUSE, fact.org)
