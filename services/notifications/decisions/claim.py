"""Somebody takes an alert on, for herself or for her site: the escalation stops and others see it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from kernel.decide import Actor, Decision, NotAllowed
from kernel.facts import Event
from schemas.alerts.claimed_v1 import AlertClaimed
from services.notifications.acting import Command, alert_of, holder, holds, must_be_fresh, must_be_open
from services.notifications.state import State, fold


class Claim(Command):
    """`by_site`: the whole site takes it, so that any of its people may go on."""

    by_site: bool = False


def decide(state: State, command: Claim, actor: Actor, _: datetime) -> Sequence[Event]:
    """Claiming one's own again is nothing new; one that somebody else holds may not be claimed."""
    alert = alert_of(state, command)
    must_be_open(alert)
    if holds(alert, actor):
        return []
    must_be_fresh(alert, command)
    if holder(alert) == actor.org:
        raise NotAllowed("already_claimed", f"{alert.handled.claimed_by} is dealing with this alert")
    if holder(alert):
        raise NotAllowed("already_claimed", f"organisation {holder(alert)} is dealing with this alert")
    return [AlertClaimed(alert_id=command.alert_id, holder=actor.user, holder_org=actor.org, by_site=command.by_site)]


decision = Decision(name="alert.claim", command=Claim, fold=fold, decide=decide)
