"""What people did with one alert: seen, claimed, handed over, snoozed, closed, in the order of the journal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kernel.calendar import midnight
from kernel.facts import Fact


@dataclass(slots=True)
class Handled:
    """Where an alert stands by what people did. `version` counts what they did; `entry` is the last of it
    that was more than looking.


    `waits_from` is when it was last handed to somebody who has not claimed it (None: since it was raised).
    """

    version: int = 0
    claimed_by: str = ""
    claimed_org: str = ""
    by_site: bool = False
    entry: datetime | None = None
    waits_from: datetime | None = None
    snoozed_until: datetime | None = None
    seen_by: tuple[str, ...] = ()
    closed: bool = False


def handle(handled: Handled, fact: Fact) -> None:
    """Take in one thing that somebody did."""
    data: Any = fact.data
    handled.version += 1
    if fact.name != "alert.acknowledged":
        handled.entry = fact.time
    match fact.name:
        case "alert.claimed":
            handled.claimed_by, handled.claimed_org = who(data)
            handled.by_site, handled.snoozed_until = bool(data.by_site), None
        case "alert.acknowledged":
            handled.seen_by = (*handled.seen_by, who(data)[0])
        case "alert.handed_over":
            handled.claimed_by, handled.claimed_org, handled.by_site = "", "", False
            handled.waits_from, handled.snoozed_until = fact.time, None
        case "alert.snoozed":
            handled.snoozed_until = midnight(data.until)
        case "alert.closed":
            handled.closed = True
        case "alert.reopened":
            handled.closed = False


def who(data: Any) -> tuple[str, str]:
    """(reference of the person, her organisation) behind something that was done; empty where it was not said."""
    return data.holder or "", getattr(data, "holder_org", None) or ""
