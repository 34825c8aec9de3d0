"""What a play must have met, so that a score of it says something about every rule and every kind of double work."""

from __future__ import annotations

from simulator.expected.foretell import RULES
from simulator.score import DOUBLES
from simulator.story import FIRST_CASE, PLANTERS

HALF_A_YEAR = 26 * 7
SLACK = 3
"""Days by which a weekend may put a case off, and the night after which it is seen."""


def due(days: int) -> frozenset[str]:
    """All of them in half a year; in a shorter play those whose first case has had the time to be found."""
    every = RULES | DOUBLES
    if days >= HALF_A_YEAR:
        return every
    return every & {p.kind for p in PLANTERS if FIRST_CASE + p.decides + SLACK < days}
