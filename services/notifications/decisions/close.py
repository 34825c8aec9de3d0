"""Somebody is done with an alert, for a reason, and with exactly those matters that she was shown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pydantic import AliasChoices, Field

from kernel.decide import Actor, Decision, NotAllowed
from kernel.facts import Event
from schemas.alerts.closed_v1 import AlertClosed
from schemas.alerts.raise_name import RaiseName
from schemas.codes import CloseReason
from services.notifications.acting import (
    Command,
    Named,
    alert_of,
    must_be_fresh,
    must_be_open,
    must_not_be_held_elsewhere,
)
from services.notifications.state import ALERT, Alert, State, fold


class Close(Command):
    """The reason, and the raises that the screen showed: what came meanwhile stays open."""

    reason: CloseReason
    closes: tuple[Named, ...] = Field(min_length=1, max_length=199, validation_alias=AliasChoices("shown", "closes"))


def decide(state: State, command: Close, actor: Actor, _: datetime) -> Sequence[Event]:
    """Closing twice is nothing new; a withdrawn alert cannot be closed."""
    alert = alert_of(state, command)
    if alert.handled.closed:
        return []
    must_be_open(alert)
    must_be_fresh(alert, command)
    must_not_be_held_elsewhere(alert, actor)
    _must_be_its_own(state, alert, command)
    own = RaiseName(rule=ALERT, key=alert.key, m=alert.m, id=alert.id)
    closes = (own, *(RaiseName(rule=r.rule, key=r.key, m=r.m, id=r.id) for r in command.closes))
    return [
        AlertClosed(
            alert_id=command.alert_id, holder=actor.user, holder_org=actor.org, reason=command.reason, closes=closes
        )
    ]


def _must_be_its_own(state: State, alert: Alert, command: Close) -> None:
    """Nobody closes along with an alert what belongs to another one."""
    for named in command.closes:
        found = state.raises.get(named.id)
        if found is not None and f"{found.family}:{found.placement}" != alert.key:
            raise NotAllowed("not_of_this_alert", f"{named.rule} belongs to another alert")


decision = Decision(name="alert.close", command=Close, fold=fold, decide=decide)
