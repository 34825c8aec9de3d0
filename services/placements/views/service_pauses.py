"""Pauses of the service, past ones too: statistics of a year in which it paused are marked by them (survey, row 15)."""

from __future__ import annotations

from datetime import timedelta

from kernel.facts import Fact
from kernel.views import Column, Row, Rows, View
from schemas.fields import Scope
from schemas.services.resumed_v1 import ServiceResumed
from schemas.services.suspended_v1 import ServiceSuspended

view = View(
    name="service_pauses",
    version=1,
    key=("scope", "from_day"),
    columns=(
        Column("scope", "text"),
        Column("from_day", "date"),
        Column("to_day", "date"),
        Column("reason", "text"),
        Column("site_id", "text"),
        Column("told_by", "text"),
    ),
    title={"fi": "Palvelun keskeytykset", "sv": "Avbrott i servicen", "en": "Pauses of the service"},
    filters=("scope", "reason", "told_by", "from_day", "to_day"),
    person=False,
)


@view.on(ServiceSuspended)
def paused(rows: Rows, fact: Fact) -> None:
    """It pauses from a day, to a day if that was told."""
    said: ServiceSuspended = fact.data
    rows.put(
        scope=_scope(said.scope, fact),
        from_day=said.from_,
        to_day=said.to,
        reason=said.reason,
        site_id=said.scope.site,
        told_by=fact.org,
    )


@view.on(ServiceResumed)
def resumed(rows: Rows, fact: Fact) -> None:
    """The pause that began last before it is over the day before."""
    said: ServiceResumed = fact.data
    scope = _scope(said.scope, fact)
    before: list[Row] = [r for r in rows if r["scope"] == scope and r["from_day"] <= said.from_]
    newest = max(before, key=lambda r: str(r["from_day"]), default=None)
    last = said.from_ - timedelta(days=1)
    if newest is not None and (newest["to_day"] is None or newest["to_day"] > last):
        rows.put(**{**newest, "to_day": max(last, newest["from_day"])})


def _scope(scope: Scope, fact: Fact) -> str:
    return scope.site or scope.organiser or scope.region or fact.org
