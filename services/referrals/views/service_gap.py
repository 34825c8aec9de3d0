"""Services that clients could not get, where, and why: counted by locality when services are planned."""

from __future__ import annotations

from kernel.calendar import day_of
from kernel.facts import Conclusion, Fact
from kernel.views import Column, Rows, View

view = View(
    name="service_gap",
    version=1,
    key=("gap_id",),
    columns=(
        Column("gap_id", "uuid"),
        Column("state", "text"),
        Column("service_type", "text"),
        Column("municipality", "text"),
        Column("reason", "text"),
        Column("km", "integer"),
        Column("told_by", "text"),
        Column("since", "date"),
        Column("over_on", "date"),
    ),
    title={"fi": "Palveluaukot", "sv": "Luckor i servicen", "en": "Service gaps"},
    filters=("state", "service_type", "municipality", "reason", "since"),
)


@view.on("service_gap.detected")
def detected(rows: Rows, fact: Fact) -> None:
    """A client could not get a service."""
    _told(rows, fact.id, fact.data)
    rows.put(gap_id=fact.id, state="open")


@view.on("finding.changed")
def changed(rows: Rows, fact: Fact) -> None:
    """The same gap, told more exactly."""
    said: Conclusion = fact.data
    if rows.get(said.raised or "") is not None:
        _told(rows, said.raised or "", said)


@view.on("finding.withdrawn")
def over(rows: Rows, fact: Fact) -> None:
    """She got it, it was long ago, or it was told by mistake (then it counts no more)."""
    said: Conclusion = fact.data
    if rows.get(said.raised or "") is None:
        return
    if said.reason == "corrected":
        rows.delete(said.raised)
    else:
        rows.put(gap_id=said.raised, state="over", over_on=day_of(fact.time))


def _told(rows: Rows, id_: str, said: Conclusion) -> None:
    names = ("service_type", "municipality", "reason", "km", "told_by")
    rows.put(gap_id=id_, since=day_of(said.since), **{n: said.facts.get(n) for n in names})
