"""An organisation's closing days, out of everything that was stated about closing days."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from kernel.facts import Fact
from schemas.organisations.closing_days_set_v1 import ClosingDaysSet


def closing_days(said: Iterable[Fact], org: str, site: str | None = None) -> frozenset[date]:
    """The days on which an organisation, or the given one of its sites, is closed; `said` in fold order.

    Of two statements about the same year and place the later counts.
    """
    years: dict[tuple[int, str | None], tuple[date, ...]] = {}
    for fact in said:
        told = fact.data
        if isinstance(told, ClosingDaysSet) and fact.org == org and told.site in {None, site}:
            years[told.year, told.site] = told.days
    return frozenset(day for days in years.values() for day in days)
