"""An alert that nobody takes goes to the team, then to its lead; a claim that is left alone lapses (R-ABS-10)."""

from __future__ import annotations

from collections.abc import Iterator, Set
from datetime import date, datetime
from typing import Any

from kernel.calendar import day_of
from kernel.rules import Finding, Params, Resolved, Rule
from schemas.organisations.closing import closing_days
from schemas.organisations.closing_days_set_v1 import ClosingDaysSet
from services.notifications.around import LEAD, OFFICER, Around, To, addressee, operations, team
from services.notifications.families import OF_DATA
from services.notifications.responsible import REFERENCE, around_of
from services.notifications.state import CONTACT, DOOR, ESCALATED, ESCALATION, PEOPLE, RAISED, Alert, State
from services.notifications.working_time import working_time_after


class EscalationParams(Params):
    """Working days without a claim until the team and its lead hear; and without an entry until a claim lapses."""

    team_days: int = 2
    lead_days: int = 5
    lapse_days: int = 5


def find(state: State, params: Resolved[EscalationParams]) -> Iterator[Finding]:
    """When each open alert rings again, and for whom; seen is not taken."""
    around, closings = around_of(state, params), params.reference(ClosingDaysSet)
    for alert in state.alerts.values():
        if alert.open:
            closed = closing_days(closings, alert.facts["to"]["org"])
            yield from _steps(around, alert, params, closed)


def _steps(around: Around, alert: Alert, params: Resolved[EscalationParams], closed: Set[date]) -> Iterator[Finding]:
    handled = alert.handled
    waiting = handled.waits_from or alert.raised_at
    chosen = params.on(day_of(waiting))
    if handled.claimed_by:
        entries = (handled.entry, handled.snoozed_until, around.state.contacts.get(alert.id), waiting)
        last = max(t for t in entries if t is not None)
        waiting = working_time_after(last, chosen.lapse_days, closed)
        yield _step(alert, "claim", waiting, alert.facts["to"], chosen)
    for level, days in (("team", chosen.team_days), ("lead", chosen.lead_days)):
        since = working_time_after(waiting, days, closed)
        yield _step(alert, level, since, _whom(around, alert, level, since), chosen)


def _whom(around: Around, alert: Alert, level: str, since: datetime) -> To:
    """Who hears next. Missing data is no matter for the social team: after the provider come operations. What is the
    authority's stays there; a referral that its receiver leaves lying is its lead's at once (R-REF-1).
    """
    to, day = alert.facts["to"], day_of(since)
    if alert.facts["family"] in OF_DATA or to["via"] == "operations":
        return operations(around.state)
    if to["role"] == OFFICER and around.there(to["org"], day):
        return addressee(to["org"], level, LEAD if level == "lead" else OFFICER, team=to["team"])
    lead = level == "lead" or to["via"] == "receiver"
    return team(around, day, lead=lead, family=alert.facts["family"])


def _step(alert: Alert, level: str, since: datetime, to: dict[str, Any], params: EscalationParams) -> Finding:
    facts = {"alert_id": alert.id, "family": alert.facts["family"], "level": level, "to": to}
    return Finding(f"{alert.id}:{level}", since, facts=facts, params=params)


rule = Rule(
    id=ESCALATION,
    version=2,
    name=ESCALATED,
    params=EscalationParams(),
    find=find,
    listens=frozenset({RAISED, CONTACT, *DOOR, *PEOPLE, *REFERENCE, "closing_days.set"}),
)
