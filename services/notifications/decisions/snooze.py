"""Somebody who has taken an alert wants to be reminded of it on a day; until then it waits, visibly."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from kernel.calendar import day_of
from kernel.decide import Actor, Decision, NotAllowed
from kernel.facts import Event
from schemas.alerts.claimed_v1 import AlertClaimed
from schemas.alerts.snoozed_v1 import AlertSnoozed
from schemas.fields import Day
from services.notifications.acting import (
    Command,
    alert_of,
    holder,
    must_be_fresh,
    must_be_open,
    must_not_be_held_elsewhere,
)
from services.notifications.state import State, fold

LONGEST = timedelta(days=92)


class Snooze(Command):
    """Until the start of which day; three months at most."""

    until: Day


def decide(state: State, command: Snooze, actor: Actor, now: datetime) -> Sequence[Event]:
    """What nobody has taken is taken by whoever lets it wait, so that somebody answers for it."""
    alert = alert_of(state, command)
    must_be_open(alert)
    if holder(alert) == actor.org and alert.handled.snoozed_until == command.until:
        return []
    must_be_fresh(alert, command)
    must_not_be_held_elsewhere(alert, actor)
    today = day_of(now)
    if not today < command.until <= today + LONGEST:
        raise NotAllowed("until", "an alert may wait until a day within the next 92 days")
    claimed = AlertClaimed(alert_id=command.alert_id, holder=actor.user, holder_org=actor.org, by_site=False)
    snoozed = AlertSnoozed(alert_id=command.alert_id, holder=actor.user, holder_org=actor.org, until=command.until)
    return [snoozed] if holder(alert) else [claimed, snoozed]


decision = Decision(name="alert.snooze", command=Snooze, fold=fold, decide=decide)
