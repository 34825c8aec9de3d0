"""The period is to give evidence of her ability, and no assessment with a document is there (survey, row 21)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from pydantic import Field

from kernel.rules import Finding, Params, Resolved, Rule
from services.placements.schedule import DAY
from services.placements.state import State

PURPOSE = "work_ability_substantially_reduced_evidence_needed"


class EvidenceParams(Params):
    """`days` before the end of the period."""

    days: int = Field(default=30, ge=0, le=366)


def find(state: State, params: Resolved[EvidenceParams]) -> Iterator[Finding]:
    """Periods of a person referred for that purpose; neither the purpose nor the site stands in what is told."""
    referred = min((day for day, codes in state.background.purposes if PURPOSE in codes), default=None)
    if referred is None:
        return
    for placement in state.placements.values():
        end = placement.end_on
        if end is None or placement.ended_on is not None or end < referred:
            continue
        first = placement.period_start or placement.started_on or date.min
        if any(day >= first for day in placement.evidence):
            continue
        chosen = params.on(end, site=placement.site, organiser=placement.organiser or None)
        facts = {"end_on": end.isoformat(), "days": chosen.days}
        days = timedelta(days=chosen.days)
        yield Finding(placement.id, end - days, end + days + DAY, facts, chosen)


rule = Rule(
    id="R-EVID-1",
    version=1,
    name="assessment.evidence_due",
    params=EvidenceParams(),
    find=find,
    listens=frozenset(
        {
            "referral.submitted",
            "placement.agreed",
            "placement.started",
            "placement.extended",
            "placement.ended",
            "assessment.held",
        }
    ),
    family="period_end",
)
