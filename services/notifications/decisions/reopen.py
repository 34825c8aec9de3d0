"""Somebody takes a close back, because the matter is not done: it is raised anew while its cause is there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from kernel.decide import Actor, Decision, NotAllowed
from kernel.facts import Event
from schemas.alerts.reopened_v1 import AlertReopened
from services.notifications.acting import Command, alert_of, must_be_fresh
from services.notifications.state import State, fold


class Reopen(Command):
    """Which closed alert."""


def decide(state: State, command: Reopen, actor: Actor, _: datetime) -> Sequence[Event]:
    """Only a close is taken back, and only while something that it named is still there."""
    alert = alert_of(state, command)
    if alert.withdrawn:
        raise NotAllowed("withdrawn", "this alert was withdrawn: its cause is gone")
    if not alert.handled.closed:
        return []
    must_be_fresh(alert, command)
    named = state.closes.get(alert.id, set())
    if not any(r.is_among(named) for r in state.raises.values()):
        raise NotAllowed("nothing_open", "nothing that this alert was about is there any more")
    return [AlertReopened(alert_id=command.alert_id, holder=actor.user, holder_org=actor.org)]


decision = Decision(name="alert.reopen", command=Reopen, fold=fold, decide=decide)
