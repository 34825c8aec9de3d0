"""When each partner's feed was heard last, and from when on what it tells is to be counted as late."""

from __future__ import annotations

from datetime import datetime

from kernel.rules import Finding
from kernel.views import Column, Rows, View

view = View(
    name="partner_feeds",
    version=2,
    key=("org",),
    columns=(
        Column("org", "text"),
        Column("source", "text"),
        Column("profile", "text"),
        Column("heard_at", "timestamptz"),
        Column("late_from", "timestamptz"),
        Column("rule", "text", "internal"),  # the kernel takes rows of forecasts away by it
    ),
    title={"fi": "Kumppanien tiedot", "sv": "Partnernas uppgifter", "en": "Partners' feeds"},
    filters=("org", "profile"),
    person=False,
)


@view.forecast("R-OPS-1")
def expected(rows: Rows, rule: str, finding: Finding) -> None:
    """A row for each organisation that has been heard and does not leave; it is late once `late_from` has come."""
    if finding.key == "feed" and finding.until is None:
        told = {**finding.facts, "heard_at": datetime.fromisoformat(finding.facts["heard_at"])}
        rows.put(**told, rule=rule, late_from=finding.since)
