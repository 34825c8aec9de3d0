"""Days on which nobody is there for a client, and the working days that organisations count by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from kernel.rules import Resolved
from schemas.organisations.closing_days_set_v1 import ClosingDaysSet
from schemas.organisations.deactivated_v1 import OrgDeactivated
from services.referrals.client import Worker

DAY = timedelta(days=1)
Span = tuple[date, date | None]
"""First and last day (None: open)."""


def uncovered(spans: Iterable[Span], first: date, last: date | None) -> Iterator[Span]:
    """The stretches of `first`…`last` that no span covers, each with its first and last day."""
    start = first
    for begin, end in sorted(spans, key=lambda s: s[0]):
        if last is not None and start > last:
            return
        if end is not None and end < start:
            continue
        if begin > start:
            stop = begin - DAY
            yield start, stop if last is None else min(stop, last)
        if end is None or end == date.max:
            return
        start = max(start, end + DAY)
    if last is None or start <= last:
        yield start, last


def present(workers: Iterable[Worker], gone: dict[str, date]) -> Iterator[Worker]:
    """These workers with the days on which they can be there: nobody works for an organisation that is gone."""
    for worker in workers:
        end = gone.get(worker.org)
        last = worker.last if end is None else min(worker.last or date.max, end - DAY)
        if last is None or worker.first <= last:
            yield worker if last == worker.last else replace(worker, last=last)


def there(workers: Iterable[Worker], gone: dict[str, date]) -> list[Span]:
    """The spans of these workers."""
    return [(w.first, w.last) for w in present(workers, gone)]


def deactivated(params: Resolved[Any]) -> dict[str, date]:
    """From which day on an organisation states nothing more, by business id."""
    found: dict[str, date] = {}
    for fact in params.reference(OrgDeactivated):
        said: OrgDeactivated = fact.data
        found[said.org] = min(said.from_, found.get(said.org, said.from_))
    return found


def closed_days(params: Resolved[Any], org: str) -> frozenset[date]:
    """Days on which a whole organisation is closed; what it says last of a year counts for that year."""
    years: dict[int, frozenset[date]] = {}
    for fact in params.reference(ClosingDaysSet):
        if fact.org == org and fact.data.site is None:
            years[fact.data.year] = frozenset(fact.data.days)
    return frozenset[date]().union(*years.values())
