"""Who leads which task in an area, as organisations have agreed, from when to when: before and after side by side."""

from __future__ import annotations

from kernel.facts import Fact
from kernel.views import Column, Rows, View
from schemas.responsibilities.agreed_v1 import ResponsibilityAgreed

view = View(
    name="responsibility_agreements",
    version=1,
    key=("task_kind", "area", "valid_from"),
    columns=(
        Column("task_kind", "text"),
        Column("area", "text"),
        Column("valid_from", "date"),
        Column("valid_to", "date"),
        Column("lead_role", "text"),
        Column("lead_org", "text"),
        Column("agreed_by", "text"),
    ),
    title={"fi": "Sovittu työnjako", "sv": "Avtalad arbetsfördelning", "en": "Agreed division of work"},
    filters=("task_kind", "area", "lead_role", "lead_org", "valid_from"),
    person=False,
)


@view.on(ResponsibilityAgreed)
def agreed(rows: Rows, fact: Fact) -> None:
    """A later agreement of the same day replaces the earlier one."""
    said: ResponsibilityAgreed = fact.data
    rows.put(
        task_kind=said.task_kind,
        area=said.area,
        valid_from=said.valid_from,
        valid_to=said.valid_to,
        lead_role=said.lead_role,
        lead_org=said.lead_org or fact.org,
        agreed_by=fact.org,
    )
