"""Somebody gives an alert to a colleague or to somebody elsewhere, who has to take it anew."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from kernel.decide import Actor, Decision
from kernel.facts import Event
from schemas.alerts.handed_over_v1 import AlertHandedOver
from schemas.fields import BusinessId, PersonRef
from services.notifications.acting import Command, alert_of, must_be_fresh, must_be_open, must_not_be_held_elsewhere
from services.notifications.state import State, fold


class HandOver(Command):
    """To whom: somebody in one's own organisation, or in `to_org`."""

    to: PersonRef
    to_org: BusinessId | None = None


def decide(state: State, command: HandOver, actor: Actor, _: datetime) -> Sequence[Event]:
    """What another organisation holds is not ours to give away."""
    alert = alert_of(state, command)
    must_be_open(alert)
    must_be_fresh(alert, command)
    must_not_be_held_elsewhere(alert, actor)
    to_org = command.to_org or actor.org
    return [
        AlertHandedOver(
            alert_id=command.alert_id, holder=actor.user, holder_org=actor.org, to=command.to, to_org=to_org
        )
    ]


decision = Decision(name="alert.hand_over", command=HandOver, fold=fold, decide=decide)
