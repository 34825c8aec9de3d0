"""How many days of the increased part of a benefit have been paid, while there is such a part (R-BEN-1)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Literal

from pydantic import Field

from kernel.calendar import day_of
from kernel.rules import Dated, Finding, Params, Resolved
from services.placements.episodes import Episode, episodes
from services.placements.schedule import DAY
from services.placements.state import State

INCREASE = "benefit_increase"
ABOLISHED = date(2025, 1, 1)
"""Services begun before that day keep the old rules (L962/2024)."""


class IncreaseParams(Params):
    """`warn` paid days call for attention, `cap` are the most; `granted` False: a service begun then has none."""

    warn: int = Field(default=180, ge=1, le=366)
    cap: int = Field(default=200, ge=1, le=366)
    granted: bool = False


DEFAULT = IncreaseParams()
VERSIONS = (
    Dated(IncreaseParams(granted=True), None, ABOLISHED - DAY, "statute"),
    Dated(DEFAULT, ABOLISHED, None, "statute"),  # L962/2024
)
LISTENS = frozenset(
    {"benefit_status.reported", "placement.agreed", "placement.extended", "placement.started", "placement.ended"}
)


def counted(state: State, params: Resolved[IncreaseParams], limit: Literal["warn", "cap"]) -> Iterator[Finding]:
    """The chains of periods that began while there was an increased part, once so many days have been paid."""
    paid = sorted((b.told, b.paid_days) for b in state.background.benefits if b.type == INCREASE)
    if not paid:
        return
    for episode in episodes(state):
        newest = episode.placements[-1]
        chosen = params.on(episode.first, site=newest.site, organiser=newest.organiser or None)
        told = [(at, days) for at, days in paid if _within(episode, at)]
        if not chosen.granted or not told or told[-1][1] < getattr(chosen, limit):
            continue
        since = next(at for at, days in told if days >= getattr(chosen, limit))
        facts = {
            "days": told[-1][1],
            "warn": chosen.warn,
            "cap": chosen.cap,
            "start_on": episode.first.isoformat(),
        }
        yield Finding(episode.id, since, episode.last and episode.last + DAY, facts, chosen)


def _within(episode: Episode, at: datetime) -> bool:
    """Told while the chain ran: what was paid in an earlier one does not count for it."""
    return episode.first <= day_of(at) and (episode.last is None or day_of(at) <= episode.last)
