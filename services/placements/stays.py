"""How long a stay is, alone and in a chain of periods, and what somebody lived on when it began."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

MONTH = 30.4375
BOUNDS = ((3, "under_3"), (6, "3_to_6"), (12, "6_to_12"), (24, "12_to_24"), (60, "24_to_60"))
LIVELIHOODS = (
    "labour_market_subsidy", "basic_allowance", "general_support", "earnings_related_allowance", "unemployment_benefit",
    "basic_social_assistance", "supplementary_social_assistance",
)  # fmt: skip
"""An unemployment benefit comes before social assistance, which is often paid beside it."""


def months(days: int) -> int:
    """Whole months, rounded."""
    return round(days / MONTH)


def length(days: int) -> str:
    """A class that tells nobody's exact days."""
    return next((name for limit, name in BOUNDS if days / MONTH < limit), "over_60")


def together(periods: Sequence[tuple[date, date]]) -> int:
    """Days of all periods, those of an overlap once; they come in order of their beginnings."""
    days, until = 0, date.min
    for first, last in periods:
        days += max(0, (last - max(until, first)).days)
        until = max(until, last)
    return days


def livelihood(benefits: Iterable[str]) -> str | None:
    """The first that she mainly lives on, of all that is paid."""
    held = set(benefits)
    return next((benefit for benefit in LIVELIHOODS if benefit in held), None)
