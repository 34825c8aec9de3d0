"""What Kela was told of absences and of the risk of interruption, and absences of which it was not told."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from kernel.calendar import day_of
from kernel.facts import Fact
from kernel.rules import Finding
from kernel.views import Column, Rows, View
from schemas.kela_notices.absence_notice_sent_v1 import KelaAbsenceNoticeSent
from schemas.kela_notices.interruption_risk_notified_v1 import InterruptionRiskNotified

NOTICE = "notice"

view = View(
    name="kela_reporting",
    version=1,
    key=("rule", "item"),
    columns=(
        Column("rule", "text"),
        Column("item", "text"),
        Column("state", "text"),
        Column("form", "text"),
        Column("placement_id", "uuid"),
        Column("provider_org", "text"),
        Column("period_from", "date"),
        Column("period_to", "date"),
        Column("days", "integer"),
        Column("sent_on", "date"),
        Column("due_on", "date"),
    ),
    title={"fi": "Ilmoitukset Kelaan", "sv": "Anmälningar till FPA", "en": "Notices to Kela"},
    filters=("state", "form", "placement_id", "provider_org", "due_on"),
)


@view.on(KelaAbsenceNoticeSent, InterruptionRiskNotified)
def sent(rows: Rows, fact: Fact) -> None:
    """A notice went out."""
    said: KelaAbsenceNoticeSent | InterruptionRiskNotified = fact.data
    rows.put(
        rule=NOTICE,
        item=f"{fact.org}:{fact.id}",
        state="sent",
        form=said.form,
        placement_id=said.placement_id,
        provider_org=fact.org,
        period_from=said.period_from,
        period_to=said.period_to,
        days=said.days,
        sent_on=day_of(fact.time),
    )


@view.forecast("R-KELA-1")
def due(rows: Rows, rule: str, finding: Finding) -> None:
    """Absences that wait for a notice, late or not yet."""
    facts = finding.facts
    rows.put(
        rule=rule,
        item=finding.key,
        state="due",
        form="TT3",
        placement_id=UUID(finding.key),
        provider_org=facts["provider_org"],
        period_from=date.fromisoformat(str(facts["window_from"])),
        period_to=date.fromisoformat(str(facts["window_to"])),
        days=facts["absent_days"],
        due_on=date.fromisoformat(str(facts["due_on"])),
    )
