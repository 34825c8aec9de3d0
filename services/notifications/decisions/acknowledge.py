"""Somebody says that she has seen an alert; nothing stops and nobody is relieved."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from kernel.decide import Actor, Decision
from kernel.facts import Event
from schemas.alerts.acknowledged_v1 import AlertAcknowledged
from services.notifications.acting import Command, alert_of, must_be_fresh, must_be_open
from services.notifications.state import State, fold


class Acknowledge(Command):
    """Seen."""


def decide(state: State, command: Acknowledge, actor: Actor, _: datetime) -> Sequence[Event]:
    """Seeing it twice is nothing new. That it was withdrawn may be seen too: whoever had taken it is then done."""
    alert = alert_of(state, command)
    if not alert.withdrawn:
        must_be_open(alert)
    if actor.user in alert.handled.seen_by:
        return []
    must_be_fresh(alert, command)
    return [AlertAcknowledged(alert_id=command.alert_id, holder=actor.user, holder_org=actor.org)]


decision = Decision(name="alert.acknowledge", command=Acknowledge, fold=fold, decide=decide)
