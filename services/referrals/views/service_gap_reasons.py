"""Why a service is missing in a locality, as its partners see it: attitudes, competence, resources (row 73)."""

from __future__ import annotations

from kernel.calendar import day_of
from kernel.facts import Fact
from kernel.views import Column, Rows, View
from schemas.services.gap_explained_v1 import ServiceGapExplained

view = View(
    name="service_gap_reasons",
    version=1,
    key=("municipality", "service_type"),
    columns=(
        Column("municipality", "text"),
        Column("service_type", "text"),
        Column("reasons", "text[]"),
        Column("told_by", "text"),
        Column("told_on", "date"),
    ),
    title={"fi": "Palveluaukkojen syyt", "sv": "Orsaker till luckor", "en": "Reasons of service gaps"},
    filters=("municipality", "service_type", "told_by"),
    person=False,
)


@view.on(ServiceGapExplained)
def explained(rows: Rows, fact: Fact) -> None:
    """The newest explanation of each organisation counts."""
    said: ServiceGapExplained = fact.data
    rows.put(
        municipality=said.municipality,
        service_type=said.service_type,
        reasons=list(said.reasons),
        told_by=fact.org,
        told_on=day_of(fact.time),
    )
