"""Work that employers could give, what stands in its way, and help that they have asked for (rows 84, 87, 88, 102)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from kernel.calendar import day_of
from kernel.facts import Fact
from kernel.views import Column, Rows, View
from schemas.employers.help_requested_v2 import EmployerHelpRequested
from schemas.employers.wage_subsidy_process_step_v1 import WageSubsidyProcessStep
from schemas.employers.work_opportunity_blocked_v1 import WorkOpportunityBlocked
from schemas.employers.work_opportunity_filled_v1 import WorkOpportunityFilled
from schemas.employers.work_opportunity_opened_v2 import WorkOpportunityOpened

WORK, HELP, SUBSIDY = "opportunity", "help", "wage_subsidy"

view = View(
    name="employer_cooperation",
    version=2,
    key=("what", "item"),
    columns=(
        Column("what", "text"),
        Column("item", "text"),
        Column("opportunity_id", "uuid"),
        Column("told_by", "text"),
        Column("state", "text"),
        Column("municipality", "text"),
        Column("hours_per_week", "integer"),
        Column("hours_per_day", "integer"),
        Column("step_code", "text"),
        Column("reason_code", "text"),
        Column("help_code", "text"),
        Column("owner", "text"),
        Column("since", "date"),
        Column("changed_on", "date"),
    ),
    title={"fi": "Työnantajayhteistyö", "sv": "Arbetsgivarsamarbete", "en": "Co-operation with employers"},
    filters=("what", "state", "told_by", "municipality", "hours_per_week", "reason_code", "help_code"),
    person=False,
)


def _put(rows: Rows, fact: Fact, what: str, item: object, opportunity: UUID | None, **columns: Any) -> None:
    known = rows.get(what, str(item)) or {"since": day_of(fact.time), "told_by": fact.org}
    more = {"what": what, "item": str(item), "opportunity_id": opportunity, "changed_on": day_of(fact.time)}
    rows.put(**{**known, **columns, **more})


def _where(said: WorkOpportunityOpened | EmployerHelpRequested) -> dict[str, str | None]:
    """Facts of the first version tell no municipality."""
    return {"municipality": getattr(said, "municipality", None)}


@view.on(WorkOpportunityOpened)
def opened(rows: Rows, fact: Fact) -> None:
    """A few hours a week are enough."""
    said: WorkOpportunityOpened = fact.data
    id_ = said.opportunity_id
    hours = {"hours_per_week": said.hours_per_week, "hours_per_day": getattr(said, "hours_per_day", None)}
    _put(rows, fact, WORK, id_, id_, state="open", step_code=said.step_code, **hours, **_where(said))


@view.on(WorkOpportunityBlocked)
def blocked(rows: Rows, fact: Fact) -> None:
    """There would be work, and no permission or means to give it."""
    said: WorkOpportunityBlocked = fact.data
    _put(rows, fact, WORK, said.opportunity_id, said.opportunity_id, state="blocked", reason_code=said.reason_code)


@view.on(WorkOpportunityFilled)
def filled(rows: Rows, fact: Fact) -> None:
    """Somebody does it."""
    said: WorkOpportunityFilled = fact.data
    _put(rows, fact, WORK, said.opportunity_id, said.opportunity_id, state="filled", reason_code=None)


@view.on(EmployerHelpRequested)
def asked(rows: Rows, fact: Fact) -> None:
    """A task for the employment authority's service for employers."""
    said: EmployerHelpRequested = fact.data
    told = {"help_code": said.help_code, "owner": "employment_officer", **_where(said)}
    _put(rows, fact, HELP, fact.id, said.opportunity_id, state="asked", **told)


@view.on(WageSubsidyProcessStep)
def stepped(rows: Rows, fact: Fact) -> None:
    """A step towards a wage subsidy that names no client; one that does stands on her own path.

    Rows belong to the organisation that tells: its request for help is answered when it takes a step itself.
    """
    if fact.lane != 0:
        return
    said: WageSubsidyProcessStep = fact.data
    item = said.opportunity_id or fact.org
    _put(rows, fact, SUBSIDY, item, said.opportunity_id, state="running", step_code=said.step_code, owner=said.owner)
    for row in rows:
        if row["what"] == HELP and row["opportunity_id"] == said.opportunity_id and row["state"] == "asked":
            rows.put(**{**row, "state": "answered", "changed_on": day_of(fact.time)})
