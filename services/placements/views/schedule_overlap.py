"""Appointments that fall on days on which the client is expected at her place."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from kernel.rules import Finding
from kernel.views import Column, Rows, View

view = View(
    name="schedule_overlap",
    version=1,
    key=("rule", "item"),
    columns=(
        Column("rule", "text"),
        Column("item", "text"),
        Column("on_day", "date"),
        Column("placement_id", "uuid"),
        Column("starts_at", "timestamptz"),
        Column("minutes", "integer"),
    ),
    title={"fi": "Päällekkäiset ajat", "sv": "Tider som krockar", "en": "Overlapping times"},
    filters=("on_day", "placement_id"),
)


@view.forecast("R-SCH-1")
def conflict(rows: Rows, rule: str, finding: Finding) -> None:
    """One appointment and the placement whose day it takes; what it is for is not told."""
    facts = finding.facts
    rows.put(
        rule=rule,
        item=finding.key,
        on_day=date.fromisoformat(str(facts["on"])),
        placement_id=UUID(finding.key.partition(":")[0]),
        starts_at=datetime.fromisoformat(str(facts["starts_at"])),
        minutes=facts["minutes"],
    )
