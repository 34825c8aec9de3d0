"""Periods that follow one another: how long each may be, and how long all of them together (R-LIM-4, R-LIM-5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from simulator.expected.agreed import Agreed
from simulator.expected.calendar import DAY, begins, months_later
from simulator.expected.heard import Heard, Standing, day, maybe_day
from simulator.expected.plans import plans
from simulator.expected.stays import OPEN, Stay, stays

SHORTEST, LONGEST, TOGETHER = 3, 24, 24
"""Months."""


@dataclass(frozen=True)
class Chain:
    """Stays of one episode, or a single one that belongs to none."""

    id: str
    stays: Sequence[Stay]

    @property
    def first(self) -> date:
        """The first day of all."""
        return min(_begun(s) for s in self.stays)

    @property
    def last(self) -> date | None:
        """The last day of all, as it was or as agreed; None while one is open."""
        ends = [s.over_on for s in self.stays]
        return None if None in ends else max(e for e in ends if e)

    def lasted(self, months: int) -> date | None:
        """The day after they have lasted so long, days on which two run counted once; None when they do not."""
        wanted = (months_later(self.first, months) - self.first).days
        at = date.min
        for stay in sorted(self.stays, key=_begun):
            at = max(at, _begun(stay))
            days = wanted if stay.over_on is None else (stay.over_on + DAY - at).days
            if days >= wanted:
                return at + timedelta(days=wanted)
            if days > 0:
                at, wanted = at + timedelta(days=days), wanted - days
        return None


def _begun(stay: Stay) -> date:
    return stay.started_on or stay.start_on or OPEN


def chains(every: Sequence[Stay]) -> list[Chain]:
    """Every chain that has a beginning."""
    found: dict[str, list[Stay]] = {}
    for stay in every:
        if _begun(stay) < OPEN:
            agreed = stay.last_said("placement.agreed")
            found.setdefault(str((agreed and agreed.data.get("episode_id")) or stay.id), []).append(stay)
    return [Chain(id_, of_it) for id_, of_it in found.items()]


def chains_long(heard: Heard, agreed: Agreed, _: date) -> Iterator[Standing]:
    """Two years together, until a plan is signed or gone through afterwards."""
    looked = [p.last_on for p in plans(heard) if p.last_on]
    for chain in chains(stays(heard, agreed)):
        newest = max(chain.stays, key=_begun)
        since = chain.lasted(newest.number("R-LIM-5", "months", TOGETHER, chain.first))
        if since is None or any(on >= since for on in looked) or (chain.last and since > chain.last):
            continue
        yield Standing("R-LIM-5", chain.id, begins(since), begins(chain.last + DAY) if chain.last else None)


def lengths(heard: Heard, agreed: Agreed, _: date) -> Iterator[Standing]:
    """A period of less than three or more than twenty-four months, agreed at a place or in the terms of a plan."""
    for stay in stays(heard, agreed):
        first, end, told = stay.period_start, stay.end_on, stay.agreed_at
        if first and end and told and _unlawful(first, end, stay.place.site, agreed):
            yield Standing("R-LIM-4", stay.id, told, begins((stay.ended_on or end) + DAY))
    for plan in plans(heard):
        signed = [s for s in plan.said if s.name == "plan.signed"]
        terms = next((t for s in reversed(signed) if isinstance(t := s.data.get("ktt_terms"), Mapping)), None)
        if terms is None or plan.over_on is not None:
            continue
        first, end = day(terms["start_on"]), maybe_day(terms.get("end_on"))
        if end and _unlawful(first, end, str(terms.get("site_id")), agreed):
            yield Standing("R-LIM-4", plan.id, signed[-1].time, begins(end + DAY))


def _unlawful(first: date, end: date, _: str | None, agreed: Agreed) -> bool:
    least = agreed.number("R-LIM-4", "min_months", SHORTEST, first)
    most = agreed.number("R-LIM-4", "max_months", LONGEST, first)
    return months_later(first, least) > end + DAY or months_later(first, most) < end + DAY
