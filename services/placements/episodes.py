"""Periods that follow one another: the chain in which a client has been in the service (`service_episode`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from kernel.calendar import add_months
from services.placements.placement import Placement
from services.placements.schedule import DAY
from services.placements.state import State


@dataclass(frozen=True, slots=True)
class Episode:
    """A chain of placements, oldest first; `id` is the episode's, or that of a placement that names none."""

    id: str
    placements: Sequence[Placement]

    @property
    def first(self) -> date:
        """The first day of the first period."""
        return min(_first(p) for p in self.placements)

    @property
    def last(self) -> date | None:
        """The last day of the last period, None while one is open."""
        ends = [p.ended_on or p.end_on for p in self.placements]
        return None if None in ends else max(e for e in ends if e is not None)

    @property
    def over(self) -> bool:
        """Whether all its periods have ended."""
        return all(p.ended_on is not None for p in self.placements)

    def reaches(self, months: int) -> date | None:
        """The day on which the periods together have lasted so many months, None when they do not last so long. Days
        on which two of them run count once.
        """
        wanted = (add_months(self.first, months) - self.first).days
        covered, reached = 0, date.min
        for placement in self.placements:
            first = max(_first(placement), reached)
            end = placement.ended_on or placement.end_on
            days = (end + DAY - first).days if end is not None else wanted
            if covered + days >= wanted:
                return first + timedelta(days=wanted - covered)
            if days > 0:
                covered, reached = covered + days, first + timedelta(days=days)
        return None


def episodes(state: State) -> Sequence[Episode]:
    """Every chain of hers that has a beginning."""
    chains: dict[str, list[Placement]] = {}
    for placement in state.placements.values():
        if placement.started_on is not None or placement.start_on is not None:
            chains.setdefault(placement.episode or placement.id, []).append(placement)
    return [Episode(id_, sorted(chain, key=_first)) for id_, chain in sorted(chains.items())]


def _first(placement: Placement) -> date:
    return placement.started_on or placement.start_on or date.max


LISTENS = frozenset({"placement.agreed", "placement.extended", "placement.started", "placement.ended"})
"""What may change a chain."""
