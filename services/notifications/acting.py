"""What every action on an alert asks first: is there such an alert, may it still be acted on, is the screen fresh."""

from __future__ import annotations

from uuid import UUID

from pydantic import AliasChoices, BaseModel, ConfigDict, Field

from kernel.decide import Actor, NotAllowed, NotThere, Stale
from services.notifications.state import Alert, State


class Command(BaseModel):
    """Which alert, and how many things people had done with it when it was shown (None: not told)."""

    model_config = ConfigDict(frozen=True, populate_by_name=True)

    alert_id: UUID
    version: int | None = Field(default=None, ge=0, validation_alias=AliasChoices("seen_version", "version"))


class Named(BaseModel):
    """A raise as the screen showed it."""

    model_config = ConfigDict(frozen=True)

    rule: str = Field(min_length=1, max_length=40)
    key: str = Field(min_length=1, max_length=300)
    m: int = Field(ge=1)
    id: str = Field(min_length=1, max_length=255)


def alert_of(state: State, command: Command) -> Alert:
    """The alert, else NotThere."""
    alert = state.alerts.get(str(command.alert_id))
    if alert is None:
        raise NotThere(str(command.alert_id))
    return alert


def must_be_fresh(alert: Alert, command: Command) -> None:
    """Stale when somebody has done something since the screen was drawn; newer numbers or raises do not count."""
    if command.version is not None and command.version != alert.handled.version:
        raise Stale(alert.id)


def must_be_open(alert: Alert) -> None:
    """NotAllowed when nothing is left to do."""
    if alert.withdrawn:
        raise NotAllowed("withdrawn", "this alert has been withdrawn: its cause is gone")
    if not alert.open:
        raise NotAllowed("closed", "this alert has been closed")


def holder(alert: Alert) -> str:
    """Organisation of whoever has claimed it and not let the claim lapse, or nothing."""
    return "" if alert.lapsed else alert.handled.claimed_org


def holds(alert: Alert, actor: Actor) -> bool:
    """Whether this actor, or her site, has claimed it."""
    handled = alert.handled
    if alert.lapsed or handled.claimed_org != actor.org:
        return False
    return handled.by_site or handled.claimed_by == actor.user


def must_not_be_held_elsewhere(alert: Alert, actor: Actor) -> None:
    """NotAllowed when another organisation is at work on it; colleagues may step in."""
    if holder(alert) not in {"", actor.org}:
        raise NotAllowed("held", f"organisation {holder(alert)} is dealing with this alert")
