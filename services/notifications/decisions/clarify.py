"""Somebody has found out why, and says what is done about it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from kernel.decide import Actor, Decision
from kernel.facts import Event
from schemas.alerts.reason_clarified_v1 import AlertReasonClarified
from schemas.codes import AlertAction, AlertReason
from schemas.fields import Day
from services.notifications.acting import Command, alert_of, must_be_fresh, must_be_open
from services.notifications.state import State, fold


class Clarify(Command):
    """Reason and action as codes, and the day of the next contact."""

    reason_code: AlertReason
    action_code: AlertAction
    next_contact_on: Day | None = None


def decide(state: State, command: Clarify, actor: Actor, _: datetime) -> Sequence[Event]:
    """Whoever knows may say it, whoever holds the alert."""
    alert = alert_of(state, command)
    must_be_open(alert)
    must_be_fresh(alert, command)
    return [
        AlertReasonClarified(
            alert_id=command.alert_id,
            holder=actor.user,
            holder_org=actor.org,
            reason_code=command.reason_code,
            action_code=command.action_code,
            next_contact_on=command.next_contact_on,
        )
    ]


decision = Decision(name="alert.clarify", command=Clarify, fold=fold, decide=decide)
