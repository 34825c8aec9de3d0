"""What a whole play shares: region, days, seed; and the small choices that every story makes from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from random import Random
from typing import TypeVar
from uuid import UUID, uuid5

from simulator.proportions import EMPLOYMENT, REFERRERS
from simulator.region import Org, Region, Site

NAMESPACE = UUID("6f1d0a52-3f0e-4d55-9f6b-7a3a7e0c1d11")
DAILY, FORTNIGHTLY = "daily", "fortnightly"
T = TypeVar("T")


@dataclass(frozen=True)
class Setting:
    """A region from `start` on for `days` days; `clients` persons in each locality."""

    region: Region
    seed: int
    start: date
    days: int
    clients: int

    @property
    def end(self) -> date:
        """The first day that is not played any more."""
        return self.start + timedelta(days=self.days)

    def day(self, number: int) -> date:
        """A day of the play; negative numbers lie before it."""
        return self.start + timedelta(days=number)

    def random(self, *what: object) -> Random:
        """A source of chance of its own for each purpose, so that one story never changes another."""
        return Random("|".join(map(str, (self.seed, self.start, *what))))  # noqa: S311  (a play, not a secret)

    def id(self, *what: object) -> str:
        """An id that is the same whenever the same play is played."""
        return str(uuid5(NAMESPACE, "|".join(map(str, (self.seed, self.start, *what)))))

    @cached_property
    def hosts(self) -> Sequence[tuple[Org, Site]]:
        """Every site with the organisation that runs it."""
        return [(o, s) for o in self.region.orgs for s in o.site if o.types_at(self.start)]

    @cached_property
    def filing(self) -> frozenset[str]:
        """Organisations whose systems can only export files."""
        return frozenset(o.id for o in self.region.orgs if o.kind.profile == "C" and not o.topic)

    @cached_property
    def rhythms(self) -> dict[str, tuple[str, int]]:
        """How each host reports: daily, or in two-week batches with the week (0 or 1) in which they come.

        Those with a system or a form report daily, and so does the largest workshop; the others send files.
        """
        filing = [o for o in {o.id: o for o, _ in self.hosts}.values() if o.kind.profile == "C"]
        filing = [o for o in filing if o.id != self.hosts[0][0].id]
        batches = {o.id: (FORTNIGHTLY, n % 2) for n, o in enumerate(filing)}
        return {o.id: batches.get(o.id, (DAILY, 0)) for o, _ in self.hosts}

    @cached_property
    def closure(self) -> tuple[str, date, date] | None:
        """The site that is closed for a week in the middle of a long play, with first and last day."""
        if self.days < 35:
            return None
        return self.hosts[-1][1].id, self.day(28), self.day(34)

    def reports_daily(self, municipality: str) -> bool:
        """Whether every site there reports each day, so that an absence is heard of at the next midnight."""
        near = [o for o, s in self.hosts if s.municipality == municipality]
        return bool(near) and all(self.rhythms[o.id][0] == DAILY for o in near)

    def host_near(self, municipality: str, random: Random) -> tuple[Org, Site]:
        """A site in the municipality; somewhere in the region when it has none."""
        near = [(o, s) for o, s in self.hosts if s.municipality == municipality]
        return random.choice(near or list(self.hosts))

    def spoken(self, on: date) -> date:
        """The day on which something of a day is told: what lies before the play is brought along on its first."""
        return max(on, self.start)

    def employment(self, municipality: str, on: date) -> Org:
        """Who carries the employment services' duty there when something of a day is told."""
        found = self.region.having(self.spoken(on), EMPLOYMENT)
        serving = [o for o in found if municipality in o.municipalities]
        return next(iter(serving or found), self.region.county)

    def referrer(self, municipality: str, random: Random, on: date, not_like: Org | None = None) -> Org:
        """Somebody who refers clients there on a day, in the proportions of the region."""
        choices: list[tuple[Org, int]] = []
        for types, weight in REFERRERS:
            found = [o for o in self.region.having(self.spoken(on), types) if o != not_like]
            serving = [o for o in found if municipality in o.municipalities or not o.municipalities]
            choices += [(o, weight) for o in serving[:1]]
        return weighted(random, choices) if choices else self.region.county


def weighted(random: Random, choices: Sequence[tuple[T, int]]) -> T:
    """One of the choices, each as often as its weight says."""
    return random.choices([c for c, _ in choices], [w for _, w in choices])[0]


def working_day(day: date) -> date:
    """The day itself, or the Monday after a weekend."""
    return day + timedelta(days=7 - day.weekday()) if day.weekday() > 4 else day
